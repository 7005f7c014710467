"""What `scripts/faults` leaves behind when somebody ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.servers import ROOT

UP_S = 60.0
DOWN_S = 60.0
ROW = "kill-relay-ready"
# The command, with a run that starts nothing: what it would have to clear away is a word.
WITH_NOTHING_TO_START = """
import asyncio, sys
from tests.faults import command

async def played():
    print("up", flush=True)
    await asyncio.sleep(60)

def outcomes(rows, *, nodes):
    try:
        asyncio.run(played())
        yield from ()
    finally:
        print("cleared away", flush=True)

command.outcomes = outcomes
sys.exit(command.main(sys.argv[1:]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others reach too, with a name as short as Unix sockets need it."""
    with TemporaryDirectory(prefix="goodfaith-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.timeout(150)
@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
def test_a_run_that_is_ended_by_a_signal_leaves_nothing_running_and_nothing_mounted(
    folder: Path, how: signal.Signals
) -> None:
    words = [sys.executable, "scripts/faults", "--only", ROW, "--nodes", "1"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    run = subprocess.Popen(words, cwd=ROOT, env=environment, start_new_session=True)
    within(UP_S, lambda: any("faulty_node" in one for one in started_in(folder)))
    assert mounted_in(folder)
    run.send_signal(how)
    assert run.wait(DOWN_S) == 128 + how
    assert started_in(folder) == []
    assert mounted_in(folder) == []
    assert list(folder.iterdir()) == []


def test_an_interrupt_ends_a_run_by_way_of_what_clears_away() -> None:
    words = [sys.executable, "-c", WITH_NOTHING_TO_START, "--only", ROW, "--nodes", "1"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "up\n"
        run.send_signal(signal.SIGINT)
        assert run.wait(DOWN_S) == 128 + signal.SIGINT
        assert run.stdout.read() == "cleared away\n"


def within(seconds: float, what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def started_in(folder: Path) -> list[str]:
    """Return the command lines of processes that name a folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = one.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended
            continue
        if str(folder) in line:
            found.append(line)
    return found


def mounted_in(folder: Path) -> list[str]:
    lines = Path("/proc/mounts").read_text().splitlines()
    return [one for one in lines if str(folder) in one]
