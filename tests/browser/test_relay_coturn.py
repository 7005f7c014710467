"""A browser that nothing but a TURN server lets out, in a namespace: see `behind_coturn`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.namespaces import home_beside, network_namespace

CALLS = Path(__file__).with_name("behind_coturn.py")


@pytest.mark.parametrize("transport", ["udp", pytest.param("tcp", marks=pytest.mark.long)])
async def test_a_browser_that_cannot_reach_the_relay_calls_through_coturn(
    transport: str,
) -> None:
    calls = f"{CALLS}::test_pictures_pass_both_ways_through_coturn[{transport}]"
    with network_namespace() as world, home_beside(world) as home:
        inside = ("netns", "exec", world, sys.executable, "-m", "pytest", "-q", calls)
        process = await asyncio.create_subprocess_exec(
            "ip",
            *inside,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "HOME_NAMESPACE": home},
        )
        printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    assert "1 passed" in printed.decode()
