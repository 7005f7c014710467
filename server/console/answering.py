"""What a practitioner says about the health answers: that they were read, why flags pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from server import charting
from server.chart import entries as chart
from server.chart.answer_entries import FlagName
from server.chart.health import key_of, unread, written, written_sha256
from server.chart.reading import flags_of
from server.chart.state import ChartState
from server.console.examining import chart_state, require_unsigned
from server.console.refusals import AnswersChanged, FlagUnknown
from server.intake.questionnaire import answered, in_words
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import (
    AnsweredView,
    ChangedAnswerView,
    FlagReasonView,
    SinceView,
    WrittenView,
)
from server.waiting.work import Result
from signaling import messages as wire

MS: Final = 1_000


async def read_answers(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.AnswersRead, now: int
) -> Result:
    """Keep that every answer in the patient's own words was read; twice is the same as once.

    Raises:
        AnswersChanged: they are not the ones that were shown.
        NotPossibleNow: the chart is not open.
    """
    require_unsigned(encounter)
    state = await chart_state(tx, core, encounter.encounter_id)
    answers = written(state)
    if written_sha256(answers) != command.sha256:
        raise AnswersChanged
    if unread(state):
        entry = chart.AnswersRead(answers=answers)
        await charting.write(tx, core.keyring, encounter.encounter_id, actor, [entry], now=now)
    return {}


async def reason_flags(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.FlagsReason, now: int
) -> Result:
    """Keep why the practitioner would approve in spite of some review flags.

    Raises:
        FlagUnknown: one of them is not there, or is not one to review.
        NotPossibleNow: the chart is not open.
    """
    require_unsigned(encounter)
    state = await chart_state(tx, core, encounter.encounter_id)
    there = {key_of(one) for one in flags_of(state) if one.severity == "review"}
    named = {(one.code, one.question_id, one.applies_to) for one in command.flags}
    if not named <= there:
        raise FlagUnknown
    flags = [
        FlagName(code=code, question_id=question_id, applies_to=applies_to)
        for code, question_id, applies_to in sorted(named)
    ]
    entry = chart.FlagsReasoned(flags=flags, reason=command.reason.strip())
    await charting.write(tx, core.keyring, encounter.encounter_id, actor, [entry], now=now)
    return {}


def written_view(state: ChartState) -> WrittenView:
    """Return which answers are in the patient's own words, and which of them are unread."""
    answers = written(state)
    return WrittenView(
        question_ids=[one.question_id for one in answers],
        unread=unread(state),
        sha256=written_sha256(answers),
    )


def reason_views(state: ChartState) -> list[FlagReasonView]:
    """Return the reasons that were given for flags."""
    return [
        FlagReasonView(code=code, question_id=question_id, applies_to=applies_to, reason=reason)
        for (code, question_id, applies_to), reason in state.flag_reasons.items()
    ]


def since_view(state: ChartState) -> SinceView | None:
    """Return what changed since last time; None where nothing was carried over."""
    carried = state.carried
    if carried is None:
        return None
    now = {one.question_id: one for one in answered(state.answers, state.treatments, "en")}
    return SinceView(
        answered_at_ms=carried.answered_at // MS,
        changed=list(_changed(state, now)),
        confirmed=len(carried.confirmed),
        left_out=len(carried.carried) - len(carried.confirmed) - len(carried.changed),
    )


def _changed(state: ChartState, now: Mapping[str, AnsweredView]) -> Iterable[ChangedAnswerView]:
    assert state.carried is not None
    for one in state.carried.changed:
        answer = now.get(one.question_id)
        if answer is not None:
            yield ChangedAnswerView(
                section=answer.section,
                question_id=one.question_id,
                question=answer.question,
                before=in_words(one.question_id, one.before, state.treatments, "en"),
                now=answer.answer,
                flag=answer.flag,
            )
