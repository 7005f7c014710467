"""What a chart says, for a decision: its entries, folded in order. Pure.

Only entries that a decision looks at are read (`KINDS`), each by one of `READERS`. What is
missing stays unknown, and counts against. What changes the law of an exam, or its form, or what
was agreed to, ends the pin to the rules under which it began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from server.chart.entries import (
    AnyEntry,
    CallConnected,
    CallFailed,
    CallInterrupted,
    CallRecovered,
    ConsentWithdrawn,
    ExamRequested,
    GateConfirmed,
    GuardianIdentified,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    IntakeLocation,
    IntakeTreatments,
    LocationHeard,
    MinorAdmitted,
    RoomDeclared,
    RulesDecided,
)
from server.chart.forward import ForwardRecord, noted
from server.chart.reading import MICROPHONE_WORKS, read
from server.chart.state import UNWRITTEN, ChartState
from server.conditions.showing import EVIDENCING
from server.consenting.accepting import covers, is_signed_by
from server.consenting.circumstances import Circumstances
from server.rules.case import Connectivity, Guardian
from server.views import AnswerValue, ConsentsForm
from signaling.messages import TreatmentRef

KINDS: Final = (
    "exam.requested",
    "intake.location",
    "location.heard",
    "intake.treatments",
    "intake.answers",
    "intake.consents",
    "consent.withdrawn",
    "intake.device_test",
    "minor.admitted",
    "guardian.identified",
    "room.declared",
    "gate.confirmed",
    "call.connected",
    "call.interrupted",
    "call.recovered",
    "call.failed",
    "modality.requested",
    "modality.upgraded",
    "upload.added",
    "upload.removed",
    "vitals.recorded",
    "rules.decided",
    *EVIDENCING,
)
NOT_TRIED: Final = Connectivity(video=False, audio=False, video_tried=False)
SEEN: Final = Connectivity(video=True, audio=True, video_tried=True)
GUARDIANS: Final = frozenset({"parent", "guardian"})


@dataclass(frozen=True, slots=True)
class Prior:
    """What the same patient's earlier exams come to; nothing here is done in person.

    Attributes:
        examined: any exam was signed before.
        last_live_at: the last whose evidence shows live video, microseconds UTC.
    """

    examined: bool = False
    last_live_at: int | None = None


NO_PRIOR: Final = Prior()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a chart says of a visit.

    Attributes:
        site: jurisdiction of the treatment site.
        birth_date: ISO 8601.
        location: jurisdiction where the patient is, as said or heard last.
        located_at: when that was.
        treatments: as chosen last.
        answers: to the health questions.
        minor: somebody under 18 was admitted.
        guardian: who stands beside them.
        accepted: the documents accepted last, until they are void or taken back.
        connectivity: what works, by the device test and the call.
        forward: what was sent in, and how the patient wants to be examined.
        evidenced: conditions taken as evidenced besides those that the chart evidences: what a
            reviewer could still see to, while the way of the exam is chosen.
        prior: earlier exams.
        pinned: the decision under which the exam began, as long as nothing changed since.
        last: the last decision.
        chart: what all of the entries come to; evidence of conditions is read from it.
    """

    site: str | None = None
    birth_date: str | None = None
    location: str | None = None
    located_at: int | None = None
    treatments: tuple[TreatmentRef, ...] = ()
    answers: Mapping[str, AnswerValue] = field(default_factory=dict)
    minor: bool = False
    guardian: Guardian | None = None
    accepted: ConsentsForm | None = None
    connectivity: Connectivity = NOT_TRIED
    forward: ForwardRecord = field(default_factory=ForwardRecord)
    evidenced: frozenset[str] = frozenset()
    prior: Prior = NO_PRIOR
    pinned: RulesDecided | None = None
    last: RulesDecided | None = None
    chart: ChartState = UNWRITTEN

    @property
    def places(self) -> frozenset[str]:
        """Where the patient and the site are, as far as that is known."""
        return frozenset(filter(None, (self.location, self.site)))

    @property
    def consented(self) -> bool:
        """Tell whether what was accepted covers the exam as it is now, and stands."""
        return self.accepted is not None and covers(
            self.accepted,
            Circumstances(self.places, minor=self.minor, modality=self.forward.modality),
        )

    @property
    def _basis(self) -> tuple[object, ...]:
        """Return what a pinned decision was made for: another of these is another exam."""
        return self.places, self.treatments, self.forward.modality, self.accepted


