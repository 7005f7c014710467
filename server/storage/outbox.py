"""The transactional outbox: what happened and what is to be told of it commit together.

    async with database.write() as tx:
        ...                                     what happened
        await outbox.put(tx, Outgoing(...))     told if, and only if, this commits

`put` writes a message, and a delivery for every destination that wants it at that moment: those
of the spa and those of the network. Nobody who wants it, no row. What becomes of the deliveries
is in `server.storage.outbox_claims`.

Order holds within a stream: the encounter, else the message's topic. The encounter's row is
locked first, so places in its stream are given in the order of commits.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sqlalchemy import func, insert, select

from server.storage.outbox_tables import deliveries, destinations, outbox_messages
from server.storage.statements import Tx, insert_into, state_of
from server.storage.tables import encounters

ChannelName = Literal["webhook", "email", "sms", "emr"]
Plain: TypeAlias = str | int | bool | None
BODY_CHARS_MAX: Final = 8_192
ID_BYTES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something that other systems are told.

    Attributes:
        topic: what kind of happening, as `encounter.signed`.
        channel: by which means.
        network_id: whose encounter it is.
        spa_id: which spa's; None: no spa is told.
        encounter_id: what is told in order; None: it is about no encounter.
        subject: what happened, once: the same topic and subject again are the same message.
        body: identifiers, instants, hashes. Never PHI.
        at: when it happened, microseconds UTC.
    """

    topic: str
    channel: ChannelName
    network_id: str
    spa_id: str | None
    encounter_id: str | None
    subject: str
    body: Mapping[str, Plain]
    at: int

    @property
    def message_id(self) -> str:
        """Return the identifier by which a receiver knows it again (`webhook-id`)."""
        named = [self.topic, self.channel, self.network_id, self.spa_id, self.subject]
        digest = hashlib.sha256(json.dumps(named).encode()).digest()[:ID_BYTES]
        return f"msg_{base64.b32encode(digest).decode().lower()}"

    @property
    def stream(self) -> str:
        """Return that within which the order holds."""
        return self.encounter_id or f"topic:{self.topic}"


async def put(tx: Tx, one: Outgoing) -> str:
    """Tell whoever wants to know, if this transaction commits; the same again does nothing.

    Returns:
        The message's identifier, also where nobody wants it.
    """
    if one.encounter_id is not None:
        # FOR NO KEY UPDATE; `encounters.get` says why.
        locked = select(encounters.c.id).where(encounters.c.id == one.encounter_id)
        await tx.execute(locked.with_for_update(key_share=True))
    wanted = await _wanted_by(tx, one)
    return await put_for(tx, one, wanted) if wanted else one.message_id


async def put_for(tx: Tx, one: Outgoing, destination_ids: Sequence[str]) -> str:
    """Tell these destinations, whatever their topics."""
    body = json.dumps(dict(one.body), separators=(",", ":"), sort_keys=True)
    if len(body) > BODY_CHARS_MAX:
        raise ValueError(f"a message has {BODY_CHARS_MAX} characters at most")
    message_id = one.message_id
    written = await tx.execute(
        insert_into(tx, outbox_messages)
        .values(
            id=message_id,
            topic=one.topic,
            channel=one.channel,
            network_id=one.network_id,
            spa_id=one.spa_id,
            encounter_id=one.encounter_id,
            subject=one.subject,
            body=body,
            at=one.at,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(outbox_messages.c.id)
    )
    if written.one_or_none() is not None:
        state_of(tx).told = True
        if one.encounter_id is None:  # nothing else makes places in its stream be given in turn
            locked = select(destinations.c.id).where(destinations.c.id.in_(destination_ids))
            await tx.execute(locked.order_by(destinations.c.id).with_for_update(key_share=True))
        for destination_id in destination_ids:
            await _deliver(tx, one, destination_id)
    return message_id


async def _wanted_by(tx: Tx, one: Outgoing) -> list[str]:
    whose = [name for name in (one.network_id, one.spa_id) if name is not None]
    query = (
        select(destinations.c.id, destinations.c.topics)
        .where(
            destinations.c.organization_id.in_(whose),
            destinations.c.channel == one.channel,
            destinations.c.state == "active",
        )
        .order_by(destinations.c.id)
    )
    return [name for name, topics in await tx.execute(query) if one.topic in topics.split()]


async def _deliver(tx: Tx, one: Outgoing, destination_id: str) -> None:
    last = select(func.coalesce(func.max(deliveries.c.place), 0)).where(
        deliveries.c.destination_id == destination_id, deliveries.c.stream == one.stream
    )
    await tx.execute(
        insert(deliveries).values(
            message_id=one.message_id,
            destination_id=destination_id,
            stream=one.stream,
            place=last.scalar_subquery() + 1,
            state="waiting",
            attempts=0,
            next_at=one.at,
            epoch=0,
            created_at=one.at,
        )
    )
