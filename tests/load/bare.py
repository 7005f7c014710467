"""What a connection costs a python-socketio server that does nothing, measured the same way.

python -m tests.load.bare      serves on a free port of loopback and prints it
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import socketio
from aiohttp import web

from tests.load.lean_socket import LeanSocket
from tests.load.memory import Held, held, kb_each
from tests.servers import ROOT

NAMESPACE: Final = "/patient"
AT_ONCE: Final = 50
SETTLE_S: Final = 2.0
STOP_S: Final = 10.0
WARM: Final = 20


async def serve() -> None:
    """Serve until the process is ended."""
    server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")

    async def connect(_sid: str, _environ: dict[str, object], _auth: object) -> None:
        return None

    server.on("connect", connect, namespace=NAMESPACE)
    application = web.Application()
    server.attach(application)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201 - whoever started it reads it
    await asyncio.Event().wait()


@asynccontextmanager
async def running() -> AsyncIterator[tuple[int, str]]:
    """Give the process and the origin of such a server."""
    process = subprocess.Popen(  # noqa: ASYNC220 - it only starts
        [sys.executable, "-m", "tests.load.bare"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = await asyncio.to_thread(process.stdout.readline)
        yield process.pid, f"http://127.0.0.1:{int(port)}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, STOP_S)
        if process.stdout is not None:
            process.stdout.close()


async def measured(session: aiohttp.ClientSession, count: int) -> dict[str, float]:
    """Return what each of `count` connections costs such a server."""
    async with running() as (pid, origin):
        sockets = [await LeanSocket.open(session, origin, NAMESPACE) for _ in range(WARM)]
        await asyncio.sleep(SETTLE_S)
        before = held([pid])
        while len(sockets) < WARM + count:
            several = min(AT_ONCE, WARM + count - len(sockets))
            opening = [LeanSocket.open(session, origin, NAMESPACE) for _ in range(several)]
            sockets += await asyncio.gather(*opening)
        reading = [asyncio.ensure_future(one.read(lambda _: None)) for one in sockets]
        await asyncio.sleep(SETTLE_S)
        added: Held = held([pid]) - before
        await asyncio.gather(*(one.close() for one in sockets))
        await asyncio.gather(*reading)
    return kb_each(added, count)


if __name__ == "__main__":
    asyncio.run(serve())
