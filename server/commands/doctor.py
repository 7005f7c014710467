"""`goodfaith doctor`: what is unsafe or weak about this installation, and what mends it.

0  nothing is unsafe
1  something is
2  the settings cannot be used, and the server does not start with them
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from server.clock import SystemClock
from server.commands.terminal import FAILED, MISUSED, AsJson
from server.doctor.finding import Finding
from server.doctor.findings import findings, unusable, verdicts
from server.doctor.machine import read_machine
from server.doctor.reading import Around, read_facts
from server.doctor.saying import as_json, lines
from server.settings import Settings, SettingsError, load

SALT_BYTES: Final = 32

All = Annotated[bool, typer.Option("--all", help="Say also what is fine.")]


def doctor(*, json: AsJson = False, every: All = False) -> None:
    """Say what is unsafe or weak about this installation. Changes nothing, server or not."""
    try:
        chosen = load()
    except SettingsError as error:
        fault = "; ".join(str(error).splitlines())
        tell([unusable(fault)], json=json)
        raise typer.Exit(MISUSED) from None
    facts = asyncio.run(read_facts(chosen, around(chosen)))
    told = verdicts(facts) if every else findings(facts)
    tell(told, json=json)
    if any(one.severity == "unsafe" for one in told):
        raise typer.Exit(FAILED)


def around(chosen: Settings) -> Around:
    """Return what surrounds the settings of this process."""
    return Around(
        clock=SystemClock(),
        environ=dict(os.environ),
        machine=read_machine(chosen.data_dir),
        salt=os.urandom(SALT_BYTES),
    )


def tell(found: Sequence[Finding], *, json: bool) -> None:
    """Print what was found."""
    for line in [as_json(found)] if json else lines(found):
        typer.echo(line)
