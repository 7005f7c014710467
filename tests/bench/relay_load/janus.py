"""Janus under load: its VideoCall plugin, which joins two peers as our relay does.

The Debian package, with a configuration of our own: that plugin and WebSockets on loopback
alone, an ICE-lite agent, nothing recorded and no log. All peers share one event loop: of the
settings tried (a loop for each peer, which is the default, two loops, one) that one costs least
for each packet. One leg calls, one answers.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.bench.relay_load.description import read_remote
from tests.bench.relay_load.leg import Leg
from tests.bench.relay_load.systems import LOOPBACK, Legs, own_address

STARTS_S: Final = 15.0
ANSWERS_S: Final = 15.0
LIBRARIES: Final = "usr/lib/*/janus"
TRANSPORT: Final = "libjanus_websockets.so"
PLUGIN: Final = "libjanus_videocall.so"

Event = Mapping[str, Any]


class Handle:
    """One peer of the plugin."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse, session: int) -> None:
        self._socket = socket_
        self._session = session
        self._id = 0
        self.events: asyncio.Queue[Event] = asyncio.Queue()

    async def attach(self, janus: Janus) -> None:
        """Become a peer."""
        made = await janus.ask(
            {"janus": "attach", "session_id": self._session, "plugin": "janus.plugin.videocall"}
        )
        self._id = made["data"]["id"]
        janus.handles[self._id] = self

    async def say(self, request: str, description: Event | None = None, **body: str) -> None:
        """Send a request of the plugin, with a description if there is one."""
        message: dict[str, Any] = {
            "janus": "message",
            "session_id": self._session,
            "handle_id": self._id,
            "transaction": request,
            "body": {"request": request, **body},
        }
        if description is not None:
            message["jsep"] = description
        await self._socket.send_json(message)

    async def told(self, name: str) -> Event:
        """Return the plugin's next event of that name.

        Raises:
            RuntimeError: it reported an error instead.
        """
        async with asyncio.timeout(ANSWERS_S):
            while True:
                event = await self.events.get()
                data = event["plugindata"]["data"]
                if "error" in data:
                    raise RuntimeError(f"Janus: {data['error']}")
                if data.get("result", {}).get("event") == name:
                    return event


class Janus:
    """See the module and `System`."""

    name = "janus"
    waits = False

    def __init__(self, pid: int, socket_: aiohttp.ClientWebSocketResponse, host: str) -> None:
        self.pid = pid
        self.legs: list[Leg] = []
        self.handles: dict[int, Handle] = {}
        self._socket = socket_
        self._session = 0
        self._numbers = itertools.count()
        self._asked: dict[str, asyncio.Future[Event]] = {}
        self._makes = Legs(host)

    async def open(self) -> None:
        """Begin the session that all peers are in."""
        self._session = (await self.ask({"janus": "create"}))["data"]["id"]

    async def connect(self) -> None:
        """Have one leg call another; Janus lets media flow at once."""
        pair = self._makes.pair()
        number = next(self._numbers)
        handles = [Handle(self._socket, self._session) for _ in pair]
        names = [f"e{number}p", f"e{number}c"]
        for name, handle in zip(names, handles, strict=True):
            await handle.attach(self)
            await handle.say("register", username=name)
            await handle.told("registered")
        offer = {"type": "offer", "sdp": pair[0].own.text("actpass")}
        await handles[0].say("call", offer, username=names[1])
        ringing = await handles[1].told("incomingcall")
        answer = {"type": "answer", "sdp": pair[1].own.text("active")}
        await handles[1].say("accept", answer)
        answered = await handles[0].told("accepted")
        for leg, event in zip(pair, (answered, ringing), strict=True):
            await leg.connect(read_remote(event["jsep"]["sdp"]))
        self.legs += pair

    async def link(self) -> None:
        """Nothing: whoever is connected is heard."""

    async def ask(self, message: Event) -> Event:
        """Return the answer to a request of the core."""
        transaction = str(next(self._numbers))
        future = asyncio.get_running_loop().create_future()
        self._asked[transaction] = future
        await self._socket.send_json({**message, "transaction": transaction})
        async with asyncio.timeout(ANSWERS_S):
            answer: Event = await future
        if answer["janus"] != "success":
            raise RuntimeError(f"Janus: {answer}")
        return answer

    async def read(self) -> None:
        """Hand on what Janus says, until it says no more."""
        async for message in self._socket:
            told = json.loads(message.data)
            asked = self._asked.pop(told.get("transaction", ""), None)
            if asked is not None:
                asked.set_result(told)
            elif told["janus"] == "event" and told["sender"] in self.handles:
                self.handles[told["sender"]].events.put_nowait(told)


def configuration(folder: Path, port: int) -> list[str]:
    """Write Janus's configuration and return the words that start it with that."""
    libraries = next(Path("/").glob(LIBRARIES))
    plugins, transports = folder / "plugins", folder / "transports"
    for place, name in ((plugins, PLUGIN), (transports, TRANSPORT)):
        place.mkdir()
        (place / name).symlink_to(libraries / place.name / name)
    (folder / "janus.jcfg").write_text(
        f"""general: {{ configs_folder = "{folder}"; plugins_folder = "{plugins}";
  transports_folder = "{transports}"; debug_level = 2; session_timeout = 0; event_loops = 1; }}
nat: {{ ice_lite = true; }}
"""
    )
    (folder / "janus.transport.websockets.jcfg").write_text(
        f'general: {{ ws = true; ws_port = {port}; ws_ip = "{LOOPBACK}"; wss = false; }}\n'
    )
    return [str(shutil.which("janus")), "-C", str(folder / "janus.jcfg"), "-F", str(folder)]


def version() -> str:
    """Return the version that is installed."""
    told = subprocess.run(["janus", "--version"], capture_output=True, text=True, check=False)
    return (told.stdout + told.stderr).strip().splitlines()[0]


@asynccontextmanager
async def janus(folder: Path) -> AsyncIterator[Janus]:
    """Run Janus."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    with (folder / "janus.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 - before anything is awaited
            configuration(folder, port), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        async with aiohttp.ClientSession() as client:
            socket_ = await _connected(client, port)
            system = Janus(process.pid, socket_, own_address())
            reading = asyncio.get_running_loop().create_task(system.read())
            try:
                await system.open()
                yield system
            finally:
                for leg in system.legs:
                    await leg.close()
                await socket_.close()
                await asyncio.gather(reading, return_exceptions=True)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STARTS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _connected(
    client: aiohttp.ClientSession, port: int
) -> aiohttp.ClientWebSocketResponse:
    async with asyncio.timeout(STARTS_S):
        while True:
            try:
                return await client.ws_connect(
                    f"ws://{LOOPBACK}:{port}", protocols=("janus-protocol",)
                )
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
