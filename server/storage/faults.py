"""Where a commit can be made to fail, for tests.

The running server uses `NO_FAULTS`. A test opens the database with `ScriptedFaults` and
says which commit fails, and how:

    faults = ScriptedFaults()
    database = await Database.open(url, faults=faults)
    with faults.failing(FaultPoint.AFTER_COMMIT):
        ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class FaultPoint(StrEnum):
    """The three ways in which a commit disappoints its caller."""

    BEFORE_COMMIT = "before_commit"  # rolled back, and the caller knows
    AFTER_COMMIT = "after_commit"  # committed, and the caller does not know
    COMMIT_LOST = "commit_lost"  # rolled back, and the caller does not know


class Faults(Protocol):
    """Asked at each point of each commit."""

    def strikes(self, point: FaultPoint, /) -> bool:
        """Say whether this commit fails at `point`."""
        ...


class NoFaults:
    """Nothing is made to fail."""

    def strikes(self, point: FaultPoint, /) -> bool:  # noqa: ARG002 - the port's parameter
        """Never."""
        return False


NO_FAULTS: Final[Faults] = NoFaults()


@dataclass(slots=True)
class _Plan:
    point: FaultPoint
    spared: int
    left: int
    struck: int = 0


class ScriptedFaults:
    """Fails chosen commits."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []

    def strikes(self, point: FaultPoint, /) -> bool:
        """Say whether a plan wants this commit to fail at `point`."""
        for plan in self._plans:
            if plan.point is not point or plan.left == 0:
                continue
            if plan.spared > 0:
                plan.spared -= 1
                continue
            plan.left -= 1
            plan.struck += 1
            return True
        return False

    @contextmanager
    def failing(self, point: FaultPoint, *, spared: int = 0, times: int = 1) -> Iterator[_Plan]:
        """Fail `times` commits at `point`, after letting `spared` of them pass.

        The value has `.struck`: how many have failed so far.
        """
        plan = _Plan(point, spared, times)
        self._plans.append(plan)
        try:
            yield plan
        finally:
            self._plans.remove(plan)
