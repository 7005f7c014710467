"""Decisions per second on one core, upon the worked cases of tests/cases.

ours     a decision with the compiled rulebook
scan     the same table of rules on the plain data: each decision goes through the rules of its
         jurisdictions and makes them ready, with no index and nothing remembered
pool     ours, without a practitioner: four professions are asked at once
whole    ours from the text of a case to the text of its answer, as the command does it

A second is one of this process's CPU time, so that others on the machine do not count; the
figure is the median of the rounds. `us_p99` is wall time of single decisions of ours, so others
do count there. No rules library is compared: none that we know combines rules by profession,
class and time, so that a peer would be our own table written in its words.

scripts/bench rules [--rounds N] [--decisions N]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, TypedDict

from server.rules.answer import answer
from server.rules.asked import decide_file
from server.rules.case import Case
from server.rules.case_file import read_case
from server.rules.deciding import decide
from server.rules.rulebook import Floor, Key, Rulebook, compiled, floor
from server.rules.snapshot_files import SHIPPED, shipped
from server.rules.words import EVERY_CLASS, PatientKind
from tests.bench.matching import machine
from tests.rule_cases import CASES

ROUNDS: Final = 9
DECISIONS: Final = 5_000
TARGET_PER_S: Final = 10_000
SCAN_SHARE: Final = 20
WHOLE_SHARE: Final = 5


class Rate(TypedDict):
    """How fast one way is."""

    decisions_per_s: int
    us_mean: float


class Measured(TypedDict):
    """What is printed."""

    machine: dict[str, str | int | float]
    rules_version: str
    cases: int
    compile_ms: float
    ours: Rate
    pool: Rate
    scan: Rate
    whole: Rate
    us_p50: float
    us_p99: float
    ratio_to_scan: float
    same_decisions: bool
    target: str
    met: bool


class Scanning(Rulebook):
    """The same rules, gone through for each decision."""

    def floor(self, key: Key, now: int, *, opinion: bool) -> Floor:
        """Return what all rules that speak of a key ask at `now`."""
        place, profession, treatment_class, kind = key
        law = self.signed.snapshot.jurisdictions[place]
        matching = [
            compiled(law, rule)
            for rule in law.rules
            if profession in rule.professions.value
            and {treatment_class, EVERY_CLASS} & set(rule.treatment_classes.value)
            and rule.patient.value in {kind, PatientKind.ANY}
        ]
        return floor(matching, now, opinion=opinion)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of deciding all cases in turn."""

    decide: Callable[[int], object]
    decisions: int

    def rate(self, rounds: int) -> Rate:
        """Return the median of some rounds."""
        taken = median(self._round_s() for _ in range(rounds))
        return Rate(
            decisions_per_s=round(self.decisions / taken),
            us_mean=round(taken / self.decisions * 1e6, 1),
        )

    def _round_s(self) -> float:
        began = time.process_time()
        for turn in range(self.decisions):
            self.decide(turn)
        return time.process_time() - began


def single_us(cases: Sequence[Case], book: Rulebook, decisions: int) -> tuple[float, float]:
    """Return median and 99th percentile of single decisions."""
    taken = []
    for turn in range(decisions):
        began = time.perf_counter()
        decide(cases[turn % len(cases)], book)
        taken.append((time.perf_counter() - began) * 1e6)
    taken.sort()
    return round(median(taken), 1), round(taken[len(taken) * 99 // 100], 1)


def main(arguments: Sequence[str]) -> Measured:
    """Measure and return the figures."""
    parser = argparse.ArgumentParser(prog="scripts/bench rules")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    given = parser.parse_args(arguments)
    texts = [path.read_bytes() for path in sorted(CASES.glob("*.json"))]
    files = [text for text in texts if read_case(text).snapshot == SHIPPED]
    cases = [read_case(text).case() for text in files]
    pools = [replace(one, practitioner=None) for one in cases]
    began = time.process_time()
    book = Rulebook(shipped())
    compile_ms = round((time.process_time() - began) * 1e3, 1)
    scanning = Scanning(shipped())

    def whole(turn: int) -> str:
        text = files[turn % len(files)]
        return answer(decide_file(read_case(text), book)).model_dump_json()

    def rate(way: Callable[[int], object], share: int = 1) -> Rate:
        return Way(way, max(given.decisions // share, 1)).rate(given.rounds)

    ours = rate(lambda turn: decide(cases[turn % len(cases)], book))
    scan = rate(lambda turn: decide(cases[turn % len(cases)], scanning), SCAN_SHARE)
    p50, p99 = single_us(cases, book, given.decisions)
    return Measured(
        machine=machine(),
        rules_version=book.version,
        cases=len(cases),
        compile_ms=compile_ms,
        ours=ours,
        pool=rate(lambda turn: decide(pools[turn % len(pools)], book)),
        scan=scan,
        whole=rate(whole, WHOLE_SHARE),
        us_p50=p50,
        us_p99=p99,
        ratio_to_scan=round(ours["decisions_per_s"] / scan["decisions_per_s"], 1),
        same_decisions=all(decide(one, book) == decide(one, scanning) for one in cases),
        target=f"at least {TARGET_PER_S} decisions a second on one core",
        met=ours["decisions_per_s"] >= TARGET_PER_S,
    )
