"""The rows from which a switchboard is rebuilt: what the Records committed, and no more.

Presence is not among them. Whoever starts again has seen nobody yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.offers import Offer
from signaling.participants import PractitionerStatus


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """The last `RecordWaiting` of an encounter, with the last `RecordPriority` after it."""

    encounter_id: EncounterId
    eligibility: EligibilityClass
    place: int
    ready_at: Instant
    language: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class DutyRow:
    """The last `RecordDuty` of a practitioner, unless it said AWAY."""

    practitioner_id: PractitionerId
    status: PractitionerStatus
    licence_count: int
    idle_since: Instant
    encounter_id: EncounterId | None
    missed_offers: int
    paused_until: Instant | None
    leaving: bool
    languages: frozenset[str] = frozenset()
    shift_ends_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a switchboard knows that must outlive it.

    Attributes:
        waiting: rows whose visit is `waiting`.
        in_exam: rows whose visit is `in_progress`: should their practitioner drop out, they
            get their place back. One that is missing can still be ended and freed.
        duty: practitioners on duty.
        offers: those that ring, and those declined or missed within
            `Limits.repass_exclusion_s`, so that nobody is offered again at once what they
            just passed. Others do no harm: they only make a late answer `offer_settled`.
        eligibility: who may see whom, computed anew.
        demand: arrivals per second of each class, measured anew.
    """

    waiting: tuple[WaitingRow, ...] = ()
    in_exam: tuple[WaitingRow, ...] = ()
    duty: tuple[DutyRow, ...] = ()
    offers: tuple[Offer, ...] = ()
    eligibility: Mapping[EligibilityClass, frozenset[PractitionerId]] | None = None
    demand: Mapping[EligibilityClass, float] | None = None
