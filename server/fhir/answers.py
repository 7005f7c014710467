"""The health answers as a questionnaire response: `linkId` is the question's own identifier.

A question that was shown and not answered is an item without an answer, never a "no".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from server.fhir.elements import Element, coding, filled, instant, printable
from server.fhir.names import Names
from server.fhir.signed_chart import Answered, HealthAnswers
from server.views import AnswerValue


def questionnaire_response(names: Names, form: HealthAnswers) -> QuestionnaireResponse:
    """Return what the patient answered, section by section."""
    sections = groupby(form.given, key=lambda one: one.section)
    return QuestionnaireResponse.model_validate(
        filled(
            identifier=names.answers.identifier(),
            questionnaire=names.systems.questionnaire(form.version),
            status="completed",
            subject=names.patient.reference(),
            encounter=names.encounter.reference(),
            authored=instant(form.authored_at),
            author=_author(names),
            source=_author(names),
            item=[
                filled(
                    linkId=f"section-{number}",
                    text=printable(title),
                    item=[_item(names, one) for one in given],
                )
                for number, (title, given) in enumerate(sections, start=1)
            ],
        )
    )


def _author(names: Names) -> Element:
    """Return who answered: for a patient under 18, the guardian."""
    if names.chart.document.guardian is not None:
        return names.guardian.reference()
    return names.patient.reference()


def _item(names: Names, one: Answered) -> Element:
    values = [] if one.answer is None else list(_values(names, one, one.answer))
    return filled(linkId=one.question_id, text=printable(one.question), answer=values)


def _values(names: Names, one: Answered, answer: AnswerValue) -> Iterator[Element]:
    if isinstance(answer, bool):
        yield {"valueBoolean": answer}
    elif isinstance(answer, int | float):
        yield {"valueDecimal": answer}
    else:
        for said in answer if isinstance(answer, list) else [answer]:
            if said in one.labels:
                own = names.systems.codes(f"answer-{one.question_id}")
                yield {"valueCoding": coding(own, said, one.labels[said])}
            elif said.strip():
                yield {"valueString": printable(said)}
