"""Which patient is offered to whom next. Values in, a value out.

The policy orders; this holds what no policy may break. Somebody who may not see a patient is
never a candidate. A patient whom nobody idle may see now, or whom all of them just passed,
never holds up those behind them. While anybody idle may see anybody who waits, there is a
next match.
"""

from collections.abc import Collection, Iterator
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    PractitionerId,
    seconds_between,
)
from signaling.idle_pool import IdlePool
from signaling.participants import Order, WaitingPatient
from signaling.policy import Key, Policy, Turn
from signaling.scarcity import Scarcity
from signaling.waiting_room import WaitingRoom


class Match(NamedTuple):
    """A patient, and the practitioner to be rung for them."""

    encounter_id: EncounterId
    practitioner_id: PractitionerId


class Floorplan(NamedTuple):
    """What a decision looks at: who waits, who is idle, how scarce they are, and the policy."""

    room: WaitingRoom
    idle: IdlePool
    scarcity: Scarcity
    policy: Policy


class Lane(NamedTuple):
    """Patients of one class and language who can be offered now, the oldest first."""

    eligibility: EligibilityClass
    language: str
    orders: Collection[Order]


def practitioner_for(patient: WaitingPatient, idle: IdlePool) -> PractitionerId | None:
    """Return whom to ring for a patient, or None when nobody may see them now.

    The first in the policy's order who speaks their language; else the first.
    """
    first = None
    for _, practitioner_id in idle.in_order(patient.eligibility):
        if practitioner_id in patient.excluded:
            continue
        if not patient.language or idle.speaks(practitioner_id, patient.language):
            return practitioner_id
        first = first or practitioner_id
    return first


def next_match(
    plan: Floorplan, changed: Collection[EligibilityClass], now: Instant
) -> Match | None:
    """Return the next offer to make, or None when none can be made.

    Args:
        plan: who waits, who is idle, and the policy.
        changed: classes in which somebody came, returned or was freed, or whose members
            changed, since this function last said None. In all others nothing can have
            become possible, so they are not looked at.
        now: instant of the decision; ages are counted up to it.
    """
    for patient in in_turn(plan, changed, now):
        practitioner_id = practitioner_for(patient, plan.idle)
        if practitioner_id is not None:
            return Match(patient.encounter_id, practitioner_id)
    return None


def second_match(plan: Floorplan, first: Match) -> Match | None:
    """Return a second practitioner to be rung at once for the patient of `first`, or None.

    To be asked before `first` rings, while its practitioner counts among the idle.
    """
    policy = plan.policy
    if not policy.parallel_offers:
        return None
    patient = plan.room[first.encounter_id]
    idle = [who for _, who in plan.idle.in_order(patient.eligibility)]
    others = [
        who for who in idle if who != first.practitioner_id and who not in patient.excluded
    ]
    if len(others) + 1 < policy.parallel_idle_min:
        return None
    return Match(first.encounter_id, others[0])


def in_turn(
    plan: Floorplan, classes: Collection[EligibilityClass], now: Instant
) -> Iterator[WaitingPatient]:
    """Yield the patients of these classes whom somebody idle may see, in the policy's order.

    Nothing of the plan may change while the iterator is in use.
    """
    lanes = [
        Lane(eligibility, language, orders)
        for eligibility in classes
        if plan.idle.in_order(eligibility)
        for language, orders in plan.room.lanes(eligibility).items()
    ]
    if len(lanes) == 1:
        for _, _, encounter_id in lanes[0].orders:
            yield plan.room[encounter_id]
    else:
        yield from _merged(plan, lanes, now)


def _merged(plan: Floorplan, lanes: Collection[Lane], now: Instant) -> Iterator[WaitingPatient]:
    """Merge lanes by the policy's keys; what comes later in a lane is looked at when needed."""
    heads: list[tuple[Key, int, WaitingPatient]] = []
    sources = []
    for number, lane in enumerate(lanes):
        ranked = _ranked(plan, lane, now)
        sources.append(ranked)
        key, patient = next(ranked)
        heads.append((key, number, patient))
    heapify(heads)
    while heads:
        _, number, patient = heappop(heads)
        yield patient
        following = next(sources[number], None)
        if following is not None:
            heappush(heads, (following[0], number, following[1]))


def _ranked(plan: Floorplan, lane: Lane, now: Instant) -> Iterator[tuple[Key, WaitingPatient]]:
    """Yield the patients of a lane with their keys."""
    scarcity = plan.scarcity.of(lane.eligibility)
    spoken = not lane.language or any(
        plan.idle.speaks(who, lane.language) for _, who in plan.idle.in_order(lane.eligibility)
    )
    for ages_from, _, encounter_id in lane.orders:
        patient = plan.room[encounter_id]
        age_s = seconds_between(ages_from, now)
        yield plan.policy.patients.key(Turn(patient, age_s, scarcity, spoken, now)), patient
