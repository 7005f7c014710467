"""Reading a chart: its entries, folded in order into what they say now.

    read(entries, at) -> ChartState        pure; the last word on a subject counts

Nothing is lost by it: the entries stay, this is only what they amount to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Final

from server.chart.call_entries import (
    CallConnected,
    CallEnded,
    CallFailed,
    CallInterrupted,
    CallRecovered,
    CallStarted,
)
from server.chart.chat_entries import ChatSaid
from server.chart.consent import consented
from server.chart.entries import AnyEntry, PractitionerFact
from server.chart.exam_entries import (
    Addendum,
    Attestation,
    ChartParked,
    DispositionDecided,
    GateConfirmed,
    NoteDelta,
    NoteSnapshot,
    VisitChanged,
)
from server.chart.finding_entries import FindingSeen
from server.chart.forward import noted as forwarded
from server.chart.forward_entries import ModalityUpgraded, ReviewBegun
from server.chart.gate_entries import (
    ConsentWithdrawn,
    EmergencyCleared,
    EmergencyRaised,
    GuardianIdentified,
    LocationHeard,
    MinorAdmitted,
    RoomDeclared,
)
from server.chart.health import health
from server.chart.intake_entries import (
    ExamRequested,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    IntakeIdentity,
    IntakeLocation,
    IntakeTreatments,
    KioskHolder,
    PrivacyRequested,
)
from server.chart.media import noted
from server.chart.media_entries import MediaEvidence, MediaEvidenceIncomplete
from server.chart.modality_entries import ModalityComputed
from server.chart.note import apply
from server.chart.note_entries import NoteMerged
from server.chart.order_entries import DispositionOrdered
from server.chart.queue_entries import AuthorityChecked, OfferAccepted, QueueJoined
from server.chart.reopening_entries import ExamRescheduled
from server.chart.state import (
    UNWRITTEN,
    CallRecord,
    ChartState,
    Interruption,
    Noted,
    Written,
    nothing,
)
from server.consenting.accepting import is_signed_by
from server.intake import questionnaire, vitals
from server.views import GuardianForm, Language
from signaling.messages import Disposition, Gate, HealthFlag

OF_A_PLACE: Final[tuple[Gate, ...]] = (
    "location",
    "disclosure",
    "complaint_notice",
    "physician_request",
    "consent",
)
"""Prompts that are about one jurisdiction: in another one they are asked again."""
LETS: Final[frozenset[Disposition]] = frozenset(
    {"approved", "approved_with_precaution", "conditional"}
)
MICROPHONE_WORKS: Final = frozenset({"ok", "silent"})  # silent: nobody spoke during the test


def read(entries: Iterable[AnyEntry], at: Sequence[int] = ()) -> ChartState:
    """Return what the entries of one chart, in order, say.

    Args:
        entries: from the first on.
        at: when each was made, microseconds UTC; where it ends, 0 stands.

    Raises:
        NoteBroken: entries of the note are missing.
    """
    state = UNWRITTEN
    for entry, when in zip(entries, chain(at, repeat(0)), strict=False):
        for step in STEPS:
            state = step(state, entry, when)
    return state


def flags_of(state: ChartState, language: Language = "en") -> list[HealthFlag]:
    """Return what a practitioner must look at in answers and vital signs as they stand."""
    if not state.treatments:
        return []
    answered = questionnaire.flags(state.answers, state.treatments, language=language)
    return answered + vitals.flags(state.vitals, state.answers, state.treatments)


def ready_to_wait(entries: Iterable[AnyEntry]) -> bool:
    """Tell whether a patient has done all that comes before the waiting room.

    Identity, a guardian for somebody under 18, location, treatments, health questions
    finished, consent that stands, no wish to send photos instead, and a camera and microphone
    that work. An emergency is never sent to wait (rule R10).
    """
    state = read(entries)
    test = state.device_test
    return (
        state.identity is not None
        and (state.guardian is not None or not state.minor)
        and state.location is not None
        and bool(state.treatments)
        and not state.forward.forward
        and state.answers_done
        and not questionnaire.emergency(state.answers)
        and consented(state)
        and test is not None
        and test.camera == "ok"
        and test.microphone in MICROPHONE_WORKS
    )


def _intake(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    match entry:
        case IntakeIdentity(identity=identity):
            return replace(state, identity=identity)
        case IntakeLocation(location=location):
            if state.place not in {None, location.jurisdiction}:
                state = _moved(state)
            return replace(state, location=location, location_at=at, heard=None)
        case IntakeTreatments(treatments=treatments):
            kept = {
                name: one
                for name, one in state.dispositions.items()
                if one.treatment in treatments  # another product is another question
            }
            return replace(state, treatments=tuple(treatments), dispositions=kept)
        case IntakeAnswers(answers=form):
            done_at = _first(state.answered_at, at) if form.done else None
            state = replace(state, answers=form.answers, answers_done=form.done)
            return replace(state, answered_at=done_at)
        case IntakeConsents(consents=consents):
            return replace(state, consents=consents, consents_at=at, withdrawn_at=None)
        case _:
            return state


def _forward(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    record = forwarded(state.forward, entry, at)
    if isinstance(entry, ReviewBegun | ModalityUpgraded):
        # A call that came to nothing before the patient sent photos is none of this exam.
        since = at if isinstance(entry, ReviewBegun) else None
        state = replace(_begun_anew(state), accepted_at=since)
    return state if record is state.forward else replace(state, forward=record)


def _before_care(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    match entry:
        case MinorAdmitted():
            return replace(state, minor=True)
        case GuardianIdentified(guardian=guardian):
            return _guarded(_reopened(state, "guardian"), guardian)
        case RoomDeclared(by=by, people=people):
            state = replace(state, room=tuple(people))
            return _reopened(state, "room") if by == "patient" else state
        case ConsentWithdrawn():
            return _reopened(replace(state, withdrawn_at=at), "consent")
        case EmergencyRaised() | EmergencyCleared():
            raised = entry if isinstance(entry, EmergencyRaised) else None
            return replace(state, emergency=raised)
        case _:
            return state


def _guarded(state: ChartState, by: GuardianForm) -> ChartState:
    """Another guardian has not agreed to anything yet."""
    state = replace(state, guardian=by)
    if state.consents is None or is_signed_by(state.consents, by.legal_name):
        return state
    return replace(state, consents=None, consents_at=None)


def _moved(state: ChartState) -> ChartState:
    """Another law: consent was to an exam under the first one, and so was what was approved."""
    kept = {
        name: one for name, one in state.dispositions.items() if one.disposition not in LETS
    }
    state = replace(state, consents=None, consents_at=None, dispositions=kept)
    for gate in OF_A_PLACE:
        state = _reopened(state, gate)
    return state


def _reopened(state: ChartState, gate: Gate) -> ChartState:
    """What was confirmed aloud has changed: it must be asked again."""
    if gate not in state.gates:
        return state
    return replace(state, gates={**state.gates, gate: False})


def _arrival(state: ChartState, entry: AnyEntry, _at: int) -> ChartState:
    match entry:
        case ExamRequested(treatments=treatments):
            return replace(state, requested=entry, treatments=tuple(treatments))
        case KioskHolder(holder=form):
            name = (form.staff_name or "",) if form.holder == "staff" else ()
            names = tuple(dict.fromkeys((*state.staff_help, *name)))
            return replace(state, holder=form.holder, staff_help=names)
        case IntakeDeviceTest(test=test):
            return replace(state, device_test=test)
        case PrivacyRequested(alone=alone):
            state = replace(state, privacy_requested=not alone)
            if alone:
                return state
            return _reopened(replace(state, privacy_ever_asked=True), "private_answers")
        case _:
            return state


def _queue(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    match entry:
        case QueueJoined():
            return replace(state, ready_at=at)
        case OfferAccepted(practitioner=practitioner):
            state = _handed_over(state, practitioner)
            since = _first(state.accepted_at, at)
            return replace(state, practitioner=practitioner, accepted_at=since)
        case AuthorityChecked():
            return replace(state, authority=entry)
        case _:
            return state


def _handed_over(state: ChartState, to: PractitionerFact) -> ChartState:
    """What another practitioner asked, saw and decided, this one has not."""
    before = state.practitioner
    if before is None or before.practitioner_id == to.practitioner_id:
        return state
    return _begun_anew(state)


def _put_off(state: ChartState, entry: AnyEntry, _at: int) -> ChartState:
    """Another day: all of it is asked, looked at and decided again."""
    return _begun_anew(state) if isinstance(entry, ExamRescheduled) else state


def _begun_anew(state: ChartState) -> ChartState:
    """Only the note is left of an exam that nobody finished; its entries stay."""
    return replace(
        state,
        gates=nothing(),
        gates_at=nothing(),
        findings=nothing(),
        dispositions=nothing(),
        call=CallRecord(),
        accepted_at=None,
    )


def _call(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    call = state.call
    match entry:
        case CallStarted():
            call = _interrupted(call, at)
            call = replace(call, state="connecting", started_at=_first(call.started_at, at))
        case CallConnected(connect_ms=took_ms):
            call = replace(
                _resumed(call, at),
                state="connected",
                connected_at=_first(call.connected_at, at),
                connect_ms=_first(call.connect_ms, took_ms),
            )
        case CallInterrupted():
            call = replace(_interrupted(call, at), state="interrupted")
        case CallRecovered():
            call = replace(_resumed(call, at), state="connected")
        case CallFailed():
            call = replace(_interrupted(call, at), state="failed", failures=call.failures + 1)
        case CallEnded():
            call = replace(_resumed(call, at), state="ended", ended_at=at)
        case ChatSaid(by=by, text=text):
            return replace(state, chat=(*state.chat, Written(at, by, text)))
        case MediaEvidence() | MediaEvidenceIncomplete():
            return replace(state, media=noted(state.media, entry))
        case _:
            return state
    return replace(state, call=call)


def _exam(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    match entry:
        case NoteSnapshot() | NoteDelta() | NoteMerged():
            return replace(state, note=apply(state.note, entry), note_saved_at=at)
        case LocationHeard(jurisdiction=jurisdiction):
            moved = state if state.place == jurisdiction else _moved(state)
            return replace(moved, heard=jurisdiction)
        case GateConfirmed(gate=gate, confirmed=confirmed):
            return replace(
                state,
                gates={**state.gates, gate: confirmed},
                gates_at={**state.gates_at, gate: at},
            )
        case FindingSeen(treatment_class=name, seen=seen):
            ticks = (*state.findings.get(name, ()), at) if seen else ()
            return replace(state, findings={**state.findings, name: ticks})
        case DispositionDecided(treatment=treatment) | DispositionOrdered(treatment=treatment):
            decided = {**state.dispositions, treatment.treatment_class: entry}
            return replace(state, dispositions=decided)
        case _:
            return state


def _end(state: ChartState, entry: AnyEntry, at: int) -> ChartState:
    match entry:
        case VisitChanged(after=visit):
            return replace(state, visit=visit)
        case ChartParked(parked=parked):
            return replace(state, parked=parked)
        case ModalityComputed():
            return replace(state, modality=entry)
        case Attestation():
            return replace(state, attestation=entry, attested_at=at)
        case Addendum(text=text):
            return replace(state, addenda=(*state.addenda, Noted(at, text)))
        case _:
            return state


def _first(known: int | None, now: int) -> int:
    return now if known is None else known


def _interrupted(call: CallRecord, at: int) -> CallRecord:
    """Begin an interruption, unless video never flowed or one is open already."""
    if call.connected_at is None or (call.interruptions and not call.interruptions[-1].ended):
        return call
    return replace(call, interruptions=(*call.interruptions, Interruption(at, None)))


def _resumed(call: CallRecord, at: int) -> CallRecord:
    """End the open interruption, if there is one."""
    if not call.interruptions or call.interruptions[-1].ended:
        return call
    last = replace(call.interruptions[-1], ended_at=at)
    return replace(call, interruptions=(*call.interruptions[:-1], last))


STEPS: Final = (
    _intake,
    health,
    _forward,
    _before_care,
    _arrival,
    _queue,
    _put_off,
    _call,
    _exam,
    _end,
)
