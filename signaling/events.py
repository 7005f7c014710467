"""Everything that can happen to the switchboard. Past tense: these are facts, not wishes.

Each carries identifiers and numbers only, never PHI. The time is passed beside the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
)


@dataclass(frozen=True, slots=True)
class PatientReady:
    """A patient asked to be seen, and is there.

    Attributes:
        encounter_id: their encounter.
        eligibility: who may see them.
        place: number from the database, growing; the original one on a re-entry.
        ready_at: when they first asked; the original one on a re-entry.
        language: code of the language they want to speak; empty when any will do.
        priority: steps of priority.
    """

    encounter_id: EncounterId
    eligibility: EligibilityClass
    place: int
    ready_at: Instant
    language: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class PatientSeen:
    """A live connection of the patient exists. A hint: never refused."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class PatientLost:
    """The patient's last connection is gone. A hint: never refused."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class PatientLeft:
    """The patient gave up waiting."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class EncounterCancelled:
    """The patient or the spa called the visit off while the patient waited."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class ClassChanged:
    """Other practitioners may see the patient now: they corrected where they are."""

    encounter_id: EncounterId
    eligibility: EligibilityClass


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """A patient counts as having waited longer, or no longer does."""

    encounter_id: EncounterId
    priority: int


@dataclass(frozen=True, slots=True)
class PractitionerAvailable:
    """A practitioner came on duty, or said again that they are.

    Attributes:
        practitioner_id: who.
        licence_count: in how many jurisdictions they may see patients.
        languages: codes of the languages they speak.
        shift_ends_at: when they go off duty by themselves, in an exam as soon as it is over;
            None to stay until they say so.
    """

    practitioner_id: PractitionerId
    licence_count: int
    languages: frozenset[str] = frozenset()
    shift_ends_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class PractitionerAway:
    """A practitioner asked to go off duty; in an exam, as soon as it is over."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class PractitionerSeen:
    """A live connection of the practitioner exists. A hint: never refused."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class PractitionerLost:
    """The practitioner's last connection is gone. A hint: never refused."""

    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class EligibilityChanged:
    """A class has other members now: a licence came, ended or was revoked.

    A ringing offer whose practitioner is no longer a member is withdrawn. A running exam is
    not ended here: what becomes of it is decided where it is signed.
    """

    eligibility: EligibilityClass
    members: frozenset[PractitionerId]


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """A practitioner takes the patient."""

    offer_id: OfferId
    practitioner_id: PractitionerId


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """A practitioner passes; `reason` is a code from the console, never free text."""

    offer_id: OfferId
    practitioner_id: PractitionerId
    reason: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The practitioner hung up; they write the chart up."""

    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class CallResumed:
    """The practitioner who writes the chart up calls the patient again.

    Attributes:
        practitioner_id: who.
        patient: as they asked to be seen, so that they can be given back their place.
    """

    practitioner_id: PractitionerId
    patient: PatientReady


@dataclass(frozen=True, slots=True)
class PractitionerFreed:
    """The practitioner signed or parked the chart, or nobody came."""

    practitioner_id: PractitionerId
    encounter_id: EncounterId


@dataclass(frozen=True, slots=True)
class PractitionerReleased:
    """The practitioner dropped out of a running exam and will not be back for it.

    It says who: told twice, it must not end the exam that began in between with another.

    Attributes:
        stays: they did not drop out: they may not see this patient any more, and are ready
            for another one.
    """

    practitioner_id: PractitionerId
    encounter_id: EncounterId
    stays: bool = False


@dataclass(frozen=True, slots=True)
class DemandMeasured:
    """How many patients of each class arrive per second; classes left out are unmeasured."""

    per_class: Mapping[EligibilityClass, float]


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened but time."""


Event = (
    PatientReady
    | PatientSeen
    | PatientLost
    | PatientLeft
    | EncounterCancelled
    | ClassChanged
    | PriorityChanged
    | PractitionerAvailable
    | PractitionerAway
    | PractitionerSeen
    | PractitionerLost
    | EligibilityChanged
    | OfferAccepted
    | OfferDeclined
    | CallEnded
    | CallResumed
    | PractitionerFreed
    | PractitionerReleased
    | DemandMeasured
    | TimePassed
)
