"""`scripts/loadtest` from its words to its exit code."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.load.machine import TooMuch, require, this_machine
from tests.load.plan import read
from tests.load.report import held_or_not, report, table
from tests.load.run import Found, Run
from tests.load.site import running_site

REFUSED = 2


def say(text: str) -> None:
    """Tell whoever waits how far it is; what is printed on stdout is the result."""
    print(text, file=sys.stderr, flush=True)


def main(words: Sequence[str]) -> int:
    """Run it; 0 when all held, 1 when something did not, 2 when it is too much."""
    try:
        plan = read(words)
        machine = this_machine()
        require(plan.size, machine)
    except TooMuch as refused:
        say(f"scripts/loadtest: {refused}")
        return REFUSED
    with (
        tempfile.TemporaryDirectory(prefix="goodfaith-load-") as folder,
        running_site(Path(folder), plan) as site,
    ):
        found: Found = asyncio.run(Run(plan, site, say).whole())
    told = report(plan, machine, found)
    text = json.dumps(told, indent=2)
    if plan.json_file is not None:
        plan.json_file.write_text(f"{text}\n", encoding="utf-8")
    else:
        print(text)
    print(table(told), flush=True)
    return 0 if all(held_or_not(plan, found).values()) else 1
