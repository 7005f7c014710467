"""Every message that crosses a socket, as it looks on the wire.

A client sends a *command* and gets one acknowledgement; the server sends *events*. Each
audience (patient, practitioner, spa, ops) has its own namespace and its own closed sets.

    client --command {v, id, type, ...}--> server
    client <--ack {ok, id, result | error}-- server
    client <--event {v, stream, seq, type, ...}-- server

What it is not: what a message causes. That is decided by the switchboard and the server.

Models are strict, forbid unknown fields, and bound every string and list, so a message that
validates is safe to carry around. A command's `id` is made by the client; the same id sent
twice has one effect and gets the same acknowledgement.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

PROTOCOL_VERSION: Final = 1

type_id = StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")
Id = Annotated[str, type_id]
ShortText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
LongText = Annotated[str, StringConstraints(max_length=4_000)]
NoteText = Annotated[str, StringConstraints(max_length=20_000)]
SdpText = Annotated[str, StringConstraints(max_length=32_768)]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Generation = Annotated[int, Field(ge=1, le=1_000)]

Visit = Literal[
    "requested",
    "intake",
    "waiting",
    "in_progress",
    "wrap_up",
    "signed",
    "cancelled",
    "left",
    "no_show",
    "expired",
]
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
PresenceName = Literal["present", "away", "unknown", "gone"]
StatusName = Literal["available", "offered", "in_exam", "wrap_up", "away"]
Disposition = Literal[
    "approved", "approved_with_precaution", "conditional", "deferred", "declined"
]
Gate = Literal["identity", "location", "disclosure", "consent", "seen_on_video"]
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
    """What a page needs to begin its half of a direct call."""

    encounter_id: Id
    generation: int
    polite: bool
    mode: Literal["direct"]
    connect_limit_s: float
    ice_servers: list[IceServer]


class CallStatus(Message):
    """Where the call stands; `generation` grows with every retry."""

    encounter_id: Id
    generation: int
    state: CallStateName
    reason: CallFailure | None
    peer_present: bool
    peer_audio: bool
    peer_video: bool
    connected_at_ms: int | None


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
    """What an offer shows before accept: no name (architecture, decision 15)."""

    offer_id: Id
    encounter_id: Id
    age_years: int
    jurisdiction: str
    site_jurisdiction: str
    language: str
    treatments: list[TreatmentRef]
    flags: list[HealthFlag]
    waiting_since_ms: int
    expires_in_ms: int
    ring_ms: int


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


class OpsWaiting(Message):
    """A waiting patient as ops sees them: no PHI."""

    encounter_id: Id
    jurisdiction: str
    site_jurisdiction: str
    presence: PresenceName
    ready_at_ms: int
    ringing: bool
    eligible_on_duty: int
    eligible_idle: int


class OpsPractitioner(Message):
    """A practitioner on duty, or known to the network."""

    practitioner_id: Id
    display_name: str
    profession: str
    jurisdictions: list[str]
    status: StatusName
    presence: PresenceName
    since_ms: int | None
    missed_offers: int


class OpsConnect(Message):
    """One connected call of today."""

    encounter_id: Id
    jurisdiction: str
    accepted_at_ms: int
    queue_wait_ms: int
    connect_ms: int


class OpsToday(Message):
    """Connect time = ready to media flowing both ways; queue wait = ready to accepted."""

    connected: int
    mean_connect_ms: int | None
    p50_connect_ms: int | None
    p90_connect_ms: int | None
    mean_queue_wait_ms: int | None
    answered: int
    abandoned: int
    signed: int
    offers: int
    offers_missed: int


# ------------------------------------------------------------------ commands


class CommandBase(Message):
    """What every command carries. `id` makes it idempotent for a day."""

    v: Literal[1]
    id: Id


class Sync(CommandBase):
    """Ask for the whole state again (after a gap in `seq`)."""

    type: Literal["sync"]


class QueueJoin(CommandBase):
    """The patient is ready: intake, consent and device test are done."""

    type: Literal["queue.join"]


class QueueLeave(CommandBase):
    """The patient gives up the place."""

    type: Literal["queue.leave"]


class CallDescription(CommandBase):
    """One half of perfect negotiation, for the other side of the encounter."""

    type: Literal["call.description"]
    encounter_id: Id
    generation: Generation
    description: SessionDescription


class CallCandidate(CommandBase):
    """A trickled ICE candidate, for the other side of the encounter."""

    type: Literal["call.candidate"]
    encounter_id: Id
    generation: Generation
    candidate: IceCandidate


class CallFirstFrame(CommandBase):
    """This side has decoded its first remote video frame of this generation."""

    type: Literal["call.first_frame"]
    encounter_id: Id
    generation: Generation
    since_accept_ms: Annotated[int, Field(ge=0, le=600_000)]


class CallInterrupted(CommandBase):
    """This side sees no media (ICE disconnected, or frames stopped)."""

    type: Literal["call.interrupted"]
    encounter_id: Id
    generation: Generation


class CallRecovered(CommandBase):
    """Media flows again on this side."""

    type: Literal["call.recovered"]
    encounter_id: Id
    generation: Generation


class CallFailed(CommandBase):
    """This side cannot go on in this generation; both ends are told."""

    type: Literal["call.failed"]
    encounter_id: Id
    generation: Generation
    reason: CallFailure


class CallRetry(CommandBase):
    """Start a new generation after a failure."""

    type: Literal["call.retry"]
    encounter_id: Id


class CallMedia(CommandBase):
    """What this side sends: its microphone and camera switches."""

    type: Literal["call.media"]
    encounter_id: Id
    audio: bool
    video: bool


class CallHangUp(CommandBase):
    """Leave the call. The practitioner's hang-up begins wrap-up; a patient's does not."""

    type: Literal["call.hang_up"]
    encounter_id: Id


class DutyAvailable(CommandBase):
    """The practitioner wants offers."""

    type: Literal["duty.available"]


class DutyAway(CommandBase):
    """The practitioner wants no offers; a ringing one is withdrawn."""

    type: Literal["duty.away"]


class OfferAccept(CommandBase):
    """The practitioner takes the patient."""

    type: Literal["offer.accept"]
    offer_id: Id


class OfferDecline(CommandBase):
    """The practitioner passes, with a reason."""

    type: Literal["offer.decline"]
    offer_id: Id
    reason: Literal["busy", "conflict_of_interest", "outside_competence", "break", "other"]


class NoteSave(CommandBase):
    """The note as typed so far. `base_revision` is the one it was typed on (0 = none)."""

    type: Literal["note.save"]
    encounter_id: Id
    base_revision: Annotated[int, Field(ge=0)]
    text: NoteText


class GateConfirm(CommandBase):
    """A spoken prompt was asked and answered (identity, location, disclosure, consent)."""

    type: Literal["gate.confirm"]
    encounter_id: Id
    gate: Gate
    confirmed: bool


class DispositionSet(CommandBase):
    """The practitioner's decision on one treatment."""

    type: Literal["disposition.set"]
    encounter_id: Id
    treatment_class: Annotated[str, StringConstraints(max_length=40)]
    disposition: Disposition
    rationale: LongText
    order: LongText
    conditions: LongText
    valid_months: Annotated[int, Field(ge=1, le=12)]


