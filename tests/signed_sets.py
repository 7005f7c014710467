"""A clinician's signature under every set of health questions, for a network of a test."""

from __future__ import annotations

from server.intake.sets import all_sets
from server.storage import questionnaire_sign_offs
from server.storage.database import Tx
from server.storage.questionnaire_sign_offs import QuestionnaireSignOff


def signature(
    network_id: str, name: str, sha256: str, *, number: int = 1
) -> QuestionnaireSignOff:
    return QuestionnaireSignOff(
        id=f"sign-off-{name}-{number}",
        network_id=network_id,
        set_name=name,
        version="draft-2026-11-22",
        sha256=sha256,
        signed_by="Dr. Ines Roth",
        credential="MD, AZ 012345",
        reference="Clinical memo 3",
        signed_at=number,
    )


async def sign_all(tx: Tx, network_id: str, *, but: frozenset[str] = frozenset()) -> None:
    for one in all_sets():
        if one.name not in but:
            await questionnaire_sign_offs.add(tx, signature(network_id, one.name, one.sha256))
