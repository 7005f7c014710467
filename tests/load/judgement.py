"""Whether a waiting room was just, by what it wrote down. Pure.

Overtaken: an offer rang for somebody while another of the same eligibility class waited on an
earlier place, was there, had nobody rung for them, and had not just been passed on by that
practitioner. Who may serve a class may serve all of it, so no licence excuses that.

Matched twice: one patient accepted by two, or one practitioner with two patients at a time.

All times are microseconds UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

ACCEPTED: Final = "accepted"
PASSED: Final = frozenset({"declined", "missed"})
REPASS_US: Final = 60_000_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, as its row says."""

    offer_id: str
    encounter_id: str
    practitioner_id: str
    state: str
    rung_at: int
    settled_at: int | None
    parallel: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A patient who had a place in line, as the row of their encounter says.

    Attributes:
        left_at: when they gave it up; None if they did not.
        ended_at: when their exam was over.
        absent: when they were away, or not known to be there.
    """

    encounter_id: str
    eligibility: str
    place: int
    ready_at: int
    practitioner_id: str | None = None
    ended_at: int | None = None
    left_at: int | None = None
    absent: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Overtaking:
    """Somebody was rung for before another who was first."""

    overtaken: str
    by: str
    practitioner_id: str
    at: int


@dataclass(slots=True)
class _Line:
    """What happened to one patient, to be asked whether they waited at some time."""

    placed: Placed
    rung: list[Span] = field(default_factory=list)
    accepted_at: int | None = None
    passed: list[tuple[str, int]] = field(default_factory=list)

    def take(self, offer: Offered) -> None:
        end = offer.settled_at if offer.settled_at is not None else 2**63
        self.rung.append((offer.rung_at, end))
        if offer.state == ACCEPTED:
            first = self.accepted_at is None or offer.rung_at < self.accepted_at
            self.accepted_at = offer.rung_at if first else self.accepted_at
        elif offer.state in PASSED:
            self.passed.append((offer.practitioner_id, end))

    def waits_for(self, practitioner_id: str, at: int) -> bool:
        placed = self.placed
        if at <= placed.ready_at or (self.accepted_at is not None and at >= self.accepted_at):
            return False
        if placed.left_at is not None and at >= placed.left_at:
            return False
        busy = any(start <= at <= end for start, end in (*self.rung, *placed.absent))
        return not busy and not any(
            who == practitioner_id and since <= at <= since + REPASS_US
            for who, since in self.passed
        )


def overtakings(line: Iterable[Placed], offers: Sequence[Offered]) -> list[Overtaking]:
    """Return every offer that rang past somebody."""
    lines = {one.encounter_id: _Line(one) for one in line}
    for offer in offers:
        if offer.encounter_id in lines:
            lines[offer.encounter_id].take(offer)
    classes: defaultdict[str, list[_Line]] = defaultdict(list)
    for each in sorted(lines.values(), key=lambda one: one.placed.place):
        classes[each.placed.eligibility].append(each)
    found = []
    for offer in sorted(offers, key=lambda one: one.rung_at):
        rung = lines.get(offer.encounter_id)
        if rung is None or offer.parallel:
            continue
        found += _passed_by(rung, classes[rung.placed.eligibility], offer)
    return found


def _passed_by(rung: _Line, line: Sequence[_Line], offer: Offered) -> list[Overtaking]:
    found = []
    for each in line:
        if each.placed.place >= rung.placed.place:
            break
        if each.waits_for(offer.practitioner_id, offer.rung_at):
            found.append(
                Overtaking(
                    each.placed.encounter_id,
                    offer.encounter_id,
                    offer.practitioner_id,
                    offer.rung_at,
                )
            )
    return found


def double_matches(
    line: Iterable[Placed],
    offers: Sequence[Offered],
    acknowledged: Mapping[str, Sequence[str]],
) -> list[str]:
    """Return what was matched twice, each as a sentence.

    Args:
        line: the patients.
        offers: all of them.
        acknowledged: by encounter, the practitioners whose accept was acknowledged.
    """
    placed = {one.encounter_id: one for one in line}
    accepted = [one for one in offers if one.state == ACCEPTED]
    by_patient: defaultdict[str, list[Offered]] = defaultdict(list)
    by_practitioner: defaultdict[str, list[Offered]] = defaultdict(list)
    for one in accepted:
        by_patient[one.encounter_id].append(one)
        by_practitioner[one.practitioner_id].append(one)
    found = [
        f"{patient} was accepted {len(several)} times"
        for patient, several in by_patient.items()
        if len(several) > 1
    ]
    found += [
        f"{patient}: accepts of {len(set(several))} practitioners were acknowledged"
        for patient, several in acknowledged.items()
        if len(set(several)) > 1
    ]
    for who, several in by_practitioner.items():
        several.sort(key=lambda one: one.settled_at or 0)
        for earlier, later in pairwise(several):
            ended = placed[earlier.encounter_id].ended_at
            if ended is None or ended > (later.settled_at or 0):
                found.append(f"{who} had {earlier.encounter_id} and {later.encounter_id}")
    return found
