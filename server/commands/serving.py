"""`goodfaith serve`: one process that does it all, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Final

import typer

from server import app, demo, logging
from server.clock import SystemClock
from server.commands.terminal import err, out, settings, stop
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
) -> None:
    """Serve pages, API and sockets. All else is set by goodfaith.toml and GOODFAITH_*."""
    given = {"PORT": port, "HOST": host, "DATA_DIR": data_dir}
    os.environ.update({f"{PREFIX}{name}": str(one) for name, one in given.items() if one})
    chosen = settings()
    logging.configure(
        clock=SystemClock(), level=chosen.log_level, json=chosen.log_json, stream=sys.stderr
    )
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve_until_stopped(chosen))
    except (StorageError, SettingsError) as error:
        stop(f"The server cannot start: {error}")
    except OSError as error:
        stop(f"The server cannot start: {os.strerror(error.errno or 0)} (port {chosen.port})")


async def serve_until_stopped(chosen: Settings) -> None:
    """Listen, say where, and wait for a signal."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPS:
        loop.add_signal_handler(number, stopped.set)
    async with app.listening(chosen):
        welcome(chosen)
        await stopped.wait()
        err.print("Stopping.")


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
