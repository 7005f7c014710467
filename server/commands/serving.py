"""`goodfaith serve`: a process that does it all, or its part of it, until it is told to stop.

SIGTERM drains (`server.draining`) and then closes; Ctrl-C closes at once. Whoever sends either
a second time ends the process on the spot: nothing that was answered is lost by that.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import defaultdict
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Final

import typer
from aiohttp import web

from server import app, demo, logging
from server.clock import SystemClock
from server.cluster.hub import heard
from server.collecting import put_aside_what_lasts
from server.commands.terminal import err, out, settings, stop
from server.delivery_process import delivery_listening, unheard
from server.draining import DRAIN
from server.node_settings import Role, drain_s
from server.settings import PREFIX, Settings, SettingsError
from server.storage.errors import StorageError

PAGES: Final = (
    ("join", "patients, with the link that they were sent"),
    ("console", "practitioners"),
    ("portal", "staff of spas"),
    ("ops", "operations"),
)
PAGE_OF: Final = {"practitioner": "console", "spa": "portal", "ops": "ops"}
# What ends the process in good order: Ctrl-C, and what service managers send.
STOPS: Final = (signal.SIGINT, signal.SIGTERM)


def serve(
    *,
    port: Annotated[int | None, typer.Option(help="TCP port.", min=1, max=65_535)] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the database.")] = None,
    role: Annotated[
        Role | None, typer.Option(help="What this process does; relays: `goodfaith relay`.")
    ] = None,
) -> None:
    """Serve pages, API and sockets. All else is set by goodfaith.toml and GOODFAITH_*."""
    given = {"PORT": port, "HOST": host, "DATA_DIR": data_dir, "ROLE": role}
    os.environ.update({f"{PREFIX}{name}": str(one) for name, one in given.items() if one})
    chosen = settings()
    logging.configure(
        clock=SystemClock(), level=chosen.log_level, json=chosen.log_json, stream=sys.stderr
    )
    if chosen.role != "all" and chosen.database.startswith("sqlite"):
        stop("The server cannot start: roles apart need PostgreSQL (database_url)")
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve_until_stopped(chosen))
    except (StorageError, SettingsError) as error:
        stop(f"The server cannot start: {error}")
    except OSError as error:
        stop(f"The server cannot start: {os.strerror(error.errno or 0)} (port {chosen.port})")


async def serve_until_stopped(chosen: Settings) -> None:
    """Listen, say where, and wait for a signal."""
    stopped = Stopped(asyncio.get_running_loop())
    async with listening(chosen) as runner:
        put_aside_what_lasts()
        if chosen.role != "delivery":
            welcome(chosen)
        number = await stopped.wait()
        err.print("Stopping.")
        if number == signal.SIGTERM:
            quiet_s = drain_s(chosen, chosen.database)
            await runner.app[DRAIN].run(runner, quiet_s=quiet_s)


def listening(chosen: Settings) -> AbstractAsyncContextManager[web.AppRunner]:
    """Return what serves for as long as it is open: this process's part."""
    if chosen.role == "delivery":
        return delivery_listening(chosen, heard if chosen.in_cluster else unheard)
    return app.listening(chosen)


class Stopped:
    """The first signal to stop; from then on another one ends the process on the spot."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._told: asyncio.Future[signal.Signals] = loop.create_future()
        for number in STOPS:
            loop.add_signal_handler(number, self._tell, number)

    async def wait(self) -> signal.Signals:
        """Return which signal came."""
        return await self._told

    def _tell(self, number: signal.Signals) -> None:
        for one in STOPS:
            self._loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)
        if not self._told.done():
            self._told.set_result(number)


def loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Return the fastest event loop of this platform; None for the standard one."""
    try:
        import uvloop  # noqa: PLC0415 - there is none for Windows
    except ImportError:
        return None
    return uvloop.Loop


def welcome(chosen: Settings) -> None:
    """Print where the pages are, and in a demo who may sign in."""
    accounts = demo.demo_accounts(chosen)
    people = defaultdict(list)
    for one in accounts:
        people[PAGE_OF[one.audience]].append(one)
    if accounts:
        out.print("\n DEMO ", style="bold reverse yellow", end="")
        out.print(" Everybody in here is made up. Enter nothing about real people.")
    lines: list[tuple[str, str]] = []
    for page, whom in PAGES:
        lines.append((f"{chosen.origin}/{page}", whom))
        lines += [
            (f"    {one.login} / {one.password}", one.description) for one in people[page]
        ]
    width = max(len(left) for left, _ in lines)
    out.print()
    for left, right in lines:
        out.print(left.ljust(width), style="none" if left.startswith(" ") else "bold", end="")
        out.print(f"  {right}", style="dim")
    out.print()
