"""Practitioners' files: what is entered, who looked, what is missing, what ends when.

Days are those of the network (`GOODFAITH_TIME_ZONE`), those of licences local to their
jurisdiction: from midnight, and until midnight.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.views.compliance import Person
from server.views.staffing import RemarkView
from signaling.messages import Id, Jurisdiction, Message

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Number = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
SourceText = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)
]
Line = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
ShortLine = Annotated[
    str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)
]
Dollars = Annotated[int, Field(ge=1, le=1_000_000_000)]
FileText = Annotated[str, StringConstraints(max_length=200_000)]
MissingPartName = Literal[
    "exclusion_check", "excluded", "malpractice", "employment", "training"
]
EndingName = Literal[
    "authority",
    "verification",
    "collaboration",
    "dea",
    "malpractice",
    "employment",
    "exclusion_check",
]
AuthorityStatusName = Literal["active", "suspended", "revoked"]
ListName = Literal["leie", "sam", "state"]


# ------------------------------------------------------------------ what is sent


class EvidenceForm(Message):
    """Who looked, and at which source; the paper, where it is kept in the file."""

    checked_by: Person
    source: SourceText
    document_id: Id | None = None


class AuthorityForm(Message):
    """A licence, registration or permit, as claimed."""

    jurisdiction: Jurisdiction
    kind: Literal["license", "registration", "permit"]
    number: Number
    since: Day
    until: Day


class VerifyForm(EvidenceForm):
    """Somebody looked at the source. `independent`: what a board says of an NP's practice."""

    independent: bool | None = None


class AuthorityStatusForm(Message):
    """Suspend or revoke a licence, or let it count again."""

    status: AuthorityStatusName


class MalpracticeForm(Message):
    """A policy of malpractice insurance; limits in whole US dollars."""

    insurer: Line
    policy_number: ShortLine
    per_claim_usd: Dollars
    aggregate_usd: Dollars
    since: Day
    until: Day
    evidence: EvidenceForm | None = None


class TrainingForm(Message):
    """Training that was completed."""

    topic: Line
    provider: Line
    minutes: Annotated[int, Field(ge=1, le=60_000)]
    completed_on: Day
    evidence: EvidenceForm | None = None


class EmploymentForm(Message):
    """What somebody is to the network."""

    kind: Literal["employee", "contractor"]
    title: ShortLine
    since: Day
    until: Day | None = None
    evidence: EvidenceForm


class ExclusionCheckForm(Message):
    """A look into a list of excluded people."""

    list_name: ListName
    outcome: Literal["clear", "match"]
    checked_on: Day
    evidence: EvidenceForm


class CollaborationForm(Message):
    """A physician who answers for an NP or PA in one jurisdiction.

    `physician_id`: the physician in this network, who may read what is examined there
    meanwhile; null: they are nobody here.
    """

    jurisdiction: Jurisdiction
    physician: Line
    number: Number
    since: Day
    until: Day
    physician_id: Id | None = None


class DeaForm(Message):
    """A DEA registration that was looked up."""

    jurisdiction: Jurisdiction
    number: Number
    until: Day
    evidence: EvidenceForm


class StandardForm(Message):
    """What a network asks of every file.

    `verify_again_days`: how long a look at a licence counts; null: as long as the licence.
    """

    training_minutes_min: Annotated[int, Field(ge=0, le=600_000)]
    exclusion_days: Annotated[int, Field(ge=1, le=366)]
    malpractice: bool
    employment: bool
    verify_again_days: Annotated[int, Field(ge=1, le=3_660)] | None = None


class FileImportForm(Message):
    """A file of rows. Without `apply` nothing is written: the answer says what it would do."""

    csv: FileText
    apply: bool


class SeenForm(Message):
    """All that was there at an instant was seen."""

    noticed_until_ms: Annotated[int, Field(ge=0, le=253_402_300_799_000)]


# ------------------------------------------------------------------ what is shown


class AuthorityCheckView(Message):
    """What somebody found about a licence, or decided about it."""

    at_ms: int
    outcome: str
    method: str
    actor: str
    checked_by: str | None
    source: str | None
    document_id: str | None


