"""A hierarchy of keys: found, opened, made. Nothing is remembered here but the keys above.

    root key (file, setting, KMS)
    `- tenant            one per organization; a new version when it is rotated
       |- data           what the first tenant key had sealed itself, before it was rotated
       |- patient        one per patient: their identity
       |- encounter      one per encounter: its chart and documents
       |- signing        one per practitioner, and one of the network's own: Ed25519
       `- index          one per spa: blind index

What it is not: a cache (`server.keyring`), a place (`server.keystore.store`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.keystore.key import (
    KEY_ID_BYTES,
    LEGACY_ROOT,
    ROOT,
    Purpose,
    WrappedKey,
    place_of,
)
from server.keystore.roots import CHECK, CHECK_PLACE, RootKeys, RootKeySource
from server.keystore.store import KeyStore, ParentRetired
from server.sealing import KEY_BYTES, NONCE_BYTES, SealBroken, unwrap_key, wrap_key
from server.storage.errors import KeyMissing, KeyRefused, KeyShredded, RootKeyRefused

TENANTS_MAX: Final = 1_024
TURNS_MAX: Final = 3  # a parent is replaced once in years, hardly twice while a key is made
REPLACED: Final = "the keys above were replaced again and again"


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the open."""

    key_id: str
    secret: bytes


class KeyTree:
    """Opens and makes keys of a keystore.

    Args:
        roots: root keys of this process.
        random_bytes: where keys, identifiers and nonces come from.
    """

    def __init__(self, roots: RootKeys, random_bytes: Callable[[int], bytes]) -> None:
        self.roots = roots
        self._random_bytes = random_bytes
        self._tenants: OrderedDict[str, Key] = OrderedDict()  # by identifier of the key
        self._newest: OrderedDict[str, WrappedKey] = OrderedDict()  # by organization

    def forget(self) -> None:
        """Forget every key."""
        self._tenants.clear()
        self._newest.clear()

    async def check(self, store: KeyStore) -> None:
        """Prove that the root keys of this process are those of this keystore.

        Raises:
            RootKeyRefused: the keystore was given another root key.
            KeyRefused: a stored key does not open.
        """
        if await store.find(ROOT, [ROOT]):
            await self.root_in_use(store)
        tenant = await store.any_tenant()
        if tenant is not None:
            await self._tenant_secret(tenant)

    async def stored(
        self,
        store: KeyStore,
        purpose: Purpose,
        subjects: Sequence[str],
        tenant: str,
        *,
        destroyed_too: bool = True,
    ) -> dict[str, Key]:
        """Open those keys of subjects that are stored, and hang under one organization.

        Args:
            store: where they are.
            purpose: what for.
            subjects: whose.
            tenant: the organization.
            destroyed_too: one that was destroyed is an error; else it is left out.

        Raises:
            KeyShredded: one was destroyed.
            KeyRefused: one does not open.
        """
        for _ in range(TURNS_MAX):
            found = await store.find(purpose, subjects)
            wanted = [one for one in found if destroyed_too or one.sealed_key]
            try:
                return {one.subject: await self.opened(store, one, tenant) for one in wanted}
            except ParentRetired:
                continue  # it was wrapped anew after it was found
        raise KeyMissing(REPLACED)

    async def made(
        self, store: KeyStore, purpose: Purpose, subjects: Sequence[str], tenant: str
    ) -> dict[str, Key]:
        """Make keys that hang under one organization, and store them in one commit.

        Raises:
            KeyringError: as for `stored`; nothing was stored.
            CommitFailed: nothing was stored.
        """
        for _ in range(TURNS_MAX):
            parent = await self._parent_for(store, purpose, tenant)
            try:
                new = [await self._new(purpose, one, tenant, parent) for one in subjects]
                added = await store.add([one for one, _ in new])
                secrets = {one.key_id: key for one, key in new}
                return {
                    one.subject: secrets.get(one.key_id)
                    or await self.opened(store, one, tenant)
                    for one in added
                }
            except ParentRetired:
                self.forget()
        raise KeyMissing(REPLACED)

    async def own(self, store: KeyStore, organization_id: str) -> Key | None:
        """Open the key of what an organization seals itself, if it has one.

        It is the first version of its key, which since a rotation is kept as `data`.
        """
        for _ in range(TURNS_MAX):
            data = await store.find("data", [organization_id])
            found = data or await store.find("tenant", [organization_id])
            if not found:
                return None
            if data or found[0].version == 1:
                try:
                    return await self.opened(store, found[0], organization_id)
                except ParentRetired:
                    continue
        raise KeyMissing(REPLACED)

    async def opened(self, store: KeyStore, one: WrappedKey, tenant: str) -> Key:
        """Open a stored key, as one that hangs under an organization.

        Raises:
            KeyShredded: it was destroyed.
            KeyRefused: it does not open.
            ParentRetired: it was wrapped anew since it was read; read it again.
        """
        require_whole(one)
        if one.purpose == "tenant":
            return await self._tenant_secret(one)
        parent = await self._parent_of(store, one, tenant)
        place = place_of(one.purpose, one.subject, tenant)
        try:
            secret = unwrap_key(parent.secret, one.sealed_key, place=place)
        except SealBroken:
            raise _closed(one) from None
        if one.purpose == "signing" and one.public_key != public_of(secret):
            raise KeyRefused(f"the signing key for {one.subject} has another public key")
        return Key(one.key_id, secret)

    async def _parent_of(self, store: KeyStore, one: WrappedKey, tenant: str) -> Key:
        known = self._tenants.get(one.parent)
        if known is not None:
            self._tenants.move_to_end(one.parent)
            return known
        parent = await store.by_id(one.parent)
        if parent is None or (parent.purpose, parent.subject) != ("tenant", tenant):
            raise _closed(one)
        if parent.retired_at is not None and not parent.sealed_key:
            raise ParentRetired(parent.key_id)
        return await self._tenant_secret(parent)

    async def _tenant_secret(self, one: WrappedKey) -> Key:
        known = self._tenants.get(one.key_id)
        if known is not None:
            return known
        require_whole(one)
        key = Key(one.key_id, await self.open_tenant(one))
        self._tenants[one.key_id] = key
        while len(self._tenants) > TENANTS_MAX:
            self._tenants.popitem(last=False)
        return key

    async def open_tenant(self, one: WrappedKey) -> bytes:
        """Unwrap an organization's key with the root key that wrapped it.

        Raises:
            KeyRefused: it does not open, or this process does not have that root key.
        """
        if one.parent != LEGACY_ROOT:
            return await opened_by(self.roots.named(one.parent), one)
        for source in self.roots.sources:  # wrapped before root keys had identifiers
            try:
                return await source.unwrap(one.sealed_key, place=one.place)
            except SealBroken:
                continue
        raise _closed(one)

    async def _parent_for(self, store: KeyStore, purpose: Purpose, tenant: str) -> WrappedKey:
        """Give the key above what is to be made: as stored, its secret remembered."""
        if purpose == "tenant":
            return await self.root_in_use(store)
        known = self._newest.get(tenant)
        if known is not None and known.key_id in self._tenants:
            return known  # if it was replaced, the store says so
        for _ in range(2):
            found = await store.find("tenant", [tenant])
            if found:
                await self._tenant_secret(found[0])
                self._newest[tenant] = found[0]
                while len(self._newest) > TENANTS_MAX:
                    self._newest.popitem(last=False)
                return found[0]
            await self.made(store, "tenant", [tenant], tenant)
        raise KeyMissing(f"the key of {tenant} came and went")

    async def _new(
        self, purpose: Purpose, subject: str, tenant: str, parent: WrappedKey
    ) -> tuple[WrappedKey, Key]:
        key = Key(self._random_bytes(KEY_ID_BYTES).hex(), self._random_bytes(KEY_BYTES))
        place = place_of(purpose, subject, tenant)
        nonce = self._random_bytes(NONCE_BYTES)
        if parent.purpose == ROOT:
            source = self.roots.named(parent.key_id)
            sealed = await source.wrap(
                key.secret, place=place, nonce=nonce, version=parent.version
            )
        else:
            above = self._tenants.get(parent.key_id)
            if above is None:
                raise ParentRetired(parent.key_id)
            sealed = wrap_key(
                above.secret, key.secret, place=place, nonce=nonce, key_version=parent.version
            )
        one = WrappedKey(
            key_id=key.key_id,
            purpose=purpose,
            subject=subject,
            tenant=tenant,
            parent=parent.key_id,
            sealed_key=sealed,
            public_key=public_of(key.secret) if purpose == "signing" else None,
        )
        return one, key

    async def root_in_use(self, store: KeyStore) -> WrappedKey:
        """Give the root key to wrap with: the newest that this process has, made known first.

        Raises:
            RootKeyRefused: every root key of this process was replaced, or is a stranger.
        """
        known = await store.all_of(ROOT)
        if not known:
            legacy = await store.any_tenant()
            if legacy is not None:
                await self.open_tenant(legacy)  # a stranger must not be made known
            known = await store.add([await root_row(self.roots.sources[0], 1, self._nonce())])
        for one in sorted(known, key=lambda it: -it.version):
            if one.retired_at is not None:
                break
            try:
                source = self.roots.named(one.key_id)
            except KeyRefused:
                continue
            await opened_by(source, one)
            return one
        raise RootKeyRefused(
            "the keystore is under another root key: this one was replaced, or is a stranger"
        )

    def _nonce(self) -> bytes:
        return self._random_bytes(NONCE_BYTES)


