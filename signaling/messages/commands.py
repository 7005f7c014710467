"""What a client may ask for; each model is one command."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from signaling.messages.orders import DeferReason, DispositionCondition, TreatmentOrder
from signaling.messages.parts import (
    CallFailure,
    Disposition,
    EmergencyFlag,
    Gate,
    Generation,
    IceCandidate,
    Id,
    LegNumber,
    LegReply,
    LegRestart,
    LongText,
    Message,
    NoteText,
    PersonInRoom,
    SessionDescription,
)
from signaling.messages.report import MediaReport


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


class CallbackRequest(CommandBase):
    """The patient wants to be called back when somebody is there, and gives up their place."""

    type: Literal["callback.request"]


class ConsentWithdraw(CommandBase):
    """The patient takes back every consent: no place in line, no call, no approval."""

    type: Literal["consent.withdraw"]


class EmergencyRaise(CommandBase):
    """Somebody needs help now: spa and practitioner are told; nothing gates it."""

    type: Literal["emergency.raise"]
    encounter_id: Id
    flag: EmergencyFlag


class EmergencyClear(CommandBase):
    """The practitioner says that it is over, or was none."""

    type: Literal["emergency.clear"]
    encounter_id: Id


class RoomSet(CommandBase):
    """Who is with the patient, as the practitioner hears and sees it."""

    type: Literal["room.set"]
    encounter_id: Id
    people: Annotated[list[PersonInRoom], Field(max_length=8)]


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
    """What this side sends: its microphone and camera switches; whether its page is seen.

    `hidden`: another tab or window covers the page; `frozen`: the browser has stopped it.
    """

    type: Literal["call.media"]
    encounter_id: Id
    audio: bool
    video: bool
    hidden: bool = False
    frozen: bool = False


class CallReport(CommandBase, MediaReport):
    """What this side of a direct call received in one second, from `getStats`."""

    type: Literal["call.report"]
    encounter_id: Id


class CallHangUp(CommandBase):
    """Leave the call. The practitioner's hang-up begins wrap-up; a patient's does not."""

    type: Literal["call.hang_up"]
    encounter_id: Id


class LegAnswer(CommandBase):
    """This side's answer to the offer that came with the same `leg` and `restart`."""

    type: Literal["leg.answer"]
    encounter_id: Id
    leg: LegNumber
    restart: LegRestart
    description: LegReply


class LegRefresh(CommandBase):
    """This side has no path to the relay any more on the leg that it uses."""

    type: Literal["leg.refresh"]
    encounter_id: Id
    leg: LegNumber
    reason: Literal["stalled", "ice", "network", "socket"]


class LegFailed(CommandBase):
    """This side can make nothing of a leg."""

    type: Literal["leg.failed"]
    encounter_id: Id
    leg: LegNumber
    reason: Literal["description_rejected", "connection_failed", "other"]


class DutyAvailable(CommandBase):
    """The practitioner wants offers."""

    type: Literal["duty.available"]


class DutyAway(CommandBase):
    """The practitioner wants no offers; a ringing one is withdrawn."""

    type: Literal["duty.away"]


class OfferAccept(CommandBase):
    """The practitioner takes the patient.

    `description` is the first SdpOffer of the call, made while it rang: the patient gets it
    together with `call.started`, and never if the accept is refused.
    """

    type: Literal["offer.accept"]
    offer_id: Id
    description: SessionDescription | None = None


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
    """A spoken prompt was asked and answered (see `ChartView.gates`)."""

    type: Literal["gate.confirm"]
    encounter_id: Id
    gate: Gate
    confirmed: bool


class DispositionSet(CommandBase):
    """The practitioner's decision on one treatment.

    `order` is confirmed or narrowed from the site's protocol; None while it is not confirmed.
    `conditions` are precautions in words, `condition` what a conditional decision waits for,
    `reasons` why a treatment is deferred.
    """

    type: Literal["disposition.set"]
    encounter_id: Id
    treatment_class: Annotated[str, StringConstraints(max_length=40)]
    disposition: Disposition
    rationale: LongText
    order: TreatmentOrder | None
    conditions: LongText
    condition: DispositionCondition | None
    reasons: Annotated[list[DeferReason], Field(max_length=6)]
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
    CallReport,
    CallHangUp,
    LegAnswer,
    LegRefresh,
    LegFailed,
)
PATIENT_COMMANDS = (
    Sync,
    QueueJoin,
    QueueLeave,
    CallbackRequest,
    ConsentWithdraw,
    EmergencyRaise,
    *CALL_COMMANDS,
)
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
    EmergencyRaise,
    EmergencyClear,
    RoomSet,
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
    | CallReport
    | CallHangUp
    | LegAnswer
    | LegRefresh
    | LegFailed
)
PatientCommand = Annotated[
    Sync
    | QueueJoin
    | QueueLeave
    | CallbackRequest
    | ConsentWithdraw
    | EmergencyRaise
    | CallCommand,
    Field(discriminator="type"),
]
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
    | EmergencyRaise
    | EmergencyClear
    | RoomSet
    | CallCommand,
    Field(discriminator="type"),
]
SpectatorCommand = Sync

PATIENT: TypeAdapter[PatientCommand] = TypeAdapter(PatientCommand)
PRACTITIONER: TypeAdapter[PractitionerCommand] = TypeAdapter(PractitionerCommand)
SPECTATOR: TypeAdapter[SpectatorCommand] = TypeAdapter(SpectatorCommand)