class FileAuthorityView(Message):
    """A licence, registration or permit.

    `verify_again_at_ms`: what was seen at its source counts until then; null: without an end.
    """

    id: str
    jurisdiction: str
    kind: str
    number: str
    valid_from_ms: int
    valid_until_ms: int
    status: str
    independent: bool
    verified_at_ms: int | None
    verified_by: str | None
    source: str | None
    verify_again_at_ms: int | None
    checks: list[AuthorityCheckView]


class CollaborationView(Message):
    """A physician who answers for them in one jurisdiction.

    `physician_id`: the physician in this network, who may read what is examined there.
    """

    id: str
    jurisdiction: str
    physician: str
    physician_id: str | None
    number: str
    active_from_ms: int
    active_until_ms: int


class DeaView(Message):
    """A DEA registration."""

    id: str
    jurisdiction: str
    number: str
    valid_until_ms: int
    verified_at_ms: int
    verified_by: str
    source: str
    ended_at_ms: int | None


class PartView(Message):
    """What every other part of a file says of itself. `counts`: it was verified, and stands."""

    id: str
    counts: bool
    entered_at_ms: int
    entered_by: str
    verified_at_ms: int | None
    verified_by: str | None
    source: str | None
    document_id: str | None
    ended_at_ms: int | None


class MalpracticeView(PartView):
    """A policy of malpractice insurance."""

    insurer: str
    policy_number: str
    per_claim_usd: int
    aggregate_usd: int
    valid_from_ms: int
    valid_until_ms: int


class EmploymentView(PartView):
    """What they are to the network."""

    kind: str
    title: str
    valid_from_ms: int
    valid_until_ms: int | None


class TrainingView(PartView):
    """Training that was completed."""

    topic: str
    provider: str
    minutes: int
    completed_at_ms: int


class ExclusionCheckView(PartView):
    """A look into a list of excluded people."""

    list_name: str
    outcome: str
    checked_at_ms: int


class CredentialDocumentView(Message):
    """A paper; its pages are pictures."""

    id: str
    name: str
    pages: int
    uploaded_by: str
    uploaded_at_ms: int


class EndingView(Message):
    """Something that ends, or is over since not long ago; negative days are gone by.

    `noticed`: the days before the end at which it was told.
    """

    kind: EndingName
    jurisdiction: str | None
    valid_until_ms: int
    days_left: int
    noticed: list[int]


class StandardView(Message):
    """What a network asks of every file."""

    training_minutes_min: int
    exclusion_days: int
    malpractice: bool
    employment: bool
    verify_again_days: int | None


class PractitionerFileView(Message):
    """One file. `standard` is null where the network asks for nothing besides licences.

    `cleared_until_ms` is null where nothing that is there has an end. `verification_service`:
    there is one that can be asked about licences.
    """

    practitioner_id: str
    display_name: str
    profession: str
    npi: str
    active: bool
    now_ms: int
    standard: StandardView | None
    verification_service: bool
    cleared: bool
    cleared_until_ms: int | None
    missing: list[MissingPartName]
    trained_minutes: int
    ends: list[EndingView]
    authorities: list[FileAuthorityView]
    collaborations: list[CollaborationView]
    dea: list[DeaView]
    exclusion_checks: list[ExclusionCheckView]
    malpractice: list[MalpracticeView]
    employments: list[EmploymentView]
    trainings: list[TrainingView]
    documents: list[CredentialDocumentView]


class FileRowView(Message):
    """One practitioner in the list of compliance.

    `unverified`: licences that nobody has looked at, or too long ago.
    """

    practitioner_id: str
    display_name: str
    profession: str
    login: str
    npi: str
    active: bool
    cleared: bool
    cleared_until_ms: int | None
    missing: list[MissingPartName]
    jurisdictions: list[str]
    unverified: int
    ends: list[EndingView]


class PractitionersView(Message):
    """Every practitioner of a network, and what the network asks for.

    `unseen`: notices of ends that nobody of compliance has seen yet.
    """

    now_ms: int
    standard: StandardView | None
    people: list[FileRowView]
    unseen: int


class FileImportView(Message):
    """What a file of rows would do, or did."""

    lines: int
    added: int
    unchanged: int
    errors: list[RemarkView]
    applied: bool