async def root_row(source: RootKeySource, version: int, nonce: bytes) -> WrappedKey:
    """Make a root key known: a row with a known text under it, and nothing of the key."""
    sealed = await source.wrap(CHECK, place=CHECK_PLACE, nonce=nonce, version=version)
    return WrappedKey(
        key_id=source.root_id,
        purpose=ROOT,
        subject=ROOT,
        version=version,
        tenant="",
        parent="",
        sealed_key=sealed,
    )


async def opened_by(source: RootKeySource, one: WrappedKey) -> bytes:
    """Unwrap what a root key wrapped.

    Raises:
        KeyRefused: it does not open.
    """
    try:
        return await source.unwrap(
            one.sealed_key, place=CHECK_PLACE if one.purpose == ROOT else one.place
        )
    except SealBroken:
        raise _closed(one) from None


def require_whole(one: WrappedKey) -> None:
    """Refuse a key that was destroyed.

    Raises:
        KeyShredded: it was.
    """
    if one.shredded_at is not None or not one.sealed_key:
        raise KeyShredded(f"the {one.purpose} key for {one.subject} was destroyed")


def public_of(secret: bytes) -> bytes:
    """Return the public half of a signing key."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _closed(one: WrappedKey) -> KeyRefused:
    return KeyRefused(f"the {one.purpose} key for {one.subject} does not open")