class EncounterPark(CommandBase):
    """Put the unsigned chart aside, to be offered patients again."""

    type: Literal["encounter.park"]
    encounter_id: Id


class EncounterNoShow(CommandBase):
    """The patient never came to the call."""

    type: Literal["encounter.no_show"]
    encounter_id: Id


class EncounterRelease(CommandBase):
    """The practitioner cannot go on: the patient returns to the original place."""

    type: Literal["encounter.release"]
    encounter_id: Id


class EncounterSign(CommandBase):
    """Attest and sign. `chart_head` is the head that the practitioner has read."""

    type: Literal["encounter.sign"]
    encounter_id: Id
    attestation_version: Annotated[str, StringConstraints(max_length=40)]
    attested: Literal[True]
    chart_head: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AddendumAdd(CommandBase):
    """After signing, only this."""

    type: Literal["addendum.add"]
    encounter_id: Id
    text: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


CALL_COMMANDS = (
    CallDescription,
    CallCandidate,
    CallFirstFrame,
    CallInterrupted,
    CallRecovered,
    CallFailed,
    CallRetry,
    CallMedia,
    CallHangUp,
)
PATIENT_COMMANDS = (Sync, QueueJoin, QueueLeave, *CALL_COMMANDS)
PRACTITIONER_COMMANDS = (
    Sync,
    DutyAvailable,
    DutyAway,
    OfferAccept,
    OfferDecline,
    NoteSave,
    GateConfirm,
    DispositionSet,
    EncounterPark,
    EncounterNoShow,
    EncounterRelease,
    EncounterSign,
    AddendumAdd,
    *CALL_COMMANDS,
)

