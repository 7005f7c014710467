"""What a client may ask for; each model is one command."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from signaling.messages.answers import AnswersRead, FlagsReason
from signaling.messages.call_commands import CALL_COMMANDS, CallCommand
from signaling.messages.command import CommandBase
from signaling.messages.finding_commands import FINDING_COMMANDS, FindingCommand
from signaling.messages.orders import DeferReason, DispositionCondition, TreatmentOrder
from signaling.messages.parts import (
    Disposition,
    EmergencyFlag,
    Gate,
    Id,
    Jurisdiction,
    LongText,
    NoteText,
    PersonInRoom,
    SessionDescription,
)
from signaling.messages.review_commands import REVIEW_COMMANDS, ReviewCommand


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


class LocationHeard(CommandBase):
    """The patient is in another jurisdiction than they attested, as heard in the call."""

    type: Literal["location.heard"]
    encounter_id: Id
    jurisdiction: Jurisdiction


class RoomSet(CommandBase):
    """Who is with the patient, as the practitioner hears and sees it."""

    type: Literal["room.set"]
    encounter_id: Id
    people: Annotated[list[PersonInRoom], Field(max_length=8)]


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
    LocationHeard,
    RoomSet,
    *REVIEW_COMMANDS,
    *FINDING_COMMANDS,
    AnswersRead,
    FlagsReason,
    *CALL_COMMANDS,
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
    | LocationHeard
    | RoomSet
    | ReviewCommand
    | FindingCommand
    | AnswersRead
    | FlagsReason
    | CallCommand,
    Field(discriminator="type"),
]
SpectatorCommand = Sync

PATIENT: TypeAdapter[PatientCommand] = TypeAdapter(PatientCommand)
PRACTITIONER: TypeAdapter[PractitionerCommand] = TypeAdapter(PractitionerCommand)
SPECTATOR: TypeAdapter[SpectatorCommand] = TypeAdapter(SpectatorCommand)
