"""A few bytes that a test and a running node share: where it halts, and what time it has.

    node                                  test
    levers = Levers.of(file)              levers = Levers.made(file)
    levers.reached(MatchStep.OFFERED)     levers.arm(MatchStep.OFFERED)
        halts while HELD                  levers.wait_held(5); ...; levers.release()

    IDLE --arm--> ARMED --reached (that step)--> HELD --release--> IDLE

While it halts, the whole process does: nothing is read, written or told, as between two
instructions. What is done to it meanwhile (kill -9, SIGSTOP) happens exactly there.
"""

from __future__ import annotations

import mmap
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Final

SIZE: Final = 4_096
CLOCK: Final = struct.Struct("<q")
STATE_AT: Final = 8
STEP_AT: Final = 16
STEP_BYTES: Final = 64
LOOK_S: Final = 0.002


class MatchStep(StrEnum):
    """How far a match has come, at the network's home."""

    READY = "ready committed"
    OFFERED = "offer committed"
    ACCEPTING = "accept not committed"
    ACCEPTED = "accept not told"
    LINKED = "legs linked"
    SEEN = "first media"
    SIGNED = "signature not told"


class CallStep(StrEnum):
    """What the home is about to do in a call that goes on."""

    SWITCHED = "switch of a camera not written"


Step = MatchStep | CallStep


class Lever(IntEnum):
    """Where a node stands with the step that it was told to halt at."""

    IDLE = 0
    ARMED = 1
    HELD = 2


class NotReached(Exception):
    """A node did not come to the step."""


class Levers:
    """One node's levers, seen from either side."""

    def __init__(self, file: Path) -> None:
        """Look into a file that is there; `made` makes one."""
        with file.open("r+b") as opened:
            self._bytes = mmap.mmap(opened.fileno(), SIZE)

    @classmethod
    def made(cls, file: Path) -> Levers:
        """Make a file of levers that nobody has pulled."""
        file.write_bytes(bytes(SIZE))
        return cls(file)

    # -------------------------------------------------------------- the clock

    @property
    def ahead_ns(self) -> int:
        """By how much the node's wall clock is ahead of the machine's."""
        ahead: int = CLOCK.unpack_from(self._bytes)[0]
        return ahead

    @ahead_ns.setter
    def ahead_ns(self, ahead: int) -> None:
        CLOCK.pack_into(self._bytes, 0, ahead)

    # -------------------------------------------------------------- the steps

    @property
    def state(self) -> Lever:
        return Lever(self._bytes[STATE_AT])

    def arm(self, step: Step) -> None:
        """Have the node halt when it comes to a step next."""
        word = step.value.encode().ljust(STEP_BYTES, b"\0")
        self._bytes[STEP_AT : STEP_AT + STEP_BYTES] = word
        self._bytes[STATE_AT] = Lever.ARMED

    def release(self) -> None:
        """Let it go on, or forget what it was to halt at."""
        self._bytes[STATE_AT] = Lever.IDLE

    def reached(self, step: Step, sleep: Callable[[float], None] = time.sleep) -> None:
        """The node is at a step: halt, if it is told to."""
        if self._bytes[STATE_AT] != Lever.ARMED:
            return
        armed = self._bytes[STEP_AT : STEP_AT + STEP_BYTES].rstrip(b"\0").decode()
        if armed == step:
            self._bytes[STATE_AT] = Lever.HELD
            while self._bytes[STATE_AT] == Lever.HELD:
                sleep(LOOK_S)


def wait_for_one_held(levers: list[Levers], within_s: float) -> int:
    """Wait until one node halts, disarm the others, and return which one it is.

    Raises:
        NotReached: none did in time; all are disarmed.
    """
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with suppress(ValueError):
            held = [one.state for one in levers].index(Lever.HELD)
            for number, one in enumerate(levers):
                if number != held:
                    one.release()
            return held
        time.sleep(LOOK_S)
    for one in levers:
        one.release()
    raise NotReached