CallCommand = (
    CallDescription
    | CallCandidate
    | CallFirstFrame
    | CallInterrupted
    | CallRecovered
    | CallFailed
    | CallRetry
    | CallMedia
    | CallHangUp
)
PatientCommand = Annotated[Sync | QueueJoin | QueueLeave | CallCommand, Field(discriminator="type")]
PractitionerCommand = Annotated[
    Sync
    | DutyAvailable
    | DutyAway
    | OfferAccept
    | OfferDecline
    | NoteSave
    | GateConfirm
    | DispositionSet
    | EncounterPark
    | EncounterNoShow
    | EncounterRelease
    | EncounterSign
    | AddendumAdd
    | CallCommand,
    Field(discriminator="type"),
]
SpectatorCommand = Sync

PATIENT: TypeAdapter[PatientCommand] = TypeAdapter(PatientCommand)
PRACTITIONER: TypeAdapter[PractitionerCommand] = TypeAdapter(PractitionerCommand)
SPECTATOR: TypeAdapter[SpectatorCommand] = TypeAdapter(SpectatorCommand)


# ------------------------------------------------------------------ acknowledgements


class Problem(Message):
    """An error as the wire shows it: a stable code, a human sentence, what to do."""

    code: str
    message: str
    retry: bool
    fields: list[str] = []


class Ack(Message):
    """The one answer to a command."""

    ok: bool
    id: str | None
    result: dict[str, str | int | bool | None] | None = None
    error: Problem | None = None


# ------------------------------------------------------------------ events


class EventBase(Message):
    """What every event carries: its stream (changes at a server restart) and number."""

    v: Literal[1] = 1
    stream: str = ""
    seq: int = 0


class PatientSync(EventBase):
    """The whole state of the patient's page after intake."""

    type: Literal["patient.sync"] = "patient.sync"
    encounter_id: Id
    visit: Visit
    ringing: bool
    wait: WaitEstimate | None
    practitioner: PractitionerCard | None
    setup: CallSetup | None
    call: CallStatus | None


class QueueChanged(EventBase):
    """The patient's wait changed, or somebody is being rung for them."""

    type: Literal["queue.changed"] = "queue.changed"
    ringing: bool
    wait: WaitEstimate


class CallStarted(EventBase):
    """A practitioner accepted, or a retry began: build a connection now."""

    type: Literal["call.started"] = "call.started"
    setup: CallSetup
    practitioner: PractitionerCard | None


class CallChanged(EventBase):
    """The call's state, as both sides see it."""

    type: Literal["call.changed"] = "call.changed"
    call: CallStatus


class PeerDescription(EventBase):
    """The other side's description."""

    type: Literal["peer.description"] = "peer.description"
    encounter_id: Id
    generation: int
    description: SessionDescription


class PeerCandidate(EventBase):
    """The other side's candidate."""

    type: Literal["peer.candidate"] = "peer.candidate"
    encounter_id: Id
    generation: int
    candidate: IceCandidate


class VisitChanged(EventBase):
    """What has been decided about the encounter changed."""

    type: Literal["visit.changed"] = "visit.changed"
    encounter_id: Id
    visit: Visit


