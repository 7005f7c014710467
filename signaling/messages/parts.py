"""What messages are made of: bounded words, and the small models inside them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PROTOCOL_VERSION: Final = 1

type_id = StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")
Id = Annotated[str, type_id]
ShortText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
LongText = Annotated[str, StringConstraints(max_length=4_000)]
NoteText = Annotated[str, StringConstraints(max_length=20_000)]
SdpText = Annotated[str, StringConstraints(max_length=32_768)]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Generation = Annotated[int, Field(ge=1, le=1_000)]
LegNumber = Annotated[int, Field(ge=1, le=10_000)]
LegRestart = Annotated[int, Field(ge=0, le=10_000)]

Visit = Literal[
    "requested",
    "intake",
    "waiting",
    "in_progress",
    "wrap_up",
    "submitted",
    "in_review",
    "signed",
    "cancelled",
    "left",
    "no_show",
    "expired",
]
RequestedModality = Literal["live_video", "store_and_forward"]
CallStateName = Literal["idle", "connecting", "connected", "interrupted", "failed", "ended"]
CallFailure = Literal[
    "connect_timeout",
    "ice_failed",
    "fingerprint_mismatch",
    "media_device",
    "description_rejected",
    "peer_failed",
    "other",
]
CallMode = Literal["direct", "relay"]
LegEnd = Literal[
    "offer_over",  # somebody else is rung, or nobody
    "left",  # the patient does not wait any more
    "replaced",  # a later leg carries the call
    "session_over",  # whose leg it is was signed out
    "resumed",  # the earlier leg carries the call again: this one was not needed
    "failed",  # it never came up, or its connection ended
    "relay_lost",  # the relay is gone
    "went_direct",  # the call goes from browser to browser now
    "call_over",
]
PresenceName = Literal["present", "away", "unknown", "gone"]
StatusName = Literal["available", "offered", "in_exam", "wrap_up", "away"]
Disposition = Literal[
    "approved", "approved_with_precaution", "conditional", "deferred", "declined"
]
Gate = Literal[
    "identity",
    "location",
    "disclosure",
    "room",
    "guardian",
    "complaint_notice",
    "physician_request",
    "consent",
    "private_answers",
    "seen_on_video",
]
EmergencyFlag = Literal[
    "anaphylaxis",
    "vision_loss",
    "stroke_signs",
    "chest_pain",
    "dyspnoea",
    "suicidality",
    "other",
]
Companion = Literal["parent", "guardian", "partner", "family", "friend", "staff", "other"]
Severity = Literal["emergency", "absolute", "review"]


class Message(BaseModel):
    """Base of all wire models: strict, closed, immutable, silent about its input."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )


# ------------------------------------------------------------------ parts of messages


class SessionDescription(Message):
    """A W3C RTCSessionDescriptionInit."""

    type: Literal["offer", "answer", "rollback"]
    sdp: SdpText


class LegOffer(Message):
    """The relay's offer, or its next one for an ICE restart."""

    type: Literal["offer"] = "offer"
    sdp: SdpText


class LegReply(Message):
    """A browser's answer to a relay's offer."""

    type: Literal["answer"]
    sdp: SdpText


class IceCandidate(Message):
    """A W3C RTCIceCandidateInit; an empty `candidate` is end-of-candidates."""

    candidate: Annotated[str, StringConstraints(max_length=512)]
    sdp_mid: Annotated[str, StringConstraints(max_length=16)] | None = None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=15)] | None = None
    username_fragment: Annotated[str, StringConstraints(max_length=256)] | None = None


class IceServer(Message):
    """A W3C RTCIceServer; TURN credentials expire (coturn's REST scheme)."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class CallSetup(Message):
    """What a page needs to begin its half of a call.

    With mode `relay` its legs come by `leg.offered`; `polite` then means nothing.
    """

    encounter_id: Id
    generation: int
    polite: bool
    mode: CallMode
    connect_limit_s: float
    ice_servers: list[IceServer]


class CallStatus(Message):
    """Where the call stands; `generation` grows with every retry.

    `interrupted_at_ms` is since when somebody receives nothing, while the state is that.
    """

    encounter_id: Id
    generation: int
    state: CallStateName
    reason: CallFailure | None
    peer_present: bool
    peer_audio: bool
    peer_video: bool
    connected_at_ms: int | None
    mode: CallMode
    interrupted_at_ms: int | None


class PractitionerCard(Message):
    """Who the patient is about to meet: the disclosure duty of most jurisdictions."""

    display_name: str
    profession: str
    licenses: list[str]


class WaitEstimate(Message):
    """An honest range in whole minutes; never a position, never a countdown."""

    kind: Literal["connecting", "range", "nobody_on_duty"]
    low_min: int
    high_min: int
    opens_at_ms: int | None = None  # with nobody on duty: when the next one is planned to come


class TreatmentRef(Message):
    """A treatment class of the vocabulary, with a product where one is known."""

    treatment_class: Annotated[str, StringConstraints(max_length=40)]
    product: Annotated[str, StringConstraints(max_length=80)] | None = None


class HealthFlag(Message):
    """An answer that a practitioner must look at."""

    code: str
    severity: Severity
    reason: str
    question_id: str
    applies_to: str


class OfferCard(Message):
    """What an offer shows before accept: no name."""

    offer_id: Id
    encounter_id: Id
    age_years: int
    jurisdiction: str
    site_jurisdiction: str
    language: str
    treatments: list[TreatmentRef]
    flags: list[HealthFlag]
    waiting_since_ms: int
    now_ms: int
    expires_in_ms: int
    ring_ms: int
    ice_servers: list[IceServer]


class UnsignedChart(Message):
    """A chart that still wants its signature."""

    encounter_id: Id
    patient_name: str
    visit: Visit
    ended_at_ms: int | None
    parked: bool


class QueueSummary(Message):
    """What a practitioner sees of the queue they may serve: counts only."""

    waiting: int
    oldest_wait_ms: int | None
    practitioners_available: int


class CallbackRow(Message):
    """A patient who is to be called back: since `due_at_ms` somebody is there for them."""

    requested_at_ms: int
    opens_at_ms: int | None
    due_at_ms: int | None


class PersonInRoom(Message):
    """Somebody who is with the patient; the name may be left out."""

    who: Companion
    name: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)] = ""


class EmergencyRow(Message):
    """Somebody needs help now: what was said, the address for 911, and the site's own steps."""

    flags: list[str]
    place: str
    street: str
    city: str
    jurisdiction: str
    postal_code: str
    steps: str


class EncounterRow(Message):
    """One line of the portal's list. Tenant-scoped: it carries the patient's name."""

    encounter_id: Id
    patient_name: str
    birth_date: str
    site_name: str
    treatments: list[TreatmentRef]
    visit: Visit
    presence: PresenceName
    requested_at_ms: int
    ready_at_ms: int | None
    signed_at_ms: int | None
    practitioner_name: str | None
    dispositions: dict[str, Disposition]
    callback: CallbackRow | None = None
    emergency: EmergencyRow | None = None
    live_asked: bool = False
    """A reviewer asked for live video, and the patient has not come yet."""
