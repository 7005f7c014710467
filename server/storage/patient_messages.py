"""What patients are written. How far each is, the outbox knows (`deliveries`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, func, insert, or_, select, update

from server.keyring import Keyring
from server.sealing import Place, unseal
from server.storage.errors import RowMissing
from server.storage.message_tables import patient_messages
from server.storage.outbox_claims import SETTLED, DeliveryState
from server.storage.outbox_tables import deliveries
from server.storage.statements import Tx
from server.storage.tables import links

MessageKind = Literal["invitation", "callback", "answer"]
MessageChannel = Literal["email", "sms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMessage:
    """One message; instants in microseconds UTC.

    Attributes:
        message_id: by which the outbox knows it.
        link: the secret of the link that it carries, opened; None when it was erased.
        created_by: who had it sent, as role and identifier.
        expires_at: the link does not work after it.
    """

    id: str
    encounter_id: str
    kind: MessageKind
    channel: MessageChannel
    language: str
    message_id: str
    link: str | None
    created_by: str
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as its spa sees it: what it is, and how far.

    Attributes:
        state: `waiting`, `sending`, `delivered`, `dead`; None when the outbox forgot it.
        outcome: of the last attempt, a word of a closed list.
    """

    kind: MessageKind
    channel: MessageChannel
    created_at: int
    state: DeliveryState | None
    outcome: str | None


async def add(tx: Tx, keyring: Keyring, network_id: str, one: PatientMessage) -> None:
    """Insert a message; the links of the encounter's earlier ones are erased: they are dead."""
    await tx.execute(
        update(patient_messages)
        .where(patient_messages.c.encounter_id == one.encounter_id)
        .values(sealed_link=None)
    )
    key = await keyring.encounter_key(tx, one.encounter_id, network_id)
    link = (one.link or "").encode()
    await tx.execute(
        insert(patient_messages).values(
            id=one.id,
            encounter_id=one.encounter_id,
            kind=one.kind,
            channel=one.channel,
            language=one.language,
            message_id=one.message_id,
            sealed_link=keyring.seal(key, link, _place(one.id, network_id)),
            created_by=one.created_by,
            created_at=one.created_at,
            expires_at=one.expires_at,
        )
    )


async def get(tx: Tx, keyring: Keyring, network_id: str, name: str) -> PatientMessage:
    """Give a message, or raise RowMissing."""
    query = select(patient_messages).where(patient_messages.c.id == name)
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise RowMissing("patient_messages", name)
    values = dict(row)
    sealed = values.pop("sealed_link")
    if sealed is None:
        return PatientMessage(**values, link=None)
    key = await keyring.encounter_key(tx, values["encounter_id"], network_id)
    return PatientMessage(
        **values, link=unseal(key, sealed, place=_place(name, network_id)).decode()
    )


async def erase_expired(tx: Tx, now: int, limit: int) -> int:
    """Erase links that nothing needs: no more to be sent, or working no more."""
    works = select(links.c.secret_hash).where(
        links.c.encounter_id == patient_messages.c.encounter_id,
        links.c.replaced_at.is_(None),
        links.c.expires_at > now,
    )
    settled = select(deliveries.c.message_id).where(
        deliveries.c.message_id == patient_messages.c.message_id,
        deliveries.c.state.in_(SETTLED),
    )
    ran_out = and_(patient_messages.c.expires_at <= now, ~works.exists())
    old = (
        select(patient_messages.c.id)
        .where(patient_messages.c.sealed_link.is_not(None), or_(ran_out, settled.exists()))
        .limit(limit)
    )
    erased = await tx.execute(
        update(patient_messages).where(patient_messages.c.id.in_(old)).values(sealed_link=None)
    )
    return erased.rowcount


async def count_since(tx: Tx, encounter_id: str, since: int) -> int:
    """Count what was written about an encounter since then."""
    query = select(func.count()).where(
        patient_messages.c.encounter_id == encounter_id,
        patient_messages.c.created_at > since,
    )
    return int((await tx.execute(query)).scalar_one())


async def last_way(tx: Tx, encounter_id: str) -> MessageChannel | None:
    """Tell by which means staff last had something sent; None when they never did."""
    query = (
        select(patient_messages.c.channel)
        .where(
            patient_messages.c.encounter_id == encounter_id,
            patient_messages.c.kind == "invitation",
        )
        .order_by(patient_messages.c.created_at.desc(), patient_messages.c.id.desc())
        .limit(1)
    )
    found: MessageChannel | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def of_encounter(tx: Tx, encounter_id: str, limit: int) -> list[Sent]:
    """List what was written about an encounter, the newest first."""
    own = patient_messages.c.message_id == deliveries.c.message_id
    query = (
        select(
            patient_messages.c.kind,
            patient_messages.c.channel,
            patient_messages.c.created_at,
            deliveries.c.state,
            deliveries.c.outcome,
        )
        .select_from(patient_messages.outerjoin(deliveries, own))
        .where(patient_messages.c.encounter_id == encounter_id)
        .order_by(patient_messages.c.created_at.desc(), patient_messages.c.id.desc())
        .limit(limit)
    )
    return [Sent(*row) for row in (await tx.execute(query)).all()]


def _place(name: str, network_id: str) -> Place:
    return Place("patient_messages", "sealed_link", name, network_id)