class DeviceReplaced(EventBase):
    """Another device of the same patient took over; this one is done."""

    type: Literal["device.replaced"] = "device.replaced"


class SessionEnded(EventBase):
    """The session behind this socket is over."""

    type: Literal["session.ended"] = "session.ended"
    reason: Literal["signed_out", "expired", "revoked", "replaced"]


class PractitionerSync(EventBase):
    """The whole state of the console's live part."""

    type: Literal["practitioner.sync"] = "practitioner.sync"
    practitioner_id: Id
    status: StatusName
    offer: OfferCard | None
    encounter_id: Id | None
    setup: CallSetup | None
    call: CallStatus | None
    queue: QueueSummary
    unsigned: list[UnsignedChart]


class OfferRinging(EventBase):
    """A patient is offered."""

    type: Literal["offer.ringing"] = "offer.ringing"
    offer: OfferCard


class OfferClosed(EventBase):
    """An offer is over: accepted elsewhere is impossible, so declined, missed, withdrawn."""

    type: Literal["offer.closed"] = "offer.closed"
    offer_id: Id
    state: Literal["accepted", "declined", "missed", "withdrawn"]
    reason: str | None


class StatusChanged(EventBase):
    """The practitioner's own status, and why when it was not their doing."""

    type: Literal["status.changed"] = "status.changed"
    status: StatusName
    reason: str | None


class QueueSummaryChanged(EventBase):
    """The queue that this practitioner may serve."""

    type: Literal["queue.summary"] = "queue.summary"
    queue: QueueSummary


class ChartChanged(EventBase):
    """New entries in a chart that this practitioner has open: read it again."""

    type: Literal["chart.changed"] = "chart.changed"
    encounter_id: Id
    entries: int


class UnsignedChanged(EventBase):
    """The list of charts that want a signature."""

    type: Literal["unsigned.changed"] = "unsigned.changed"
    unsigned: list[UnsignedChart]


class SpaSync(EventBase):
    """The portal's list."""

    type: Literal["spa.sync"] = "spa.sync"
    encounters: list[EncounterRow]


class EncounterChanged(EventBase):
    """One line of the portal's list changed or is new."""

    type: Literal["encounter.changed"] = "encounter.changed"
    encounter: EncounterRow


class OpsSync(EventBase):
    """Everything ops sees now."""

    type: Literal["ops.sync"] = "ops.sync"
    now_ms: int
    network_name: str
    waiting: list[OpsWaiting]
    practitioners: list[OpsPractitioner]
    today: OpsToday
    connects: list[OpsConnect]


PATIENT_EVENTS = (
    PatientSync,
    QueueChanged,
    CallStarted,
    CallChanged,
    PeerDescription,
    PeerCandidate,
    VisitChanged,
    DeviceReplaced,
    SessionEnded,
)
PRACTITIONER_EVENTS = (
    PractitionerSync,
    OfferRinging,
    OfferClosed,
    StatusChanged,
    QueueSummaryChanged,
    ChartChanged,
    UnsignedChanged,
    CallStarted,
    CallChanged,
    PeerDescription,
    PeerCandidate,
    VisitChanged,
    SessionEnded,
)
SPA_EVENTS = (SpaSync, EncounterChanged, SessionEnded)
OPS_EVENTS = (OpsSync, SessionEnded)

UNIONS: Final[dict[str, tuple[type[Message], ...]]] = {
    "PatientCommand": PATIENT_COMMANDS,
    "PractitionerCommand": PRACTITIONER_COMMANDS,
    "PatientEvent": PATIENT_EVENTS,
    "PractitionerEvent": PRACTITIONER_EVENTS,
    "SpaEvent": SPA_EVENTS,
    "OpsEvent": OPS_EVENTS,
}
INPUTS: Final[tuple[type[Message], ...]] = tuple(
    dict.fromkeys((*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS))
)
MODELS: Final[tuple[type[Message], ...]] = (
    Ack,
    *dict.fromkeys((*PATIENT_EVENTS, *PRACTITIONER_EVENTS, *SPA_EVENTS, *OPS_EVENTS)),
)
