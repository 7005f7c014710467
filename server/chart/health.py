"""What a chart says of the health answers and vital signs, beside the answers themselves. Pure.

answers.read      holds for an answer as it stood; changed, it is to be read again
flags.reasoned    holds for the practitioner who gave the reason, until the figures or
answers behind the flag change
vitals.recorded   the last one of each vital sign counts
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from server.chart.answer_entries import (
    AnswersCarried,
    AnswersRead,
    FlagsReasoned,
    QuestionsAsked,
    ReadAnswer,
)
from server.chart.canonical import canonical
from server.chart.forward_entries import ReviewBegun
from server.chart.intake_entries import IntakeAnswers
from server.chart.queue_entries import OfferAccepted
from server.chart.state import ChartState, FlagKey, nothing
from server.chart.vital_entries import VitalsRecorded
from server.intake import carrying, questionnaire, vitals
from server.views import AnswerValue
from signaling.messages import HealthFlag

if TYPE_CHECKING:
    from server.chart.entries import AnyEntry


def health(state: ChartState, entry: AnyEntry, _at: int) -> ChartState:
    """Return the state after one more entry."""
    match entry:
        case QuestionsAsked():
            return replace(state, questions=entry)
        case AnswersCarried():
            return replace(state, carried=entry)
        case VitalsRecorded():
            return _measured(state, entry)
        case _:
            return _looked_at(state, entry)


def _looked_at(state: ChartState, entry: AnyEntry) -> ChartState:
    match entry:
        case IntakeAnswers():
            return replace(state, flag_reasons=nothing())
        case OfferAccepted() | ReviewBegun():
            # Another practitioner reads and answers for themselves.
            return replace(state, answers_read=nothing(), flag_reasons=nothing())
        case AnswersRead(answers=read):
            return replace(state, answers_read={one.question_id: one.sha256 for one in read})
        case FlagsReasoned():
            return replace(state, flag_reasons=_reasoned(state.flag_reasons, entry))
        case _:
            return state


def _measured(state: ChartState, entry: VitalsRecorded) -> ChartState:
    taken = vitals.taken_of(entry.figures(), entry.measured_by, entry.measured_at)
    kept = {key: one for key, one in state.flag_reasons.items() if key[1] != vitals.QUESTION}
    return replace(state, vitals={**state.vitals, **taken}, flag_reasons=kept)


def written(state: ChartState) -> list[ReadAnswer]:
    """Return the answers in the patient's own words that a person must read, with hashes."""
    if not state.treatments:
        return []
    found = carrying.written(state.answers, state.treatments)
    return [
        ReadAnswer(question_id=name, sha256=answer_sha256(answer))
        for name, answer in found.items()
    ]


def unread(state: ChartState) -> list[str]:
    """Return the questions whose answers were not read as they stand."""
    return [
        one.question_id
        for one in written(state)
        if state.answers_read.get(one.question_id) != one.sha256
    ]


def answer_sha256(answer: AnswerValue) -> str:
    """Return the SHA-256 of an answer's canonical JSON, hex."""
    return hashlib.sha256(canonical(answer)).hexdigest()


def written_sha256(answers: Iterable[ReadAnswer]) -> str:
    """Return one hash for answers and their questions, as `ChartView.written` has it."""
    return hashlib.sha256(
        canonical([[one.question_id, one.sha256] for one in answers])
    ).hexdigest()


def key_of(flag: HealthFlag) -> FlagKey:
    """Return which flag it is."""
    return (flag.code, flag.question_id, flag.applies_to)


def unreasoned(
    state: ChartState, flags: Iterable[HealthFlag], treatment_class: str
) -> list[HealthFlag]:
    """Return the review flags of a treatment for which no reason was given."""
    return [
        one
        for one in flags
        if one.severity == "review"
        and one.applies_to in {questionnaire.ALL, treatment_class}
        and key_of(one) not in state.flag_reasons
    ]


def _reasoned(known: Mapping[FlagKey, str], entry: FlagsReasoned) -> Mapping[FlagKey, str]:
    keys = [(one.code, one.question_id, one.applies_to) for one in entry.flags]
    others = {key: one for key, one in known.items() if key not in keys}
    reason = entry.reason.strip()
    return {**others, **dict.fromkeys(keys, reason)} if reason else others
