"""New keys above, the same keys below: only wrappings change, no data is sealed again.

    the root key          an organization's key

    make it known         make a new one; the first stays for what it sealed itself, as `data`
    wrap anew, in parts   wrap anew, in parts
    retire the old one    retire the old one, and destroy it

Every step is a commit of its own, and the rest is found by looking: a rotation that was killed
goes on where it stopped. Until the last step both keys are accepted, so reads go on. A key that
is made meanwhile under the old one holds it against being retired (`store.hold_parent`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from server.keystore.keeping import KeyTree, opened_by, root_row
from server.keystore.key import KEY_ID_BYTES, LEGACY_ROOT, ROOT, WrappedKey, place_of
from server.keystore.roots import RootKeySource
from server.keystore.store import (
    KeyStore,
    count_of,
    grow_generation,
    newest,
    values_of,
    wrapped,
)
from server.keystore.tables import keys
from server.sealing import KEY_BYTES, NONCE_BYTES, SealBroken, unwrap_key, wrap_key
from server.storage.errors import KeyMissing, KeyRefused, RootKeyRefused
from server.storage.statements import Tx, clock_us, insert_into

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did.

    Attributes:
        version: of the key that is in use now.
        wrapped: how many keys were wrapped anew.
    """

    version: int
    wrapped: int


