"""What a chart says now: the value that reading its entries gives.

Every field is the last word on its subject. Instants are microseconds UTC, taken from the
leaves; 0 where the reader did not pass them. See `server.chart.reading` for how it comes about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, TypeVar

from server.chart.answer_entries import AnswersCarried, QuestionsAsked
from server.chart.entry import PractitionerFact, SideName
from server.chart.exam_entries import Attestation
from server.chart.forward import ForwardRecord
from server.chart.gate_entries import EmergencyRaised
from server.chart.intake_entries import ExamRequested
from server.chart.media import MediaRecord
from server.chart.modality_entries import ModalityComputed
from server.chart.note import EMPTY, NoteState
from server.chart.order_entries import Decided
from server.chart.queue_entries import AuthorityChecked
from server.intake.vitals import Taken
from server.views import (
    AnswerValue,
    ConsentsForm,
    DeviceTestForm,
    GuardianForm,
    IdentityForm,
    LocationForm,
    VitalName,
)
from signaling.messages import CallStateName, Gate, PersonInRoom, TreatmentRef, Visit

FlagKey: TypeAlias = tuple[str, str, str]  # code, question, what it applies to
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Interruption:
    """A time in which at least one side received nothing; `ended_at` None: until the end."""

    began_at: int
    ended_at: int | None

    @property
    def ended(self) -> bool:
        """Tell whether video flowed again, or the call ended."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the chart says of the call, all attempts together.

    Attributes:
        state: as the last entry left it.
        started_at: first attempt.
        connected_at: first time that video was decoded on both sides; None means never.
        connect_ms: ready to that moment.
        ended_at: when it ended for good.
        interruptions: in order.
        failures: attempts that failed.
    """

    state: CallStateName = "idle"
    started_at: int | None = None
    connected_at: int | None = None
    connect_ms: int | None = None
    ended_at: int | None = None
    interruptions: tuple[Interruption, ...] = ()
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """Something said at a time."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What one side wrote to the other in the call."""

    at: int
    by: SideName
    text: str


def nothing() -> Mapping[Key, Value]:
    """Return a mapping without entries that nobody can change."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChartState:
    """What a chart says now."""

    requested: ExamRequested | None = None
    holder: Literal["patient", "staff"] | None = None
    staff_help: tuple[str, ...] = ()
    privacy_requested: bool = False
    privacy_ever_asked: bool = False
    minor: bool = False
    guardian: GuardianForm | None = None
    room: tuple[PersonInRoom, ...] | None = None
    emergency: EmergencyRaised | None = None
    identity: IdentityForm | None = None
    location: LocationForm | None = None
    location_at: int | None = None
    heard: str | None = None
    treatments: tuple[TreatmentRef, ...] = ()
    answers: Mapping[str, AnswerValue] = field(default_factory=nothing)
    answers_done: bool = False
    answered_at: int | None = None
    questions: QuestionsAsked | None = None
    carried: AnswersCarried | None = None
    answers_read: Mapping[str, str] = field(default_factory=nothing)
    flag_reasons: Mapping[FlagKey, str] = field(default_factory=nothing)
    vitals: Mapping[VitalName, Taken] = field(default_factory=nothing)
    consents: ConsentsForm | None = None
    consents_at: int | None = None
    withdrawn_at: int | None = None
    device_test: DeviceTestForm | None = None
    forward: ForwardRecord = field(default_factory=ForwardRecord)
    ready_at: int | None = None
    practitioner: PractitionerFact | None = None
    accepted_at: int | None = None
    authority: AuthorityChecked | None = None
    call: CallRecord = field(default_factory=CallRecord)
    chat: tuple[Written, ...] = ()
    media: MediaRecord = field(default_factory=MediaRecord)
    note: NoteState = EMPTY
    note_saved_at: int | None = None
    gates: Mapping[Gate, bool] = field(default_factory=nothing)
    gates_at: Mapping[Gate, int] = field(default_factory=nothing)
    findings: Mapping[str, tuple[int, ...]] = field(default_factory=nothing)
    dispositions: Mapping[str, Decided] = field(default_factory=nothing)
    visit: Visit | None = None
    parked: bool = False
    modality: ModalityComputed | None = None
    attestation: Attestation | None = None
    attested_at: int | None = None
    addenda: tuple[Noted, ...] = ()

    @property
    def place(self) -> str | None:
        """Return the jurisdiction where the patient is: as heard, until they attest it."""
        return self.heard or (self.location.jurisdiction if self.location else None)

    @property
    def connected(self) -> bool:
        """Tell whether live video ever flowed both ways."""
        return self.call.connected_at is not None


UNWRITTEN: Final = ChartState()