Reader = Callable[[Facts, int, AnyEntry], Facts]


def facts_of(
    entries: Iterable[tuple[int, AnyEntry]],
    prior: Prior = NO_PRIOR,
    *,
    readers: Iterable[Reader] | None = None,
) -> Facts:
    """Return what entries, each with its instant and in order, say.

    Args:
        entries: of one chart.
        prior: what earlier charts of the patient come to.
        readers: None reads with `READERS`.
    """
    facts, reading = Facts(prior=prior), tuple(READERS if readers is None else readers)
    dated = list(entries)
    for at, entry in dated:
        before = facts
        for reader in reading:
            facts = reader(facts, at, entry)
        if facts._basis != before._basis:  # noqa: SLF001 - of the same class
            facts = replace(facts, pinned=None)
    chart = read([entry for _, entry in dated], [at for at, _ in dated])
    return replace(facts, chart=chart)


def _intake(facts: Facts, at: int, entry: AnyEntry) -> Facts:
    match entry:
        case ExamRequested(site=site, patient=patient, treatments=wanted):
            asked = tuple(wanted)
            place, born = site.jurisdiction, patient.birth_date
            return replace(facts, site=place, birth_date=born, treatments=asked)
        case IntakeLocation(location=location):
            return _located(facts, location.jurisdiction, at)
        case LocationHeard(jurisdiction=jurisdiction):
            return _located(facts, jurisdiction, at)
        case IntakeTreatments(treatments=chosen):
            return replace(facts, treatments=tuple(chosen))
        case IntakeAnswers(answers=form):
            return replace(facts, answers=form.answers)
        case _:
            return facts


def _located(facts: Facts, jurisdiction: str, at: int) -> Facts:
    """Another jurisdiction is another law: what was agreed to is void."""
    if facts.location not in {None, jurisdiction}:
        facts = replace(facts, accepted=None)
    return replace(facts, location=jurisdiction, located_at=at)


def _consent(facts: Facts, _at: int, entry: AnyEntry) -> Facts:
    match entry:
        case IntakeConsents(consents=form):
            return replace(facts, accepted=form, pinned=None)
        case ConsentWithdrawn():
            return replace(facts, accepted=None)
        case _:
            return facts


def _guardian(facts: Facts, _at: int, entry: AnyEntry) -> Facts:
    """Read who answers for a minor: named in the intake, there as long as nobody denies it."""
    match entry:
        case MinorAdmitted():
            return replace(facts, minor=True)
        case GuardianIdentified(guardian=who):
            signed = facts.accepted
            if signed is not None and not is_signed_by(signed, who.legal_name):
                signed = None  # another one's consent
            here = Guardian(identified=True, present=True)
            return replace(facts, guardian=here, accepted=signed)
        case RoomDeclared(people=people) if facts.guardian is not None:
            there = any(one.who in GUARDIANS for one in people)
            return replace(facts, guardian=replace(facts.guardian, present=there))
        case GateConfirmed(gate="guardian", confirmed=yes) if facts.guardian is not None:
            return replace(facts, guardian=replace(facts.guardian, present=yes))
        case _:
            return facts


def _connection(facts: Facts, _at: int, entry: AnyEntry) -> Facts:
    works = facts.connectivity
    match entry:
        case IntakeDeviceTest(test=test):
            works = replace(
                works, video=test.camera == "ok", audio=test.microphone in MICROPHONE_WORKS
            )
        case CallConnected() | CallRecovered():
            works = SEEN
        case CallInterrupted() | CallFailed():
            works = replace(works, video=False, video_tried=True)
        case _:
            return facts
    return replace(facts, connectivity=works)


def _forward(facts: Facts, at: int, entry: AnyEntry) -> Facts:
    return replace(facts, forward=noted(facts.forward, entry, at))


def _rules(facts: Facts, _at: int, entry: AnyEntry) -> Facts:
    match entry:
        case RulesDecided():
            return replace(facts, last=entry, pinned=entry if entry.pinned else facts.pinned)
        case _:
            return facts


READERS: Final[tuple[Reader, ...]] = (
    _intake,
    _consent,
    _guardian,
    _connection,
    _forward,
    _rules,
)
"""Each reads its own kinds of entries."""
