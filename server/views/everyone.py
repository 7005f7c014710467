"""Words and models that every page uses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from signaling.messages import Message

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
ConsentKind = Literal[
    "privacy_notice",
    "telehealth",
    "store_and_forward",
    "audio_only",
    "guardian",
    "complaint_notice",
    "physician_request",
]
Step = Literal[
    "holder",
    "identity",
    "guardian",
    "location",
    "treatments",
    "health",
    "consent",
    "photos",
    "device",
    "ready",
    "done",
]


# ------------------------------------------------------------------ everyone


class ModalityView(Message):
    """How an exam was held, as computed from its evidence at signing.

    `modality` None: no exam came about. `modifiers`: CPT 95 and 93, HCPCS GQ;
    `place_of_service`: a CMS code where the chart shows it. Seconds are measured.
    """

    modality: Literal["live_video", "hybrid", "audio_only", "store_and_forward"] | None
    modifiers: list[Literal["95", "93", "GQ"]]
    place_of_service: Literal["02", "10"] | None
    began_at_ms: int | None
    ended_at_ms: int | None
    live_video_s: int
    audio_only_s: int
    interruptions: int
    interrupted_s: int
    complete: bool


class SiteInfoView(Message):
    """What any page may know before sign-in.

    `passkey_host`: on which host passkeys can be used; null: on none.
    """

    product: str
    version: str
    demo: bool
    demo_sign_ins: dict[str, list[str]]
    passkey_host: str | None


class SignInForm(Message):
    """Name and password for one audience (the route names it).

    `code`: of a code generator, or a recovery code, where the account has a second factor.
    """

    login: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Annotated[str, StringConstraints(min_length=6, max_length=24)] | None = None


class AccountView(Message):
    """Who is signed in. Not `complete`: only enrolling a second factor is open."""

    audience: Audience
    account_id: str
    display_name: str
    organization_name: str
    role: str
    practitioner_id: str | None
    idle_s: int
    demo: bool
    complete: bool
    other_sessions: int  # in which the same account is signed in elsewhere


class OwnSessionView(Message):
    """One place in which somebody is signed in.

    `here`: the one that asks. `way`: what was proved, the last time at `proved_at_ms`.
    """

    id: str
    here: bool
    agent: str | None
    way: str
    proved_at_ms: int
    last_seen_at_ms: int


class SessionsView(Message):
    """Where somebody is signed in, the one that was used last first."""

    sessions: list[OwnSessionView]
