"""libwebrtc in Node, driven line by line: see `tests/node/peers.js`."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal

ROOT: Final = Path(__file__).resolve().parent.parent
SCRIPT: Final = ROOT / "tests" / "node" / "peers.js"
# Where `scripts/bootstrap` puts one on a machine that has none.
NODE: Final = ROOT / ".venv" / "node" / "bin" / "node"
STOP_S: Final = 10.0


class NodeFailed(Exception):
    """A command threw, or Node is gone."""


class NodePeers:
    """Any number of legs in one Node; made by `node_peers`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)

    async def ask(
        self, do: Literal["answer", "accept", "found", "close"], leg: str, given: str = ""
    ) -> Any:  # noqa: ANN401 - of the script
        """Return what a command came to; one at a time.

        Raises:
            NodeFailed: it threw, or Node is gone.
        """
        number = next(self._numbers)
        line = json.dumps({"id": number, "do": do, "leg": leg, "given": given})
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        told = await self._process.stdout.readline()
        if not told:
            raise NodeFailed("Node is gone")
        answer = json.loads(told)
        assert answer["id"] == number
        if "failed" in answer:
            raise NodeFailed(answer["failed"])
        return answer["done"]


@asynccontextmanager
async def node_peers() -> AsyncIterator[NodePeers]:
    """Start Node, and end it afterwards."""
    process = await asyncio.create_subprocess_exec(
        os.environ.get("NODE", str(NODE) if NODE.exists() else "node"),
        str(SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield NodePeers(process)
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(STOP_S):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
