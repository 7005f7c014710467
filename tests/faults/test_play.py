"""How long pages were away, as rows of the table tell it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import cast

import pytest

from server.rehearsal.staying import CLOCK
from tests.cluster.running import Cluster
from tests.faults.clinic import Clinic, Worker
from tests.faults.play import Play
from tests.faults.staying import Absence


@dataclass
class Page:
    absences: list[Absence] = field(default_factory=list)


@dataclass
class Somebody:
    socket: Page


@dataclass
class Everybody:
    patients: list[Somebody]


def test_what_counts_is_the_last_page_that_came_back_after_a_fault() -> None:
    now_s, began_s = CLOCK.elapsed_s(), time.monotonic() - 10
    before = Absence(since_s=now_s - 12, until_s=now_s - 1)
    soon = Absence(since_s=now_s - 9, until_s=now_s - 8)
    late = Absence(since_s=now_s - 9, until_s=now_s - 6)
    people = Everybody([Somebody(Page([before, soon])), Somebody(Page([late]))])
    one = Play(cast("Cluster", None), cast("Clinic", people), cast("Worker", Somebody(Page())))
    assert one.back_after(began_s) == pytest.approx(4, abs=0.2)
    late.until_s = None
    assert one.back_after(began_s) == pytest.approx(10, abs=0.2)
