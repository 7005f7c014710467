"""Firefox beside Chromium at the relay, in a network namespace: see `beside_firefox`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.namespaces import network_namespace

CALLS = Path(__file__).with_name("beside_firefox.py")


@pytest.mark.long
async def test_firefox_and_chromium_call_each_other_through_the_relay() -> None:
    with network_namespace() as name:
        inside = ("netns", "exec", name, sys.executable, "-m", "pytest", "-q", str(CALLS))
        process = await asyncio.create_subprocess_exec(
            "ip", *inside, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    assert "2 passed" in printed.decode()
