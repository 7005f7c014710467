"""Health questions that no clinician has signed off do not leave the demo.

    a set (server.intake.sets) and a network -> the signature that stands for exactly its text

A set is used as a whole or not at all: without its signature the treatment class is neither
offered nor asked about, and without that of the general part nothing is. A demo network asks
by drafts, and every page of it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from server.chart.answer_entries import NamedSet, QuestionsAsked
from server.errors import Forbidden
from server.intake.catalogue import GENERAL
from server.intake.sets import QuestionSet, all_sets, sets_for
from server.storage import directory, questionnaire_sign_offs
from server.storage.database import Tx
from server.storage.questionnaire_sign_offs import QuestionnaireSignOff
from server.treatments import LABELS
from signaling.messages import TreatmentRef

UNSIGNED: Final = "questionnaire_unsigned"


class QuestionnaireUnsigned(Forbidden):
    """Questions that no clinician has signed off for this network; `fields` names the sets."""

    code = UNSIGNED
    message = "A clinician has not approved the health questions for this treatment yet."


async def signatures(tx: Tx, network_id: str) -> dict[str, QuestionnaireSignOff]:
    """Return the signature under each set as it is in this release, by its name."""
    texts = {one.name: one.sha256 for one in all_sets()}
    found = await questionnaire_sign_offs.standing(tx, network_id)
    return {one.set_name: one for one in found if texts.get(one.set_name) == one.sha256}


async def unsigned(tx: Tx, network_id: str, sets: Iterable[QuestionSet]) -> list[str]:
    """Return the names of the sets that are drafts for a network, a demo or not."""
    signed = await signatures(tx, network_id)
    return [one.name for one in sets if one.name not in signed]


async def require_signed(tx: Tx, network_id: str, treatments: Sequence[TreatmentRef]) -> None:
    """Refuse treatments that would be asked about by a draft, unless this is a demo network.

    Raises:
        QuestionnaireUnsigned: naming the sets.
    """
    if (await directory.organization(tx, network_id)).demo:
        return
    drafts = await unsigned(tx, network_id, sets_for(treatments))
    if drafts:
        raise QuestionnaireUnsigned(fields=tuple(drafts))


async def closed_classes(tx: Tx, network_id: str) -> frozenset[str]:
    """Return the treatment classes that cannot be asked about; none in a demo network."""
    if (await directory.organization(tx, network_id)).demo:
        return frozenset()
    drafts = frozenset(await unsigned(tx, network_id, all_sets()))
    return frozenset(LABELS) if GENERAL in drafts else drafts


async def asked(tx: Tx, network_id: str, treatments: Sequence[TreatmentRef]) -> QuestionsAsked:
    """Return for the chart by which sets the patient is asked, and who signed each."""
    signed = await signatures(tx, network_id)
    return QuestionsAsked(
        sets=[
            NamedSet(
                name=one.name,
                version=one.version,
                sha256=one.sha256,
                signed_by=signed[one.name].signed_by if one.name in signed else None,
            )
            for one in sets_for(treatments)
        ]
    )
