"""Answers of a returning patient's last exam: shown again, and never taken over by themselves.

    the patient's earlier charts -> the latest finished answers -> those to the same questions

An answer is shown again only if the set that its question is in has not changed since: to
another question it would be no answer. On a tablet of the site sensitive ones are not shown.
Only who says the same name as then sees any: a spa may have asked for the exam of somebody
else, such as a twin, and a birth date alone opens the link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.chart.answer_entries import AnswersCarried, ChangedAnswer, QuestionsAsked
from server.chart.entries import IntakeAnswers, IntakeIdentity, decode
from server.chart.state import ChartState
from server.intake.carrying import carryable
from server.intake.catalogue import catalogue
from server.intake.sets import all_sets
from server.sealing import normalized
from server.services import Core
from server.storage import chart_extract, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import AnswerValue, CarriedView

KINDS: Final = ("intake.identity", "questions.asked", "intake.answers")
LOOKED_AT_MAX: Final = 5
MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Prior:
    """What was answered last time and may be shown again; `answered_at` in microseconds UTC."""

    encounter_id: str
    answered_at: int
    answers: Mapping[str, AnswerValue]

    def view(self) -> CarriedView:
        """Return it as the patient's page has it."""
        return CarriedView(answered_at_ms=self.answered_at // MS, answers=dict(self.answers))


async def prior_answers(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    state: ChartState,
    *,
    sensitive: bool,
) -> Prior | None:
    """Return the patient's answers from last time; None where there are none to show.

    Args:
        tx: reads.
        core: opens the charts.
        encounter: the exam of now.
        state: its chart: who the patient says they are, and what they want.
        sensitive: sensitive answers may be shown too.
    """
    if state.identity is None:
        return None
    name = state.identity.legal_name
    earlier = [
        one.encounter_id
        for one in await encounters.of_patient(tx, encounter.patient_id, LOOKED_AT_MAX + 1)
        if one.encounter_id != encounter.encounter_id
        and one.network_id == encounter.network_id
        and one.requested_at <= encounter.requested_at
    ]
    charts = await chart_extract.dated_of_kinds(tx, earlier, KINDS, keyring=core.keyring)
    for encounter_id in earlier:
        found = _finished(charts.get(encounter_id, []), name)
        if found is not None:
            at, given = found
            shown = carryable(given, state.treatments, sensitive=sensitive)
            return Prior(encounter_id, at, shown) if shown else None
    return None


def carried(prior: Prior, answers: Mapping[str, AnswerValue]) -> AnswersCarried:
    """Return for the chart what the patient did with the answers from last time."""
    changed = [
        ChangedAnswer(question_id=name, before=before)
        for name, before in prior.answers.items()
        if name in answers and answers[name] != before
    ]
    return AnswersCarried(
        encounter_id=prior.encounter_id,
        answered_at=prior.answered_at,
        carried=list(prior.answers),
        confirmed=[
            name for name, before in prior.answers.items() if answers.get(name) == before
        ],
        changed=changed,
    )


def _finished(
    entries: Sequence[tuple[int, bytes]], name: str
) -> tuple[int, dict[str, AnswerValue]] | None:
    """Return the last finished answers of a chart by somebody of this name.

    Of them, those that were given to today's questions.
    """
    asked: QuestionsAsked | None = None
    theirs = False
    found: tuple[int, dict[str, AnswerValue]] | None = None
    for at, plaintext in entries:
        match decode(plaintext):
            case IntakeIdentity(identity=said):
                theirs = normalized(said.legal_name) == normalized(name)
            case QuestionsAsked() as sets:
                asked = sets
            case IntakeAnswers(answers=form) if form.done and theirs and asked is not None:
                same = _same_questions(asked)
                kept = {name: one for name, one in form.answers.items() if name in same}
                found = (at, kept)
            case _:
                continue
    return found


def _same_questions(asked: QuestionsAsked) -> frozenset[str]:
    """Return the questions of the sets that have not changed since."""
    now = {one.name: one.sha256 for one in all_sets()}
    sections = catalogue().sections
    return frozenset(
        question.question_id
        for one in asked.sets
        if now.get(one.name) == one.sha256
        for question in sections[one.name]
    )
