"""A browser that nothing but a TURN server lets out, in a namespace: see `behind_coturn`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.namespaces import home_beside, network_namespace

CALLS = Path(__file__).with_name("behind_coturn.py")


async def test_a_browser_that_cannot_reach_the_relay_calls_through_coturn() -> None:
    with network_namespace() as world, home_beside(world) as home:
        inside = ("netns", "exec", world, sys.executable, "-m", "pytest", "-q", str(CALLS))
        process = await asyncio.create_subprocess_exec(
            "ip",
            *inside,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "HOME_NAMESPACE": home},
        )
        printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    assert "2 passed" in printed.decode()
