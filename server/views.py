"""What the HTTP API accepts and answers: JSON models, one per body.

`...Form` models come from outside: strict, closed, every field bounded. `...View` models go
out. What may be seen by whom is decided in `server.access`, what it means elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from signaling.messages import (
    CallStateName,
    Disposition,
    EncounterRow,
    Gate,
    HealthFlag,
    Id,
    Jurisdiction,
    Message,
    Severity,
    TreatmentRef,
    Visit,
)

Audience = Literal["patient", "practitioner", "spa", "ops"]
Language = Literal["en", "es"]
BirthDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ().-]{7,24}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")]
Street = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
OptionalText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,80}$")]
Choice = Annotated[str, StringConstraints(max_length=80)]
Step = Literal[
    "holder",
    "identity",
    "location",
    "treatments",
    "health",
    "consent",
    "device",
    "ready",
    "done",
]


# ------------------------------------------------------------------ everyone


class SiteInfoView(Message):
    """What any page may know before sign-in."""

    product: str
    version: str
    demo: bool
    demo_sign_ins: dict[str, list[str]]


class SignInForm(Message):
    """Name and password for one audience (the route names it)."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AccountView(Message):
    """Who is signed in."""

    audience: Audience
    account_id: str
    display_name: str
    organization_name: str
    role: str
    practitioner_id: str | None
    idle_s: int
    demo: bool


# ------------------------------------------------------------------ join: the patient


class RedeemForm(Message):
    """The secret of the link's fragment, proved with the date of birth."""

    secret: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    birth_date: BirthDate
    device: Id
    take_over: bool = False


class KioskRedeemForm(Message):
    """On a registered site tablet: the short code shown to staff, with the birth date."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}-?[0-9A-Z]{4}$")]
    birth_date: BirthDate
    take_over: bool = False


class KioskView(Message):
    """What a registered tablet knows while nobody holds it: no PHI."""

    site_id: str
    site_name: str
    city: str
    jurisdiction: str
    spa_name: str
    device_test_done_today: bool
    idle_limit_s: int


class HolderForm(Message):
    """Kiosk: who is holding the tablet. Staff help is logged by name."""

    holder: Literal["patient", "staff"]
    staff_name: OptionalText = ""


class IdentityForm(Message):
    """Who the patient says they are."""

    legal_name: Name
    birth_date: BirthDate
    phone: Phone
    email: Email | Literal[""] = ""
    emergency_name: Name
    emergency_phone: Phone
    language: Language


class LocationForm(Message):
    """Where the patient is now; attested, because the licence depends on it."""

    jurisdiction: Jurisdiction
    street: Street
    city: Name
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}(-[0-9]{4})?$")]
    at_site: bool
    attested: Literal[True]


class TreatmentsForm(Message):
    """What the patient wants to be examined for."""

    treatments: Annotated[list[TreatmentRef], Field(min_length=1, max_length=8)]


AnswerValue = (
    bool
    | Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
    | Annotated[str, StringConstraints(max_length=1_000)]
    | Annotated[list[Choice], Field(max_length=40)]
)


class AnswersForm(Message):
    """Answers by question id. A question left out is unanswered, never "no"."""

    answers: Annotated[dict[QuestionId, AnswerValue], Field(max_length=300)]
    done: bool


class ConsentGivenForm(Message):
    """One consent text, accepted as shown."""

    kind: Literal["privacy_notice", "telehealth"]
    version: Annotated[str, StringConstraints(max_length=40)]
    language: Language
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ConsentsForm(Message):
    """Both consents, with the name typed as a signature."""

    consents: Annotated[list[ConsentGivenForm], Field(min_length=2, max_length=2)]
    signed_name: Name


class DeviceTestForm(Message):
    """What the device test found."""

    camera: Literal["ok", "denied", "missing", "busy", "in_app_browser"]
    microphone: Literal["ok", "denied", "missing", "busy", "in_app_browser", "silent"]
    speaker: Literal["ok", "not_heard", "untested"]


class PrivacyForm(Message):
    """The patient asked to be alone, or says that they are now."""

    alone: bool


class ConsentTextView(Message):
    """A consent as it is shown. `sha256` is over the UTF-8 of `text`."""

    kind: Literal["privacy_notice", "telehealth"]
    version: str
    language: Language
    title: str
    text: str
    sha256: str


class ChoiceView(Message):
    """One choice of a question."""

    value: str
    label: str


class ShowIfView(Message):
    """The question is asked only when another one has this answer."""

    question_id: str
    equals: bool | str


class QuestionView(Message):
    """One question in one language."""

    id: str
    kind: str
    text: str
    help: str
    choices: list[ChoiceView]
    show_if: ShowIfView | None
    sensitive: bool


class QuestionSectionView(Message):
    """The general part, or the part of one treatment class."""

    id: str
    title: str
    questions: list[QuestionView]


class QuestionnaireView(Message):
    """Every question that the chosen treatments call for."""

    version: str
    draft: bool
    sections: list[QuestionSectionView]


class TreatmentOptionView(Message):
    """A treatment class that may be chosen."""

    treatment_class: str
    label_en: str
    label_es: str
    products: list[str]


class SiteView(Message):
    """A place of treatment."""

    site_id: str
    name: str
    street: str
    city: str
    jurisdiction: str
    postal_code: str
    spa_name: str


class OutcomeView(Message):
    """What was decided about one treatment."""

    treatment_class: str
    product: str | None
    disposition: Disposition
    conditions: str
    order: str
    rationale: str
    valid_until: str | None


class ResultView(Message):
    """What the patient may read afterwards."""

    signed_at_ms: int
    practitioner_name: str
    practitioner_profession: str
    outcomes: list[OutcomeView]


class JoinStateView(Message):
    """Where the patient stands. A reload at any moment asks for this and continues."""

    encounter_id: str
    step: Step
    visit: Visit
    kiosk: bool
    site: SiteView
    network_name: str
    language: Language
    holder: Literal["patient", "staff"] | None
    privacy_requested: bool
    identity: IdentityForm | None
    suggested_name: str
    location: LocationForm | None
    treatments: list[TreatmentRef]
    treatment_options: list[TreatmentOptionView]
    answers: dict[str, AnswerValue]
    answers_done: bool
    emergency: bool
    consent_texts: list[ConsentTextView]
    consents_done: bool
    device_test_done: bool
    result: ResultView | None
    demo: bool


# ------------------------------------------------------------------ console: the practitioner


class AnsweredView(Message):
    """A question with the patient's answer, in words."""

    section: str
    question_id: str
    question: str
    answer: str
    flag: Severity | None


