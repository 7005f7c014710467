"""aiortc's MediaRelay under load: one encounter in a process of its own.

It decodes what comes and encodes it again, so it needs media that can be decoded, and what it
sends are other packets than those it got: its cost is counted per packet that it was sent.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.bench.relay_load.description import read_remote
from tests.bench.relay_load.leg import Leg
from tests.bench.relay_load.systems import Legs, own_address

ROOT: Final = Path(__file__).resolve().parents[3]
MODULE: Final = "tests.bench.relay_load.media_relay_process"
LINE_BYTES_MAX: Final = 262_144
ANSWERS_S: Final = 20.0


class MediaRelayed:
    """See the module and `System`; takes one encounter."""

    name = "media_relay"
    waits = False

    def __init__(self, process: Process) -> None:
        self.pid = process.pid
        self.legs: list[Leg] = []
        self._process = process
        self._makes = Legs(own_address())

    async def connect(self) -> None:
        """Connect the two legs; what one sends the other gets at once."""
        pair = self._makes.pair()
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise RuntimeError("the process was started without pipes")
        offers = [leg.own.text("actpass") for leg in pair]
        asked.write(json.dumps({"offers": offers}).encode() + b"\n")
        async with asyncio.timeout(ANSWERS_S):
            told = json.loads(await answers.readline())
        async with asyncio.TaskGroup() as connecting:
            for leg, answer in zip(pair, told["answers"], strict=True):
                connecting.create_task(leg.connect(read_remote(answer)))
        self.legs += pair

    async def link(self) -> None:
        """Nothing: both are."""


@asynccontextmanager
async def media_relay() -> AsyncIterator[MediaRelayed]:
    """Run the process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=LINE_BYTES_MAX,
    )
    try:
        system = MediaRelayed(process)
        yield system
        for leg in system.legs:
            await leg.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
