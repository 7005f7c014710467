"""What the switchboard wants done, in order: first everything to commit, then what to tell.

A `Record` is committed; a `Send` leaves only after the commit of everything before it. If a
commit fails, nothing of the batch is told, and the switchboard is thrown away and rebuilt.

Kept rows, from which `Switchboard.rebuild` starts:
    RecordWaiting   one row per encounter, replaced. It must outlive the exam, because a
                    practitioner who drops out gives the patient back their place.
    RecordPriority  replaces the priority in that row.
    RecordDuty      one row per practitioner, replaced; AWAY means: not on duty.
    RecordOffer     one row per offer, replaced.
"""

from dataclasses import dataclass
from enum import StrEnum

from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.offers import Offer
from signaling.participants import PractitionerStatus
from signaling.presence import PresenceState
from signaling.visit import VisitEvent


class RemovalReason(StrEnum):
    """Why a patient is out of the line without having been seen."""

    PATIENT_LEFT = "patient_left"
    CANCELLED = "cancelled"
    PRESENCE_GRACE_EXPIRED = "presence_grace_expired"


class StatusReason(StrEnum):
    """Why a practitioner's status changed, where it was not by their own hand."""

    MISSED_OFFER = "missed_offer"
    MISSED_OFFERS_MAX = "missed_offers_max"
    PAUSE_ENDED = "pause_ended"
    PRESENCE_GRACE_EXPIRED = "presence_grace_expired"
    RELEASED = "released"
    SHIFT_ENDED = "shift_ended"


@dataclass(frozen=True, slots=True)
class RecordWaiting:
    """A patient waits (again), or other practitioners may see them now.

    `priority` is the one that they come with; a later change is a `RecordPriority`.
    """

    encounter_id: EncounterId
    eligibility: EligibilityClass
    place: int
    ready_at: Instant
    language: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class RecordPriority:
    """The priority of somebody who waits, or is being seen, was changed."""

    encounter_id: EncounterId
    priority: int
    at: Instant


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """The visit moved on, by an event of the visit machine."""

    encounter_id: EncounterId
    event: VisitEvent
    at: Instant


@dataclass(frozen=True, slots=True)
class RecordOffer:
    """An offer was made or settled; this is all of it."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class RecordDuty:
    """A practitioner's duty changed; this is all of it but their presence.

    Attributes:
        practitioner_id: who.
        status: what they are doing; AWAY means off duty, and no other field matters then.
        licence_count: in how many jurisdictions they may see patients.
        idle_since: when they last became available, or last missed an offer.
        encounter_id: the encounter they examine or write up; else None.
        missed_offers: misses in a row.
        paused_until: no offers before this instant; else None.
        leaving: they go off duty as soon as what they are doing is over.
        languages: codes of the languages they speak.
        shift_ends_at: when they go off duty by themselves; None without a shift.
    """

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
class RecordPresence:
    """A waiting patient's presence changed."""

    encounter_id: EncounterId
    state: PresenceState
    since: Instant


@dataclass(frozen=True, slots=True)
class SendOfferRinging:
    """To the practitioner: an offer rings."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class SendOfferWithdrawn:
    """To the practitioner: the offer is over, by `offer.state` and `offer.reason`.

    Sent for withdrawn, missed and declined offers: every window of theirs stops ringing.
    """

    offer: Offer


@dataclass(frozen=True, slots=True)
class SendOfferAccepted:
    """To the practitioner and the patient: they have found each other."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class SendPatientRinging:
    """To the patient: somebody is, or is no longer, being asked for them."""

    encounter_id: EncounterId
    ringing: bool


@dataclass(frozen=True, slots=True)
class SendQueueChanged:
    """To ops and the portal: look again. At most once per event, and always last."""


@dataclass(frozen=True, slots=True)
class SendPatientRemoved:
    """To the patient: they are out of the line."""

    encounter_id: EncounterId
    reason: RemovalReason


@dataclass(frozen=True, slots=True)
class SendPractitionerStatus:
    """To the practitioner: what they are doing now, and why it changed."""

    practitioner_id: PractitionerId
    status: PractitionerStatus
    reason: StatusReason | None


Record = (
    RecordWaiting | RecordPriority | RecordVisit | RecordOffer | RecordDuty | RecordPresence
)
Send = (
    SendOfferRinging
    | SendOfferWithdrawn
    | SendOfferAccepted
    | SendPatientRinging
    | SendQueueChanged
    | SendPatientRemoved
    | SendPractitionerStatus
)
Effect = Record | Send


class Outcome:
    """Collects the effects of one event and puts them in order."""

    def __init__(self) -> None:
        """Start with nothing to do."""
        self._records: list[Record] = []
        self._sends: list[Send] = []

    def record(self, *records: Record) -> None:
        """Add what is to be committed."""
        self._records.extend(records)

    def send(self, *sends: Send) -> None:
        """Add what is to be told afterwards."""
        self._sends.extend(sends)

    def effects(self, *, queue_changed: bool) -> tuple[Effect, ...]:
        """Return everything in order, with one hint at the end if the queue changed."""
        hint = (SendQueueChanged(),) if queue_changed else ()
        return (*self._records, *self._sends, *hint)
