"""The compliance page: the rules with their sources, what is open, what is signed off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Id, Jurisdiction, Message

Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
]
Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
TreatmentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ProfessionName = Literal["MD", "DO", "NP", "PA"]
SignedOffName = Literal["store_and_forward", "audio_only", "definition_opinion"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Classes = Annotated[list[TreatmentName], Field(max_length=20)]


class OpeningForm(Message):
    """Open, or close, a jurisdiction for professions and treatment classes."""

    jurisdiction: Jurisdiction
    professions: Annotated[list[ProfessionName], Field(min_length=1, max_length=4)]
    treatment_classes: Annotated[list[TreatmentName], Field(min_length=1, max_length=20)]
    reference: Reference


class SignOffForm(Message):
    """A counsel's word on a jurisdiction."""

    jurisdiction: Jurisdiction
    what: SignedOffName
    signed_by: Person
    reference: Reference


class WithdrawForm(Message):
    """End a counsel's word."""

    jurisdiction: Jurisdiction
    what: SignedOffName
    reference: Reference


class SwitchesForm(Message):
    """One layer of the policy, all of it."""

    store_and_forward_enabled: bool
    audio_only_enabled: bool
    controlled_enabled: bool
    minors_enabled: Classes
    live_only_classes: Classes
    low_risk_classes: Classes
    no_visual_classes: Classes
    hard_stop_on_stale_rules: bool


class PolicyForm(Message):
    """Set one layer: what compliance allows, or what the operator takes away from it."""

    layer: Literal["compliance", "operator"]
    switches: SwitchesForm
    reference: Reference


class PublishForm(Message):
    """Decide by this snapshot from now on; it is named so that no other one is meant."""

    sha256: Sha256
    reference: Reference


class RulesInForceView(Message):
    """By which snapshot decisions are made; `published` False: that of this release."""

    version: str
    sha256: str
    effective_from_ms: int
    effective_until_ms: int
    fault: str | None
    published: bool
    published_by: str | None
    published_at_ms: int | None
    reference: str | None


class ReleaseView(Message):
    """The snapshot of this release, where it is not the one in force."""

    version: str
    sha256: str
    fault: str | None
    changes: int
    deciding: int


class OpenedView(Message):
    """One profession and class that is open."""

    profession: ProfessionName
    treatment_class: str
    opened_by: str
    opened_at_ms: int
    reference: str


class SignOffView(Message):
    """A counsel's word that stands."""

    what: SignedOffName
    signed_by: str
    entered_by: str
    signed_at_ms: int
    reference: str


class JurisdictionRowView(Message):
    """One jurisdiction on the map. `opened` of `cells` professions with classes are open."""

    code: str
    name: str
    opened: int
    cells: int
    sign_offs: list[SignedOffName]
    overdue: int
    uncited: int
    conflict: bool


class ComplianceChangeView(Message):
    """One line of the log."""

    number: int
    at_ms: int
    actor: str
    what: str
    subject: str
    reference: str


class QuestionSetView(Message):
    """One set of health questions, and who signed it off for this network.

    `signed`: exactly this text is; `other_version`: an earlier one was, so it is not used.
    """

    name: str
    version: str
    sha256: str
    standing: Literal["signed", "other_version", "unsigned"]
    signed_by: str | None
    credential: str | None
    reference: str | None
    signed_at_ms: int | None
    signed_version: str | None


class ComplianceView(Message):
    """The first screen of compliance."""

    rules: RulesInForceView
    release: ReleaseView | None
    jurisdictions: list[JurisdictionRowView]
    allowed: SwitchesForm
    operator: SwitchesForm | None
    changes: list[ComplianceChangeView]
    questionnaires: list[QuestionSetView]
    may_change: bool


class SourceView(Message):
    """Where something was read, and how near that is to the text itself."""

    id: str
    cite: str | None
    title: str
    url: str | None
    read: str


class CitedValueView(Message):
    """A value that decides, with its sources and its age."""

    field: str
    value: str
    verified_on: str
    review_by: str
    overdue: bool
    citations: list[str]


class RuleView(Message):
    """One rule of a jurisdiction."""

    name: str
    note: str
    effective_from: str | None
    effective_until: str | None
    values: list[CitedValueView]


class JurisdictionView(Message):
    """All that is known and decided of one jurisdiction."""

    code: str
    name: str
    confidence: str
    conflict: str | None
    rules: list[RuleView]
    values: list[CitedValueView]
    sources: list[SourceView]
    opened: list[OpenedView]
    sign_offs: list[SignOffView]


class RulesChangeView(Message):
    """One value that a snapshot changes."""

    where: str
    before: str | None
    after: str | None
    decides: bool


class TouchedView(Message):
    """A visit, or an authorization, that the new rules decide otherwise, and what to do.

    Of an authorization `encounter_id` names the exam that gave it.
    """

    encounter_id: Id
    authorization_id: Id | None
    stage: Literal["waiting", "live", "authorized"]
    before: str
    after: str
    more: list[str]
    action: str


class ReleaseDetailView(Message):
    """What publishing this release's snapshot would change, and whom it touches."""

    version: str
    sha256: str
    fault: str | None
    in_force: bool
    changes: list[RulesChangeView]
    changes_total: int
    touched: list[TouchedView]
    touched_total: int
