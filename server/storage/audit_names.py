"""Names of staff for the audit log, which has none in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select

from server.storage.statements import Tx
from server.storage.tables import accounts, organizations, practitioners

PEOPLE_MAX: Final = 2_000
STAFF: Final = "staff"
PRACTITIONER: Final = "practitioner"
OWN_WORD: Final = ("ops", "compliance")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, as the audit log names them."""

    actor: str
    name: str
    role: str


async def people(tx: Tx, network_id: str) -> list[Person]:
    """Return everybody of a network and of its spas who has or had an account, by name."""
    query = (
        select(
            accounts.c.id,
            accounts.c.role,
            accounts.c.display_name,
            practitioners.c.id.label("p"),
        )
        .select_from(
            accounts.join(
                organizations, organizations.c.id == accounts.c.organization_id
            ).outerjoin(practitioners, practitioners.c.account_id == accounts.c.id)
        )
        .where(or_(organizations.c.id == network_id, organizations.c.network_id == network_id))
        .order_by(accounts.c.display_name, accounts.c.id)
        .limit(PEOPLE_MAX)
    )
    return [
        Person(_actor(role, account_id, practitioner_id), name, role)
        for account_id, role, name, practitioner_id in (await tx.execute(query)).all()
    ]


def _actor(role: str, account_id: str, practitioner_id: str | None) -> str:
    if practitioner_id is not None:
        return f"{PRACTITIONER}:{practitioner_id}"
    return f"{role if role in OWN_WORD else STAFF}:{account_id}"