def no_step(_: str) -> None:
    """Let a step pass: tests stop here instead."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotates keys of a keystore.

    Attributes:
        store: whose.
        tree: opens them, with both root keys.
        random_bytes: where new keys and nonces come from.
        step: told of every step before it is taken (tests).
    """

    store: KeyStore
    tree: KeyTree
    random_bytes: Callable[[int], bytes]
    step: Callable[[str], None] = no_step

    async def root(self, new: RootKeySource) -> Rotated:
        """Put a root key in the place of the one in use; the old one is refused afterwards.

        Raises:
            RootKeyRefused: the new one was replaced before, or the old one is not at hand.
            KeyRefused: a key does not open with the old one.
        """
        self.step("announce")
        version = await self._announce(new)
        done = 0
        while True:
            self.step("wrap")
            part = await self._wrap_tenants(new, version)
            if not part:
                break
            done += part
        self.step("retire")
        if not await self._retire_roots(new.root_id):
            again = await self.root(new)  # an organization joined meanwhile
            return Rotated(version, done + again.wrapped)
        await self.store.checkpoint()
        self.tree.forget()
        return Rotated(version, done)

    async def tenant(self, organization_id: str) -> Rotated:
        """Put a new key in the place of an organization's, and destroy the old one.

        One that was begun and not ended is ended, and no further one begun.

        Raises:
            KeyMissing: the organization has no key.
            KeyRefused: a key below it does not open; what was wrapped before it stays so.
        """
        old, current = await self._versions(organization_id)
        if old is None:
            self.step("announce")
            old, current = await self._announce_tenant(current)
        above = await self.tree.open_tenant(current)
        below = await self.tree.open_tenant(old)
        done = 0
        while True:
            self.step("wrap")
            part = await self._wrap_children((old, below), (current, above))
            if part:
                done += part
                continue
            self.step("retire")
            if await self._retire_tenant(old):
                break
        await self.store.checkpoint()
        self.tree.forget()
        return Rotated(current.version, done)

    # -------------------------------------------------------------- the root key

    async def _announce(self, new: RootKeySource) -> int:
        known = await self.store.all_of(ROOT)
        if not known:
            await self.tree.check(self.store)
            old = next(one for one in self.tree.roots.sources if one.root_id != new.root_id)
            await self.store.add([await root_row(old, 1, self._nonce())])
            known = await self.store.all_of(ROOT)
        found = next((one for one in known if one.key_id == new.root_id), None)
        if found is not None:
            if found.retired_at is not None:
                raise RootKeyRefused("this root key was replaced before")
            await opened_by(new, found)
            return found.version
        version = max(one.version for one in known) + 1
        row = await root_row(new, version, self._nonce())
        async with self.store.write() as tx:
            await tx.execute(insert_into(tx, keys).values(values_of(row)))
            await grow_generation(tx)
        return version

    async def _wrap_tenants(self, new: RootKeySource, version: int) -> int:
        waiting = (
            select(keys)
            .where(
                keys.c.purpose == "tenant",
                keys.c.parent != new.root_id,
                keys.c.sealed_key != b"",
            )
            .order_by(keys.c.id)
            .limit(BATCH)
        )
        async with self.store.read() as tx:
            found = [wrapped(row) for row in (await tx.execute(waiting)).mappings()]
        anew = []
        for one in found:  # outside a transaction: a KMS may take its time
            secret = await self.tree.open_tenant(one)
            sealed = await new.wrap(
                secret, place=one.place, nonce=self._nonce(), version=version
            )
            anew.append((one, sealed))
        async with self.store.write() as tx:
            for one, sealed in anew:
                await _rewrap(tx, one, sealed, new.root_id)
        return len(found)

    async def _retire_roots(self, new_id: str) -> bool:
        async with self.store.write() as tx:
            others = select(keys.c.id).where(keys.c.purpose == ROOT, keys.c.id != new_id)
            old = (await tx.execute(others.with_for_update())).scalars().all()
            if await count_of(tx, LEGACY_ROOT, *old):
                return False
            await tx.execute(
                update(keys)
                .where(keys.c.id.in_(old), keys.c.retired_at.is_(None))
                .values(retired_at=clock_us())
            )
            await grow_generation(tx)
        return True

    # -------------------------------------------------------------- an organization's key

    async def _versions(self, organization_id: str) -> tuple[WrappedKey | None, WrappedKey]:
        """Give the version that is being replaced, if one is, and the newest."""
        query = select(keys).where(
            keys.c.purpose == "tenant",
            keys.c.subject == organization_id,
            keys.c.retired_at.is_(None),
        )
        async with self.store.read() as tx:
            rows = (await tx.execute(query.order_by(keys.c.version))).mappings().all()
        if not rows:
            raise KeyMissing(f"{organization_id} has no key")
        old = wrapped(rows[0]) if len(rows) > 1 else None
        return old, wrapped(rows[-1])

    async def _announce_tenant(self, old: WrappedKey) -> tuple[WrappedKey, WrappedKey]:
        above = await self.tree.root_in_use(self.store)
        below = await self.tree.open_tenant(old)
        secret = self.random_bytes(KEY_BYTES)
        source = self.tree.roots.named(above.key_id)
        new = WrappedKey(
            key_id=self.random_bytes(KEY_ID_BYTES).hex(),
            purpose="tenant",
            subject=old.subject,
            version=old.version + 1,
            tenant=old.tenant,
            parent=above.key_id,
            sealed_key=await source.wrap(
                secret, place=old.place, nonce=self._nonce(), version=above.version
            ),
        )
        own = self._wrapped_own(old.subject, below, new, secret)
        async with self.store.write() as tx:
            await tx.execute(insert_into(tx, keys).values(values_of(new)))
            if await newest(tx, "data", old.subject) is None:
                await tx.execute(insert_into(tx, keys).values(values_of(own)))
            await grow_generation(tx)
        return old, new

    def _wrapped_own(
        self, organization_id: str, own: bytes, above: WrappedKey, secret: bytes
    ) -> WrappedKey:
        """Keep what the first key had sealed itself, under the new one."""
        place = place_of("data", organization_id, organization_id)
        return WrappedKey(
            key_id=self.random_bytes(KEY_ID_BYTES).hex(),
            purpose="data",
            subject=organization_id,
            tenant=organization_id,
            parent=above.key_id,
            sealed_key=wrap_key(
                secret, own, place=place, nonce=self._nonce(), key_version=above.version
            ),
        )

    async def _wrap_children(
        self, old: tuple[WrappedKey, bytes], new: tuple[WrappedKey, bytes]
    ) -> int:
        (before, below), (after, above) = old, new
        waiting = (
            select(keys)
            .where(keys.c.parent == before.key_id, keys.c.sealed_key != b"")
            .order_by(keys.c.id)
            .limit(BATCH)
        )
        async with self.store.write() as tx:
            found = [wrapped(row) for row in (await tx.execute(waiting)).mappings()]
            for one in found:
                secret = _unwrapped(below, one)
                sealed = wrap_key(
                    above,
                    secret,
                    place=one.place,
                    nonce=self._nonce(),
                    key_version=after.version,
                )
                await _rewrap(tx, one, sealed, after.key_id)
        return len(found)

    async def _retire_tenant(self, old: WrappedKey) -> bool:
        async with self.store.write() as tx:
            held = select(keys.c.id).where(keys.c.id == old.key_id).with_for_update()
            await tx.execute(held)
            if await count_of(tx, old.key_id):
                return False
            await tx.execute(
                update(keys)
                .where(keys.c.id == old.key_id)
                .values(retired_at=clock_us(), sealed_key=b"")
            )
            await grow_generation(tx)
        return True

    def _nonce(self) -> bytes:
        return self.random_bytes(NONCE_BYTES)


def _unwrapped(above: bytes, one: WrappedKey) -> bytes:
    """Unwrap a key that hangs below an organization's.

    Raises:
        KeyRefused: it does not open; the rotation goes on when that row is dealt with.
    """
    try:
        return unwrap_key(above, one.sealed_key, place=one.place)
    except SealBroken:
        raise KeyRefused(f"the {one.purpose} key {one.key_id} does not open") from None


async def _rewrap(tx: Tx, one: WrappedKey, sealed: bytes, parent: str) -> None:
    """Replace a wrapping, unless the key was destroyed or wrapped anew meanwhile."""
    await tx.execute(
        update(keys)
        .where(keys.c.id == one.key_id, keys.c.parent == one.parent, keys.c.sealed_key != b"")
        .values(sealed_key=sealed, parent=parent)
    )
