"""A case: everything that a decision looks at, and nothing else.

Plain values; where they come from (a file, an encounter) is not known here. Instants are
microseconds UTC. What is not known is None or empty, and counts against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.rules.policy import OperatorPolicy
from server.rules.words import (
    AuthorityKind,
    Consent,
    EmergencyFlag,
    Modality,
    Profession,
    Schedule,
    Severity,
    TreatmentClass,
)
from signaling.identifiers import MICROSECONDS_PER_SECOND, Instant

ADULT_YEARS: Final = 18
DAY: Final = 86_400 * MICROSECONDS_PER_SECOND
LOCATION_FRESH: Final = DAY
"""How long a confirmed location counts as confirmed in this session."""
PRIOR_EXAM_COUNTS: Final = 365 * DAY
"""How long an earlier exam makes a patient established; the product's default validity."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment that is asked for, with the schedule of its drug where it has one."""

    treatment_class: TreatmentClass
    controlled_schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who stands beside a minor. Their consent is among the consents.

    Attributes:
        identified: their identity was checked.
        present: they are there now.
        consented: said apart from the consents; False means refused.
    """

    identified: bool
    present: bool
    consented: bool | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A contraindication that intake found.

    Attributes:
        severity: how much it weighs.
        applies_to: the classes it is about; empty means all of them.
        code: its name in the questionnaire.
    """

    severity: Severity
    applies_to: frozenset[TreatmentClass] = frozenset()
    code: str = ""

    def concerns(self, treatment_class: TreatmentClass) -> bool:
        """Tell whether it is about this class."""
        return not self.applies_to or treatment_class in self.applies_to


@dataclass(frozen=True, slots=True)
class Packet:
    """What the patient submitted.

    Attributes:
        images: clinical photographs, how many.
        records: the same of records.
        questionnaire: it was answered.
        complete: nothing is unanswered, no image is poor, no symptom is new.
    """

    images: int
    records: int
    questionnaire: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Connectivity:
    """What works between the two; `video_tried` says that somebody tried."""

    video: bool
    audio: bool
    video_tried: bool


@dataclass(frozen=True, slots=True)
class HeldAuthority:
    """One licence, registration or permit of a practitioner.

    It holds from `valid_from` until just before `valid_until`, if it was verified.
    """

    jurisdiction: str
    kind: AuthorityKind
    verified: bool
    valid_from: Instant
    valid_until: Instant


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Who would examine.

    Attributes:
        profession: one of five; an RN never examines.
        authorities: all that they hold.
        independent_practice_verified: where an NP was verified to practise alone.
        collaborators: where an active collaborating physician answers for them.
        dea_registered: they may prescribe controlled drugs.
    """

    profession: Profession
    authorities: tuple[HeldAuthority, ...]
    independent_practice_verified: frozenset[str]
    collaborators: frozenset[str]
    dea_registered: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One patient, asking for some treatments, here and now.

    Attributes:
        now: the instant that counts.
        jurisdiction: where the patient is; None if that is not known.
        site_jurisdictions: where each treatment site is.
        location_confirmed_at: when the patient's location was confirmed, in this session.
        age_years: None if it is not known.
        guardian: who stands beside them, if anybody.
        treatments: what they ask for; at least one.
        new_patient: not examined before by this practice.
        last_live_exam_at: the last exam by live video or in person.
        last_in_person_exam_at: the last in person.
        emergency_flags: what sends them to 911.
        flags: contraindications.
        packet: what they submitted.
        connectivity: what works.
        requested_modality: the form of exam that is asked for.
        consents: given and not withdrawn.
        evidenced: conditions for which the chart has an entry.
        practitioner: None asks what the pool must satisfy.
        policy: the operator's.
    """

    now: Instant
    jurisdiction: str | None
    site_jurisdictions: tuple[str, ...]
    location_confirmed_at: Instant | None
    age_years: int | None
    guardian: Guardian | None
    treatments: tuple[Treatment, ...]
    new_patient: bool
    last_live_exam_at: Instant | None
    last_in_person_exam_at: Instant | None
    emergency_flags: frozenset[EmergencyFlag]
    flags: tuple[Flag, ...]
    packet: Packet
    connectivity: Connectivity
    requested_modality: Modality
    consents: frozenset[Consent]
    evidenced: frozenset[str]
    practitioner: Practitioner | None
    policy: OperatorPolicy

    @property
    def places(self) -> tuple[str, ...]:
        """Return where the patient and the sites are, each once, in order of their codes."""
        known = {*self.site_jurisdictions, *filter(None, (self.jurisdiction,))}
        return tuple(sorted(known))

    @property
    def established(self) -> bool:
        """Tell whether an earlier live exam still counts."""
        return not self.new_patient and still_counts(self.last_live_exam_at, self.now)


def still_counts(exam_at: Instant | None, now: Instant) -> bool:
    """Tell whether an exam was held, and not too long ago."""
    return exam_at is not None and exam_at <= now < exam_at + PRIOR_EXAM_COUNTS
