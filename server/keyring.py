"""Keys by what they are for, remembered for a while. Where they are: `server.keystore`.

A key is made the first time a write asks for it. It is committed in the keystore at once, so
that nothing can be committed that is sealed with a key which is stored nowhere; a transaction
that is rolled back leaves a key of no use, and the next one takes the same.

What it is not: the hierarchy (`server.keystore.keeping`), the root key (`.roots`,
`.root_files`), what destroys keys (`.shredding`).
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import select

from server.keystore.keeping import Key, KeyTree
from server.keystore.key import Purpose
from server.keystore.root_files import ROOT_KEY_FILE, load_root_key
from server.keystore.roots import RootKeys
from server.keystore.settled import open_root_key, open_root_keys
from server.keystore.store import KeyStore
from server.sealing import NONCE_BYTES, Place, seal
from server.storage.errors import KeyMissing, RootKeyRefused
from server.storage.statements import Tx, state_of
from server.storage.tables import chart_entries

ISSUER: Final = "issuer:"
LOG: Final = "log:"
CACHE_MAX: Final = 4_096

__all__ = ["ROOT_KEY_FILE", "Keyring", "load_root_key", "open_root_key", "open_root_keys"]


class Keyring:
    """Gives keys by what they are for.

    Args:
        root_key: 32 bytes, or the root keys of this process (`open_root_keys`).
        random_bytes: where keys, nonces and salts come from.
        cache_max: how many unwrapped keys are remembered.
    """

    def __init__(
        self,
        root_key: bytes | RootKeys,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
        cache_max: int = CACHE_MAX,
    ) -> None:
        self.random_bytes = random_bytes
        self.tree = KeyTree(RootKeys.of(root_key), random_bytes)
        self._cache: OrderedDict[tuple[Purpose, str], Key] = OrderedDict()
        self._cache_max = cache_max
        self._generation: int | None = None

    async def check(self, tx: Tx) -> None:
        """Open one stored tenant key: is this the root key of this database?

        Raises:
            RootKeyRefused: it is not, or not any more; or there are records and no keys.
            KeyRefused: a stored key does not open.
        """
        await require_keys_of_records(tx)
        await self.tree.check(store_of(tx))

    async def refresh(self, store: KeyStore) -> None:
        """Forget every key if some were destroyed or replaced since this was last asked.

        A server asks now and then: a command beside it may have done so.
        """
        generation = await store.generation()
        if self._generation is not None and generation != self._generation:
            self.forget()
        self._generation = generation

    def forget(self) -> None:
        """Forget every key; they are read again when they are wanted."""
        self._cache.clear()
        self.tree.forget()

    async def tenant_key(self, tx: Tx, organization_id: str) -> bytes:
        """Give the key of what an organization seals itself.

        Before its first rotation it is the very key that wraps the others; that key stays for
        what it sealed, and wraps nothing any more.
        """
        known = self._cache.get(("data", organization_id))
        if known is not None:
            return known.secret
        own = await self.tree.own(store_of(tx), organization_id)
        if own is None:
            return (await self._get(tx, "tenant", organization_id, organization_id)).secret
        self._keep("data", {organization_id: own})
        return own.secret

    async def patient_key(self, tx: Tx, patient_id: str, network_id: str) -> bytes:
        """Give the key of a patient's identity."""
        return (await self._get(tx, "patient", patient_id, network_id)).secret

    async def encounter_key(self, tx: Tx, encounter_id: str, network_id: str) -> bytes:
        """Give the key of an encounter's chart and documents."""
        return (await self._get(tx, "encounter", encounter_id, network_id)).secret

    async def encounter_keys(self, tx: Tx, networks: Mapping[str, str]) -> Mapping[str, bytes]:
        """Give the keys of encounters, each named with its network.

        What is not remembered is looked up together; what nobody made yet is made together.
        """
        found: dict[str, bytes] = {}
        for network in dict.fromkeys(networks.values()):
            subjects = [one for one, its in networks.items() if its == network]
            keys = await self._all(tx, "encounter", subjects, network)
            found.update({one: key.secret for one, key in keys.items()})
        return {one: found[one] for one in networks}

    async def readable_encounter_keys(
        self, tx: Tx, networks: Mapping[str, str]
    ) -> Mapping[str, bytes]:
        """Give those keys of encounters that were not destroyed, for lists of many."""
        found: dict[str, bytes] = {}
        for network in dict.fromkeys(networks.values()):
            subjects = [one for one, its in networks.items() if its == network]
            keys = await self._stored(tx, "encounter", subjects, network, destroyed_too=False)
            found.update({one: key.secret for one, key in keys.items()})
        return found

    async def signing_key(
        self, tx: Tx, practitioner_id: str, network_id: str
    ) -> Ed25519PrivateKey:
        """Give the key with which a practitioner signs (RFC 8032)."""
        key = await self._get(tx, "signing", practitioner_id, network_id)
        return Ed25519PrivateKey.from_private_bytes(key.secret)

    async def issuer_key(self, tx: Tx, network_id: str) -> Ed25519PrivateKey:
        """Give the key with which a network signs what others are to verify (RFC 8032)."""
        return await self.signing_key(tx, f"{ISSUER}{network_id}", network_id)

    async def log_key(self, tx: Tx) -> Ed25519PrivateKey:
        """Give the key with which this server signs its log, of no network (RFC 8032)."""
        return await self.signing_key(tx, LOG, LOG)

    async def issuer_public_keys(self, tx: Tx) -> list[Ed25519PublicKey]:
        """Give the public keys of all networks that ever signed such things, in order."""
        found = await store_of(tx).all_of("signing", ISSUER)
        public = [one.public_key for one in found if one.shredded_at is None]
        return [Ed25519PublicKey.from_public_bytes(one) for one in public if one]

    async def signing_public_keys(self, tx: Tx, practitioner_id: str) -> list[Ed25519PublicKey]:
        """Give the public keys with which a practitioner ever signed, in order.

        A destroyed key is among them: what it signed stays, and is verified with it.
        """
        found = await store_of(tx).find("signing", [practitioner_id])
        public = [one.public_key for one in found]
        return [Ed25519PublicKey.from_public_bytes(one) for one in public if one]

    async def index_key(self, tx: Tx, spa_id: str) -> bytes:
        """Give the key of a spa's blind index."""
        return (await self._get(tx, "index", spa_id, spa_id)).secret

    def seal(self, key: bytes, plaintext: bytes, place: Place) -> bytes:
        """Seal with a fresh nonce."""
        return seal(key, plaintext, place=place, nonce=self.random_bytes(NONCE_BYTES))

    async def _get(self, tx: Tx, purpose: Purpose, subject: str, tenant: str) -> Key:
        return (await self._all(tx, purpose, [subject], tenant))[subject]

    async def _all(
        self, tx: Tx, purpose: Purpose, subjects: Iterable[str], tenant: str
    ) -> dict[str, Key]:
        """Find or make keys.

        Raises:
            KeyMissing: there is none of one, and this transaction only reads.
            KeyShredded: one was destroyed.
            KeyRefused: what is stored does not open.
        """
        wanted = list(subjects)
        found = await self._stored(tx, purpose, wanted, tenant)
        missing = [one for one in wanted if one not in found]
        if missing:
            if not state_of(tx).writable:
                raise KeyMissing(f"there is no {purpose} key for {missing[0]}")
            made = await self.tree.made(store_of(tx), purpose, missing, tenant)
            self._keep(purpose, made)
            found |= made
        return found

    async def _stored(
        self,
        tx: Tx,
        purpose: Purpose,
        subjects: list[str],
        tenant: str,
        *,
        destroyed_too: bool = True,
    ) -> dict[str, Key]:
        found: dict[str, Key] = {}
        for one in subjects:
            known = self._cache.get((purpose, one))
            if known is not None:
                self._cache.move_to_end((purpose, one))
                found[one] = known
        unknown = [one for one in subjects if one not in found]
        if unknown:
            stored = await self.tree.stored(
                store_of(tx), purpose, unknown, tenant, destroyed_too=destroyed_too
            )
            self._keep(purpose, stored)
            found |= stored
        return found

    def _keep(self, purpose: Purpose, keys: Mapping[str, Key]) -> None:
        for subject, key in keys.items():
            self._cache[purpose, subject] = key
        while len(self._cache) > self._cache_max:
            self._cache.popitem(last=False)


async def require_keys_of_records(tx: Tx) -> None:
    """Refuse records whose keys are elsewhere, before a new key takes the place of one.

    A restore of the keys needs an empty keystore: one key made meanwhile would bar it.

    Raises:
        RootKeyRefused: there are records, and no organization has a key.
    """
    if await store_of(tx).any_tenant() is not None:
        return
    if (await tx.execute(select(chart_entries.c.seq).limit(1))).first() is not None:
        raise RootKeyRefused("there are records and no keys: restore the keys first")


def store_of(tx: Tx) -> KeyStore:
    """Give the keystore that belongs to the database of a transaction.

    Raises:
        KeyMissing: it has none.
    """
    store = state_of(tx).keystore
    if store is None:
        raise KeyMissing("this transaction has no keystore")
    return store
