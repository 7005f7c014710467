"""The closed set of chart entries, and their one encoding.

    encode(entry) -> canonical JSON (RFC 8785), the plaintext that is sealed and committed to
    decode(bytes) -> entry

An entry that was written once must be readable for ever: a kind is never removed, and a change
of its fields is a new version (`v`) beside the old one.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from server.chart.answer_entries import (
    ANSWER_ENTRIES,
    AnswersCarried,
    AnswersRead,
    FlagsReasoned,
    QuestionsAsked,
)
from server.chart.call_entries import (
    CALL_ENTRIES,
    CallConnected,
    CallEnded,
    CallFailed,
    CallInterrupted,
    CallRecovered,
    CallStarted,
    MediaSwitched,
)
from server.chart.canonical import canonical
from server.chart.chat_entries import CHAT_ENTRIES, ChatSaid
from server.chart.entry import AuthorityFact, Entry, PractitionerFact
from server.chart.exam_entries import (
    EXAM_ENTRIES,
    Addendum,
    Attestation,
    ChartParked,
    DispositionDecided,
    GateConfirmed,
    NoteDelta,
    NoteSnapshot,
    VisitChanged,
)
from server.chart.finding_entries import FINDING_ENTRIES, FindingSeen
from server.chart.forward_entries import (
    FORWARD_ENTRIES,
    ModalityRequested,
    ModalityUpgraded,
    PacketSubmitted,
    ReviewBegun,
    ReviewConditionAttested,
    ReviewItemOpened,
    ReviewReturned,
    ReviewSufficiency,
    UploadAdded,
    UploadRemoved,
)
from server.chart.gate_entries import (
    GATE_ENTRIES,
    ConsentWithdrawn,
    EmergencyCleared,
    EmergencyRaised,
    GuardianIdentified,
    LocationHeard,
    MinorAdmitted,
    RoomDeclared,
)
from server.chart.intake_entries import (
    INTAKE_ENTRIES,
    ExamRequested,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    IntakeIdentity,
    IntakeLocation,
    IntakeTreatments,
    KioskHolder,
    LinkRedeemed,
    PrivacyRequested,
)
from server.chart.leg_entries import (
    LEG_ENTRIES,
    LegClosed,
    LegConnected,
    LegLinked,
    LegOffered,
    LegReplaced,
    LegRestarted,
    LegStalled,
)
from server.chart.media_entries import (
    MEDIA_ENTRIES,
    MediaEvidence,
    MediaEvidenceIncomplete,
)
from server.chart.modality_entries import MODALITY_ENTRIES, ModalityComputed
from server.chart.note_entries import NOTE_ENTRIES, NoteMerged
from server.chart.order_entries import ORDER_ENTRIES, Decided, DispositionOrdered
from server.chart.queue_entries import (
    QUEUE_ENTRIES,
    AuthorityChecked,
    CallbackAsked,
    CallbackDue,
    CallbackEnded,
    Moment,
    OfferAccepted,
    OfferDeclined,
    OfferMissed,
    OfferRung,
    OfferWithdrawn,
    QueueJoined,
    QueueLeft,
    QueuePrioritized,
)
from server.chart.reopening_entries import (
    REOPENING_ENTRIES,
    ExamRescheduled,
    ExamResumed,
)
from server.chart.ruling_entries import RULING_ENTRIES, RulesDecided
from server.chart.vital_entries import VITAL_ENTRIES, VitalsRecorded
from server.errors import Internal

__all__ = [
    "ENTRIES",
    "KINDS",
    "Addendum",
    "AnswersCarried",
    "AnswersRead",
    "AnyEntry",
    "Attestation",
    "AuthorityChecked",
    "AuthorityFact",
    "CallConnected",
    "CallEnded",
    "CallFailed",
    "CallInterrupted",
    "CallRecovered",
    "CallStarted",
    "CallbackAsked",
    "CallbackDue",
    "CallbackEnded",
    "ChartParked",
    "ChatSaid",
    "ConsentWithdrawn",
    "Decided",
    "DispositionDecided",
    "DispositionOrdered",
    "EmergencyCleared",
    "EmergencyRaised",
    "Entry",
    "ExamRequested",
    "ExamRescheduled",
    "ExamResumed",
    "FindingSeen",
    "FlagsReasoned",
    "GateConfirmed",
    "GuardianIdentified",
    "IntakeAnswers",
    "IntakeConsents",
    "IntakeDeviceTest",
    "IntakeIdentity",
    "IntakeLocation",
    "IntakeTreatments",
    "KioskHolder",
    "LegClosed",
    "LegConnected",
    "LegLinked",
    "LegOffered",
    "LegReplaced",
    "LegRestarted",
    "LegStalled",
    "LinkRedeemed",
    "LocationHeard",
    "MediaEvidence",
    "MediaEvidenceIncomplete",
    "MediaSwitched",
    "MinorAdmitted",
    "ModalityComputed",
    "ModalityRequested",
    "ModalityUpgraded",
    "Moment",
    "NoteDelta",
    "NoteMerged",
    "NoteSnapshot",
    "OfferAccepted",
    "OfferDeclined",
    "OfferMissed",
    "OfferRung",
    "OfferWithdrawn",
    "PacketSubmitted",
    "PractitionerFact",
    "PrivacyRequested",
    "QuestionsAsked",
    "QueueJoined",
    "QueueLeft",
    "QueuePrioritized",
    "ReviewBegun",
    "ReviewConditionAttested",
    "ReviewItemOpened",
    "ReviewReturned",
    "ReviewSufficiency",
    "RoomDeclared",
    "RulesDecided",
    "UnreadableEntry",
    "UploadAdded",
    "UploadRemoved",
    "VisitChanged",
    "VitalsRecorded",
    "decode",
    "encode",
    "summary",
]

AnyEntry: TypeAlias = (
    ExamRequested
    | LinkRedeemed
    | KioskHolder
    | IntakeIdentity
    | IntakeLocation
    | IntakeTreatments
    | IntakeAnswers
    | IntakeConsents
    | IntakeDeviceTest
    | PrivacyRequested
    | MinorAdmitted
    | GuardianIdentified
    | LocationHeard
    | RoomDeclared
    | ConsentWithdrawn
    | EmergencyRaised
    | EmergencyCleared
    | QueueJoined
    | QueuePrioritized
    | QueueLeft
    | OfferRung
    | OfferAccepted
    | OfferDeclined
    | OfferMissed
    | OfferWithdrawn
    | AuthorityChecked
    | CallbackAsked
    | CallbackDue
    | CallbackEnded
    | CallStarted
    | CallConnected
    | CallInterrupted
    | CallRecovered
    | CallFailed
    | CallEnded
    | MediaSwitched
    | ChatSaid
    | MediaEvidence
    | MediaEvidenceIncomplete
    | LegOffered
    | LegConnected
    | LegLinked
    | LegStalled
    | LegRestarted
    | LegReplaced
    | LegClosed
    | NoteSnapshot
    | NoteDelta
    | NoteMerged
    | GateConfirmed
    | Annotated[DispositionDecided | DispositionOrdered, Field(discriminator="v")]
    | VisitChanged
    | Attestation
    | Addendum
    | ChartParked
    | RulesDecided
    | ModalityRequested
    | UploadAdded
    | UploadRemoved
    | PacketSubmitted
    | ReviewBegun
    | ReviewItemOpened
    | ReviewReturned
    | ReviewConditionAttested
    | ReviewSufficiency
    | ModalityUpgraded
    | FindingSeen
    | ModalityComputed
    | ExamResumed
    | ExamRescheduled
    | QuestionsAsked
    | AnswersCarried
    | AnswersRead
    | FlagsReasoned
    | VitalsRecorded
)
ENTRIES: Final[tuple[type[Entry], ...]] = (
    *INTAKE_ENTRIES,
    *GATE_ENTRIES,
    *QUEUE_ENTRIES,
    *CALL_ENTRIES,
    *CHAT_ENTRIES,
    *MEDIA_ENTRIES,
    *LEG_ENTRIES,
    *EXAM_ENTRIES,
    *NOTE_ENTRIES,
    *RULING_ENTRIES,
    *ORDER_ENTRIES,
    *FORWARD_ENTRIES,
    *FINDING_ENTRIES,
    *MODALITY_ENTRIES,
    *REOPENING_ENTRIES,
    *ANSWER_ENTRIES,
    *VITAL_ENTRIES,
)
# A kind that has several versions is one kind.
KINDS: Final = tuple(
    dict.fromkeys(str(entry.model_fields["kind"].default) for entry in ENTRIES)
)
READER: Final[TypeAdapter[AnyEntry]] = TypeAdapter(
    Annotated[AnyEntry, Field(discriminator="kind")]
)


class UnreadableEntry(Internal):
    """Bytes that are no entry of this program. Never shows what they were."""

    code = "entry_unreadable"
    message = "A chart entry could not be read."


def encode(entry: AnyEntry) -> bytes:
    """Return the canonical JSON of an entry: equal entries give equal bytes."""
    return canonical(entry.model_dump(mode="json"))


def decode(plaintext: bytes) -> AnyEntry:
    """Return the entry that `encode` wrote.

    Raises:
        UnreadableEntry: not JSON, an unknown kind or version, or fields that do not fit.
    """
    try:
        return READER.validate_json(plaintext)
    except ValidationError:
        raise UnreadableEntry from None


def summary(entry: AnyEntry) -> str:
    """Return one English line for the log: no answers, no note, no rationale."""
    return entry.summary()
