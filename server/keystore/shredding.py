"""Destroying a key on purpose: what it sealed is gone, everywhere and for good.

The key's bytes are overwritten and an entry of who, when and why is written, in one commit. The
row stays, empty, so that the key is never made again. The database keeps the same entry, so
that either side, restored from before, is told again (`server.retention.replaying`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import and_, select, update

from server.keystore.key import Purpose, WrappedKey
from server.keystore.store import SUBJECTS_MAX, KeyStore, grow_generation, values_of
from server.keystore.tables import keys, shreds
from server.storage.statements import insert_into


@dataclass(frozen=True, slots=True)
class Shred:
    """That a key was destroyed.

    Attributes:
        purpose: what it was for.
        subject: whose it was.
        tenant: the organization under which it hung.
        at: microseconds UTC.
        actor: role and identifier of who did it.
        reason: why, naming nobody.
    """

    purpose: Purpose
    subject: str
    tenant: str
    at: int
    actor: str
    reason: str

    @property
    def named(self) -> tuple[str, str]:
        """Return which key it is."""
        return self.purpose, self.subject


async def shred(store: KeyStore, wanted: Sequence[Shred]) -> None:
    """Destroy keys, whether they are stored or not: none of them is ever made again."""
    if not wanted:
        return
    async with store.write() as tx:
        for one in wanted:
            gone = await tx.execute(
                update(keys)
                .where(keys.c.purpose == one.purpose, keys.c.subject == one.subject)
                .values(sealed_key=b"", shredded_at=one.at)
            )
            if not gone.rowcount:
                stone = insert_into(tx, keys).values(values_of(_tombstone(one)))
                await tx.execute(stone.on_conflict_do_nothing())  # another node starts, too
            await tx.execute(
                insert_into(tx, shreds).values(asdict(one)).on_conflict_do_nothing()
            )
        await grow_generation(tx)
    await store.checkpoint()


async def shredded(store: KeyStore) -> list[Shred]:
    """Give every entry, oldest first."""
    async with store.read() as tx:
        query = select(shreds).order_by(shreds.c.at, shreds.c.subject)
        return [Shred(**row) for row in (await tx.execute(query)).mappings()]


async def entered(store: KeyStore, subjects: Sequence[str]) -> set[tuple[str, str]]:
    """Give which keys of these subjects were destroyed, by purpose and subject."""
    found: set[tuple[str, str]] = set()
    async with store.read() as tx:
        for start in range(0, len(subjects), SUBJECTS_MAX):
            some = subjects[start : start + SUBJECTS_MAX]
            query = select(shreds.c.purpose, shreds.c.subject).where(shreds.c.subject.in_(some))
            found |= {(row[0], row[1]) for row in await tx.execute(query)}
    return found


async def revived(store: KeyStore) -> list[Shred]:
    """Give the entries whose key is there nevertheless."""
    same = and_(keys.c.purpose == shreds.c.purpose, keys.c.subject == shreds.c.subject)
    query = select(shreds).join_from(shreds, keys, same).where(keys.c.sealed_key != b"")
    async with store.read() as tx:
        return [Shred(**row) for row in (await tx.execute(query)).mappings()]


def _tombstone(one: Shred) -> WrappedKey:
    return WrappedKey(
        key_id=f"{one.purpose}:{one.subject}"[:64],
        purpose=one.purpose,
        subject=one.subject,
        tenant=one.tenant,
        parent="",
        sealed_key=b"",
        created_at=one.at,
        shredded_at=one.at,
    )
