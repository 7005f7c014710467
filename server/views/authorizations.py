"""Authorizations on the wire: what a spa, or its software, asks and records."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from server.views.everyone import BirthDate, Name
from signaling.messages import (
    Disposition,
    Id,
    LongText,
    Message,
    PerformerRole,
    ProductCode,
)

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
ClassCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
RevokedReason = Literal[
    "new_health_information",
    "new_class",
    "superseded",
    "not_approved_later",
    "protocol_lapsed",
    "practitioner_decision",
]


class PatientRefForm(Message):
    """Who: the patient's id here, or exact name and date of birth; never both."""

    patient_id: Id | None = None
    legal_name: Name | None = None
    birth_date: BirthDate | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        named = self.legal_name is not None and self.birth_date is not None
        either = self.legal_name is not None or self.birth_date is not None
        if (self.patient_id is not None) == named or (self.patient_id and either):
            raise ValueError("an id, or a name with a date of birth")
        return self


class SameDayForm(Message):
    """What changed since the exam, asked on the day; True means that it did.

    What was not asked is None: then the check is incomplete.
    """

    answered_by: Literal["patient", "staff"]
    staff_name: ShortText = ""
    pregnancy: bool | None = None
    new_diagnosis: bool | None = None
    new_medication: bool | None = None
    new_allergy: bool | None = None
    infection: bool | None = None

    @model_validator(mode="after")
    def _staff_is_named(self) -> Self:
        if self.answered_by == "staff" and not self.staff_name:
            raise ValueError("staff who answer give their name")
        return self


class AuthorizationQueryForm(Message):
    """Is this covered by a valid exam? The same `request_id` twice is one question.

    Without a `date` it is today, where the site is.
    """

    request_id: Id
    patient: PatientRefForm
    treatment_class: ClassCode
    product: ProductCode | None = None
    site_id: Id
    date: Day | None = None
    performer_credential: PerformerRole | None = None
    same_day: SameDayForm | None = None


class ReasonView(Message):
    """Why: a stable code, and a sentence."""

    code: str
    text: str


class CoverView(Message):
    """The authorization that an answer rests on.

    `order_sha256` of the signed answer is the SHA-256 of `order_salt`, `order` and
    `conditions`, one a line.
    """

    authorization_id: str
    encounter_id: str
    treatment_class: str
    disposition: Disposition
    order: str
    conditions: str
    order_salt: str
    performers: list[PerformerRole]
    satisfied_by: list[PerformerRole]
    satisfied_at_ms: int | None
    practitioner_name: str
    signed_at_ms: int
    valid_until: str
    revoked_reason: RevokedReason | None
    revoked_at_ms: int | None


class AuthorizationAnswerView(Message):
    """The answer, and the same as a token that anybody can verify."""

    answer: Literal["covered", "conditional", "not_covered"]
    text: str
    reasons: list[ReasonView]
    patient_id: str | None
    treatment_class: str
    site_id: str
    date: str
    unanswered: list[str]
    authorization: CoverView | None
    jws: str


class SatisfyForm(Message):
    """Somebody named says that the condition is met."""

    request_id: Id
    name: Name
    credential: PerformerRole
    note: Words


class RevokeForm(Message):
    """A practitioner ends what their exam allowed."""

    request_id: Id
    reason: Literal["practitioner_decision", "new_health_information"]
    note: Words


class DoseForm(Message):
    """An amount."""

    value: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
    unit: Annotated[str, StringConstraints(pattern=r"^[A-Za-z%µ][A-Za-z0-9%µ/²]{0,19}$")]


class UseForm(Message):
    """A treatment that was given."""

    request_id: Id
    performer_name: Name
    performer_credential: PerformerRole
    product: ProductCode | Literal[""] = ""
    dose: DoseForm | None = None
    area: ShortText = ""
    lot: ShortText = ""
    performed_at_ms: Annotated[int, Field(ge=0, le=9_999_999_999_999)]
    note: LongText = ""


class UseView(Message):
    """What was recorded, with what the record shows to be outside the exam."""

    use_id: str
    authorization_id: str
    recorded_at_ms: int
    flags: list[ReasonView]


class ChangedView(Message):
    """An authorization after something was done with it."""

    authorization: CoverView


class CoversView(Message):
    """All that one exam allows, ended ones included."""

    authorizations: list[CoverView]


class SignedExamView(Message):
    """A signed exam in the list of who signed it."""

    encounter_id: str
    patient_name: str
    treatment_classes: list[str]
    """Of what it allowed, ended ones included."""
    signed_at_ms: int


class SignedExamsView(Message):
    """Signed exams, the newest first; `more`: there are older ones."""

    exams: list[SignedExamView]
    more: bool


class JwkView(Message):
    """A public key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    alg: str
    use: str
    kid: str


class JwksView(Message):
    """Public keys that verify signatures (RFC 7517)."""

    keys: list[JwkView]
