"""`goodfaith relay`: a process that passes media between browsers, without decoding it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from media.relay_limits import RelayLimits
from media.relay_process import RelaySettings, run
from media.solitude import SolitudeLimits
from server import logging
from server.clock import SystemClock
from server.collecting import put_aside_what_lasts
from server.commands.terminal import err, stop
from server.secret_files import SecretFileRefused, read_secret

ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - browsers come from everywhere; control does not


def relay(
    *,
    announce: Annotated[list[str], typer.Option(help="Address that browsers are told.")],
    secret_file: Annotated[Path, typer.Option(help="Shared with the control side.")],
    host: Annotated[str, typer.Option(help="Address that media comes to.")] = ANYWHERE,
    port: Annotated[int, typer.Option(help="UDP port of media.", min=0, max=65_535)] = 3_479,
    control: Annotated[
        str, typer.Option(help="Private host:port, or the path of a Unix socket.")
    ] = "127.0.0.1:3480",
    alone_s: Annotated[
        float | None,
        typer.Option(help="End after this many seconds without control, if nothing is used."),
    ] = None,
    alone_most_s: Annotated[
        float, typer.Option(help="The same, whatever is used; with --alone-s only.")
    ] = 600.0,
    drain_s: Annotated[
        float,
        typer.Option(help="Once told to end, calls may go on for so many seconds.", min=0),
    ] = 600.0,
) -> None:
    """Pass media between the browsers of an encounter, for the servers that know the secret."""
    clock = SystemClock()
    logging.configure(clock=clock, level="info", json=True, stream=sys.stderr)
    try:
        secret = read_secret(secret_file)
        solitude = None if alone_s is None else SolitudeLimits(alone_s, alone_most_s)
        settings = RelaySettings(
            host,
            port,
            tuple(announce),
            control,
            secret,
            limits=RelayLimits(drain_s=drain_s),
            solitude=solitude,
        )
        put_aside_what_lasts()
        run(settings, now=clock.now, ready=_say)
    except (ValueError, SecretFileRefused) as error:
        stop(f"The relay cannot start: {error}")
    except OSError as error:
        stop(f"The relay cannot start: {os.strerror(error.errno or 0)}")


def _say(port: int, control: str) -> None:
    err.print(f"Relay: media on UDP port {port}, control on {control}.")
    typer.echo(f"{port} {control}")
    sys.stdout.flush()
