"""The health questions of a patient: asked, answered, confirmed from last time.

Everything else that a patient does before the waiting room is `server.patient_intake`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server import clinical_sign_offs, emergencies
from server.access import Principal
from server.chart.entries import AnyEntry
from server.intake import questionnaire
from server.intake.sets import sets_for
from server.join_view import language_of, opened
from server.joining import require_step
from server.patient_intake import Opened, answers_entry, append, begin
from server.prior_answers import carried, prior_answers
from server.services import Services
from server.views import AnswersForm, Language, QuestionnaireView


async def questions(
    services: Services, principal: Principal, language: Language | None
) -> QuestionnaireView:
    """Return every question of a patient, with what they answered last time.

    Args:
        services: the running server.
        principal: the patient.
        language: of the questions; None takes the one that the patient chose.

    Raises:
        WrongStep: something comes first, or the visit is past it.
        QuestionnaireUnsigned: no clinician has approved the questions, and this is no demo.
    """
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        require_step(intake, "health")
        wanted = intake.state.treatments
        await clinical_sign_offs.require_signed(tx, encounter.network_id, wanted)
        drafts = await clinical_sign_offs.unsigned(tx, encounter.network_id, sets_for(wanted))
        prior = await prior_answers(
            tx, services, encounter, intake.state, sensitive=not principal.kiosk
        )
    return questionnaire.questionnaire(
        wanted,
        language or language_of(intake.state),
        draft=bool(drafts),
        carried=prior.view() if prior else None,
    )


async def put_answers(services: Services, principal: Principal, form: AnswersForm) -> None:
    """Write the health answers as they stand; what was not confirmed is not among them.

    Raises:
        IntakeInvalid: an answer that its question does not allow.
        QuestionnaireUnsigned: no clinician has approved the questions, and this is no demo.
    """
    async with services.database.write() as tx:
        visit = await begin(tx, services, principal, "health")
        questionnaire.check_answers(form.answers, visit.intake.state.treatments)
        before = await _around(visit, principal, form)
        after = replace(visit.intake.state, answers=form.answers, answers_done=form.done)
        raised = emergencies.after_answers(after)
        await append(visit, [*before, answers_entry(form), *raised])
    services.hub.encounter_changed(visit.encounter.encounter_id)


async def _around(visit: Opened, principal: Principal, form: AnswersForm) -> Sequence[AnyEntry]:
    """Return what the chart is told beside the answers: which questions, and from when."""
    tx, encounter, state = visit.tx, visit.encounter, visit.intake.state
    await clinical_sign_offs.require_signed(tx, encounter.network_id, state.treatments)
    asked = await clinical_sign_offs.asked(tx, encounter.network_id, state.treatments)
    entries: list[AnyEntry] = [] if asked == state.questions else [asked]
    if form.done:
        prior = await prior_answers(
            tx, visit.services, encounter, state, sensitive=not principal.kiosk
        )
        if prior is not None:
            entries.append(carried(prior, form.answers))
    return entries