class EntryView(Message):
    """One line of the chart's log."""

    seq: int
    kind: str
    at_ms: int
    actor: str
    summary: str


class DispositionView(Message):
    """The current decision on one treatment."""

    treatment_class: str
    product: str | None
    disposition: Disposition | None
    rationale: str
    order: str
    conditions: str
    valid_months: int
    approval_barred: bool


class MissingView(Message):
    """What still bars the signature, and where to mend it."""

    code: str
    message: str
    target: str


class AuthorityView(Message):
    """An authority to practise, as it stood when it was checked."""

    jurisdiction: str
    kind: str
    number: str
    profession: str
    valid_until: str
    collaborating_physician: str | None


class ChartView(Message):
    """A chart as its practitioner reads it: exceptions first."""

    encounter_id: str
    visit: Visit
    call_state: CallStateName
    identity: IdentityForm
    age_years: int
    location: LocationForm
    site: SiteView
    treatments: list[TreatmentRef]
    treatment_options: list[TreatmentOptionView]
    flags: list[HealthFlag]
    answers: list[AnsweredView]
    consents: list[str]
    staff_help: list[str]
    live_findings: dict[str, list[str]]
    note: str
    note_revision: int
    note_saved_at_ms: int | None
    gates: dict[Gate, bool]
    dispositions: list[DispositionView]
    authorities: list[AuthorityView]
    missing: list[MissingView]
    entries: list[EntryView]
    addenda: list[str]
    chart_head: str
    attestation_version: str
    attestation_text: str
    ready_at_ms: int | None
    accepted_at_ms: int | None
    connected_at_ms: int | None
    signed_at_ms: int | None
    demo: bool


# ------------------------------------------------------------------ portal: the staff of a spa


class NewPatientForm(Message):
    """Who the exam is for."""

    legal_name: Name
    birth_date: BirthDate
    phone: Phone | Literal[""] = ""
    email: Email | Literal[""] = ""


class NewExamForm(Message):
    """A request for an exam. The same `request_id` twice makes one encounter."""

    request_id: Id
    patient: NewPatientForm
    site_id: Annotated[str, StringConstraints(max_length=64)]
    treatments: Annotated[list[TreatmentRef], Field(min_length=1, max_length=8)]


class LinkView(Message):
    """A fresh link. Shown once: only its hash is kept."""

    encounter_id: str
    url: str
    kiosk_code: str
    expires_at_ms: int
    encounter: EncounterRow


class PortalHomeView(Message):
    """What the portal needs to draw itself."""

    spa_name: str
    sites: list[SiteView]
    treatment_options: list[TreatmentOptionView]
    encounters: list[EncounterRow]


class PortalEncounterView(Message):
    """One encounter as the spa may see it: outcome and orders, not the private note."""

    row: EncounterRow
    flags: list[HealthFlag]
    outcomes: list[OutcomeView]
    practitioner_name: str | None
    modality: str | None
    link_expires_at_ms: int | None
    pdf_ready: bool


# ------------------------------------------------------------------ operations


class HealthView(Message):
    """`/healthz`."""

    status: Literal["ok", "starting", "degraded"]
    version: str
    database: Literal["ok", "down"]
    switchboard: Literal["ok", "starting"]


FORMS: Final[tuple[type[BaseModel], ...]] = (
    SignInForm,
    RedeemForm,
    KioskRedeemForm,
    HolderForm,
    IdentityForm,
    LocationForm,
    TreatmentsForm,
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    PrivacyForm,
    NewExamForm,
)
INPUTS: Final = FORMS
MODELS: Final[tuple[type[BaseModel], ...]] = (
    SiteInfoView,
    AccountView,
    KioskView,
    QuestionnaireView,
    JoinStateView,
    ChartView,
    LinkView,
    PortalHomeView,
    PortalEncounterView,
    HealthView,
)
