"""The patient's page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.views.amendments import AmendmentView
from server.views.everyone import (
    BirthDate,
    Choice,
    ConsentKind,
    Email,
    Language,
    ModalityView,
    Name,
    OptionalText,
    Phone,
    QuestionId,
    Step,
    Street,
)
from server.views.forward import ForwardView
from signaling.messages import (
    CallbackRow,
    Disposition,
    IceServer,
    Id,
    Jurisdiction,
    Message,
    PersonInRoom,
    TreatmentRef,
    Visit,
)


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


class GuardianForm(Message):
    """Who answers for a patient under 18: identified, and there for the whole exam."""

    legal_name: Name
    birth_date: BirthDate
    relationship: Literal["parent", "legal_guardian"]
    phone: Phone
    present: Literal[True]


class RoomForm(Message):
    """Who is with the patient; nobody means alone."""

    people: Annotated[list[PersonInRoom], Field(max_length=8)]


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

    kind: ConsentKind
    version: Annotated[str, StringConstraints(max_length=40)]
    language: Language
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ConsentsForm(Message):
    """Every document that was shown, with the name typed as a signature."""

    consents: Annotated[list[ConsentGivenForm], Field(min_length=1, max_length=8)]
    signed_name: Name


class DeviceTestForm(Message):
    """What the device test found."""

    camera: Literal["ok", "denied", "missing", "busy", "in_app_browser"]
    microphone: Literal["ok", "denied", "missing", "busy", "in_app_browser", "silent"]
    speaker: Literal["ok", "not_heard", "untested"]
    path: Literal["udp", "turn_udp", "turn_tls", "blocked", "untested"] = "untested"
    """The best way out of the patient's network that was found before they went on."""
    round_trip_ms: Annotated[int, Field(ge=0, le=60_000)] | None = None
    """To the TURN server and back; None without one."""
    loss_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    """Of a few dozen probes over the same way."""


class IceServersView(Message):
    """The STUN and TURN servers for the network test; credentials expire."""

    ice_servers: list[IceServer]


class PrivacyForm(Message):
    """The patient asked to be alone, or says that they are now."""

    alone: bool


class ConsentTextView(Message):
    """A consent as it is shown. `sha256` is over the UTF-8 of `text`.

    `reviewed`: counsel and a translator have; the words of the others are drafts.
    """

    kind: ConsentKind
    version: str
    language: Language
    title: str
    text: str
    sha256: str
    reviewed: bool


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


class CarriedView(Message):
    """Answers of an earlier exam, to be confirmed or changed: none of them counts before."""

    answered_at_ms: int
    answers: dict[str, AnswerValue]


class QuestionnaireView(Message):
    """Every question that the chosen treatments call for.

    `draft`: no clinician has signed all of these sets off for this network.
    """

    version: str
    draft: bool
    sections: list[QuestionSectionView]
    carried: CarriedView | None


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
    """What the patient may read afterwards.

    `reviewed`: it was decided from what the patient sent, not live. `licenses` are those that
    counted where the patient and the site are.
    """

    signed_at_ms: int
    practitioner_name: str
    practitioner_profession: str
    held: ModalityView | None
    licenses: list[str]
    reviewed: bool
    outcomes: list[OutcomeView]
    addenda: list[AmendmentView]


class AdmissionView(Message):
    """Whether the patient may begin to wait now, and if not, from when on (None: not known)."""

    admitted: bool
    opens_at_ms: int | None


class ServedView(Message):
    """Whether the rules let the chosen treatments be examined here, and if not, why.

    `reason` is a word of the rules: not_served, in_person, minor, controlled, location,
    no_eligible_practitioner, stale_rules; or questionnaire_unsigned, where no clinician has
    approved the questions. `places` are the jurisdictions that count.
    `unserved` names the treatment classes that are the cause, where single ones are.
    """

    permitted: bool
    reason: str | None
    places: list[str]
    unserved: list[str]


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
    minor: bool
    guardian: GuardianForm | None
    room: list[PersonInRoom] | None
    room_confirmed: bool
    emergency: bool
    emergency_steps: str
    emergency_raised: bool
    location_heard: str | None
    """Another jurisdiction, as the practitioner heard it; place and consent are asked again."""
    consent_withdrawn: bool
    consent_texts: list[ConsentTextView]
    consents_done: bool
    device_test_done: bool
    admission: AdmissionView | None
    coverage: ServedView | None
    forward: ForwardView | None
    callback: CallbackRow | None
    result: ResultView | None
    demo: bool
