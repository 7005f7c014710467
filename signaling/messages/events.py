"""What the server tells: acknowledgements and numbered events."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from signaling.messages.chat import ChatLine
from signaling.messages.operations import OpsNow, OpsToday
from signaling.messages.parts import (
    CallSetup,
    CallStatus,
    EncounterRow,
    IceCandidate,
    IceServer,
    Id,
    LegEnd,
    LegOffer,
    Message,
    OfferCard,
    PractitionerCard,
    QueueSummary,
    SessionDescription,
    StatusName,
    UnsignedChart,
    Visit,
    WaitEstimate,
)

# ------------------------------------------------------------------ acknowledgements


class Problem(Message):
    """An error as the wire shows it: a stable code, a human sentence, what to do.

    `opens_at_ms` comes with `nobody_on_shift` alone, where it is known.
    """

    code: str
    message: str
    retry: bool
    fields: list[str] = Field(default_factory=list)
    opens_at_ms: int | None = None


class Ack(Message):
    """The one answer to a command."""

    ok: bool
    id: str | None
    result: dict[str, str | int | bool | None] | None = None
    error: Problem | None = None


# ------------------------------------------------------------------ events


class EventBase(Message):
    """What every event carries: its stream (new with a new home) and number."""

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


class AdmissionChanged(EventBase):
    """Whether this patient, who does not wait yet, may begin to; and if not, from when on."""

    type: Literal["admission.changed"] = "admission.changed"
    admitted: bool
    opens_at_ms: int | None


class CallStarted(EventBase):
    """A practitioner accepted, or a retry began: build a connection now.

    `description` is the other side's first SdpOffer, when it came with the accept.
    """

    type: Literal["call.started"] = "call.started"
    setup: CallSetup
    description: SessionDescription | None
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


class LegOffered(EventBase):
    """A connection to the relay for this page to answer; camera and microphone stay off it.

    A `leg` that the page has is an ICE restart of that connection (a higher `restart`) or the
    same offer once more; another number is a further connection beside the ones there are.
    """

    type: Literal["leg.offered"] = "leg.offered"
    encounter_id: Id
    leg: int
    restart: int
    description: LegOffer
    ice_servers: list[IceServer]


class LegLinked(EventBase):
    """This leg carries the call from now on; the older ones are closed after it."""

    type: Literal["leg.linked"] = "leg.linked"
    encounter_id: Id
    leg: int


class LegClosed(EventBase):
    """A leg is over: drop its connection."""

    type: Literal["leg.closed"] = "leg.closed"
    encounter_id: Id
    leg: int
    reason: LegEnd


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


class ServiceChanged(EventBase):
    """What the server can do just now; outside of the numbering, as a last word is.

    While the database is away nothing new is committed, and what goes on goes on; while the bus
    is degraded, processes tell each other the slow way.
    """

    type: Literal["service.changed"] = "service.changed"
    database: Literal["ok", "away"]
    bus: Literal["ok", "degraded"] = "ok"


class PractitionerSync(EventBase):
    """The whole state of the console's live part."""

    type: Literal["practitioner.sync"] = "practitioner.sync"
    practitioner_id: Id
    status: StatusName
    shift_ends_at_ms: int | None
    auto_accept: bool
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
    """The practitioner's own status, and why when it was not their doing.

    `shift_ends_at_ms` is when they go off duty by themselves; None without a shift.
    """

    type: Literal["status.changed"] = "status.changed"
    status: StatusName
    reason: str | None
    shift_ends_at_ms: int | None = None


class QueueSummaryChanged(EventBase):
    """The queue that this practitioner may serve."""

    type: Literal["queue.summary"] = "queue.summary"
    queue: QueueSummary


class ChartChanged(EventBase):
    """New entries in a chart that this practitioner has open: read it again."""

    type: Literal["chart.changed"] = "chart.changed"
    encounter_id: Id
    entries: int


class ChatSaid(EventBase):
    """One side of an encounter wrote to the other; both are told."""

    type: Literal["chat.said"] = "chat.said"
    encounter_id: Id
    line: ChatLine


class NoteSaved(EventBase):
    """The note of a chart of theirs was saved, in this window or another one."""

    type: Literal["note.saved"] = "note.saved"
    encounter_id: Id
    revision: int


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
    """Everything ops sees; a wait above `oldest_wait_alert_ms` raises an alert."""

    type: Literal["ops.sync"] = "ops.sync"
    now_ms: int
    network_name: str
    time_zone: str
    target_ms: int
    oldest_wait_alert_ms: int
    now: OpsNow
    today: OpsToday


PATIENT_EVENTS = (
    PatientSync,
    QueueChanged,
    AdmissionChanged,
    CallStarted,
    CallChanged,
    PeerDescription,
    PeerCandidate,
    LegOffered,
    LegLinked,
    LegClosed,
    ChatSaid,
    VisitChanged,
    DeviceReplaced,
    SessionEnded,
    ServiceChanged,
)
PRACTITIONER_EVENTS = (
    PractitionerSync,
    OfferRinging,
    OfferClosed,
    StatusChanged,
    QueueSummaryChanged,
    ChartChanged,
    NoteSaved,
    UnsignedChanged,
    CallStarted,
    CallChanged,
    PeerDescription,
    PeerCandidate,
    LegOffered,
    LegLinked,
    LegClosed,
    ChatSaid,
    VisitChanged,
    SessionEnded,
    ServiceChanged,
)
SPA_EVENTS = (SpaSync, EncounterChanged, SessionEnded, ServiceChanged)
OPS_EVENTS = (OpsSync, SessionEnded, ServiceChanged)
