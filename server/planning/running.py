"""Where days are played: here, or in processes beside this one."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final

from server.planning.day import Day, Played, play
from server.planning.plan import Plan, Question, Run, make_plan

NICE: Final = 10  # live calls are served by other processes of this machine


def here(days: Sequence[Day]) -> list[Played]:
    """Play days one after another."""
    return [play(day) for day in days]


@contextmanager
def beside(processes: int) -> Iterator[Run]:
    """Play days in processes of their own, at a low priority."""
    if processes <= 1:
        yield here
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=be_nice) as pool:
        yield lambda days: list(pool.map(play, days))


def answer(question: Question, processes: int) -> Plan:
    """Answer a question with so many processes.

    Raises:
        PlanRefused: the question is beyond what is planned for.
    """
    with beside(processes) as run:
        return make_plan(question, run)


def be_nice() -> None:
    """Let everything else on this machine go first."""
    os.nice(NICE)
