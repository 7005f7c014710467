"""Clinicians' signatures under sets of health questions, by network. Nothing here decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select, update

from server.storage.statements import Tx, insert_into
from server.storage.tables import questionnaire_sign_offs


@dataclass(frozen=True, slots=True)
class QuestionnaireSignOff:
    """A clinician approved exactly this text of a set for one network.

    Attributes:
        version: what the release called it.
        credential: profession and licence of who signed.
        reference: where that is written down.
        withdrawn_at: it no longer stands; microseconds UTC.
    """

    id: str
    network_id: str
    set_name: str
    version: str
    sha256: str
    signed_by: str
    credential: str
    reference: str
    signed_at: int
    withdrawn_by: str | None = None
    withdrawn_reference: str | None = None
    withdrawn_at: int | None = None


async def add(tx: Tx, signed: QuestionnaireSignOff) -> bool:
    """Keep a signature; tell whether it is new, for one of the same text stands as it was."""
    known = [
        one
        for one in await standing(tx, signed.network_id)
        if (one.set_name, one.sha256) == (signed.set_name, signed.sha256)
    ]
    await tx.execute(
        insert_into(tx, questionnaire_sign_offs)
        .values(**asdict(signed))
        .on_conflict_do_nothing(
            index_elements=["network_id", "set_name", "sha256"],
            index_where=questionnaire_sign_offs.c.withdrawn_at.is_(None),
        )
    )
    return not known


async def withdraw(
    tx: Tx, network_id: str, set_name: str, *, by: str, reference: str, now: int
) -> int:
    """End every signature of a set that stands; return how many there were."""
    table = questionnaire_sign_offs
    ended = await tx.execute(
        update(table)
        .where(
            table.c.network_id == network_id,
            table.c.set_name == set_name,
            table.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_by=by, withdrawn_reference=reference, withdrawn_at=now)
    )
    return int(ended.rowcount)


async def standing(tx: Tx, network_id: str) -> list[QuestionnaireSignOff]:
    """Return the signatures of a network that stand, of each set the oldest first."""
    table = questionnaire_sign_offs
    query = (
        select(table)
        .where(table.c.network_id == network_id, table.c.withdrawn_at.is_(None))
        .order_by(table.c.set_name, table.c.signed_at)
    )
    return [QuestionnaireSignOff(**row) for row in (await tx.execute(query)).mappings()]
