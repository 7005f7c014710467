"""`goodfaith witness`: a process apart that cosigns logs which only grow."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from aiohttp import web

from server import logging
from server.clock import SystemClock
from server.commands.terminal import err, stop
from server.storage.errors import StorageError
from server.tlog.signed_notes import PLAIN, NoteRefused, VerifierKey, checked_name
from server.witness.folder import MemoryTorn, WitnessFolder
from server.witness.service import WitnessService

STOPS: Final = (signal.SIGINT, signal.SIGTERM)
SHUTDOWN_S: Final = 2.0


def witness(
    *,
    folder: Annotated[Path, typer.Option(help="Where its key and its memory are.")],
    name: Annotated[str, typer.Option(help="Its name, as witness.example/w1.")],
    log: Annotated[
        list[str] | None, typer.Option(help="Verifier key of a log (goodfaith log key).")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="TCP port; 0: any.", min=0, max=65_535)] = 3_490,
) -> None:
    """Cosign checkpoints of logs that only grow. Prints its port and its verifier key."""
    clock = SystemClock()
    logging.configure(clock=clock, level="info", json=True, stream=sys.stderr)
    try:
        keys = _keys(log or ())
        opened = WitnessFolder(folder)
        signer = opened.signer(checked_name(name))
        service = WitnessService(opened, signer, keys, clock.now)
        asyncio.run(_serve(service, host, port, str(signer.verifier_key)))
        opened.close()
    except (NoteRefused, MemoryTorn, StorageError) as error:
        stop(f"The witness cannot start: {error}")
    except OSError as error:
        stop(f"The witness cannot start: {os.strerror(error.errno or 0)}")


def _keys(texts: Sequence[str]) -> list[VerifierKey]:
    """Read the keys of logs.

    Raises:
        NoteRefused: one is none, or two have the same name.
    """
    keys = [VerifierKey.parse(text) for text in texts]
    if any(key.kind != PLAIN for key in keys):
        raise NoteRefused("the key of a log begins with 01, in base64 with A")
    if len({key.name for key in keys}) != len(keys):
        raise NoteRefused("a log is named once")
    return keys


async def _serve(service: WitnessService, host: str, port: int, key: str) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, stopped.set)
    runner = web.AppRunner(service.app(), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        [(_, bound, *_)] = runner.addresses
        err.print(f"Witness: listening on {host}:{bound}.")
        typer.echo(f"{bound} {key}")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        await runner.cleanup()
