"""Keys, each wrapped by the one above it; only the root key is not in the database.

    root key (file or setting)
    `- tenant            one per organization
       |- patient        one per patient: their identity
       |- encounter      one per encounter: its chart and documents
       |- signing        one per practitioner, and one of the network's own: Ed25519
       `- index          one per spa: blind index

A key is made the first time a write asks for it, in the same transaction, so that a key
exists exactly if what it seals may exist. The cache never learns a key from the transaction
that made it: a rollback, to a savepoint too, would leave a key that is stored nowhere.
"""

from __future__ import annotations

import base64
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import RowMapping, select

from server.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    Place,
    SealBroken,
    seal,
    unwrap_key,
    wrap_key,
)
from server.settings import Settings
from server.storage.errors import KeyMissing, KeyRefused, KeyShredded, RootKeyRefused
from server.storage.statements import Tx, clock_us, insert_into, state_of
from server.storage.tables import wrapped_keys

Purpose = Literal["tenant", "patient", "encounter", "signing", "index"]
ROOT: Final = "root"
ISSUER: Final = "issuer:"
LOG: Final = "log:"
KEY_ID_BYTES: Final = 16
CACHE_MAX: Final = 4_096
ROOT_KEY_FILE: Final = "root.key"


@dataclass(frozen=True, slots=True)
class _Key:
    key_id: str
    secret: bytes


class Keyring:
    """Gives keys by what they are for.

    Args:
        root_key: 32 bytes, see `load_root_key`.
        random_bytes: where keys, nonces and salts come from.
        cache_max: how many unwrapped keys are remembered.
    """

    def __init__(
        self,
        root_key: bytes,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
        cache_max: int = CACHE_MAX,
    ) -> None:
        if len(root_key) != KEY_BYTES:
            raise RootKeyRefused("the root key must have 32 bytes")
        self._root = _Key(ROOT, root_key)
        self.random_bytes = random_bytes
        self._cache: OrderedDict[tuple[Purpose, str], _Key] = OrderedDict()
        self._cache_max = cache_max

    async def check(self, tx: Tx) -> None:
        """Open one stored tenant key: is this the root key of this database?

        Raises:
            KeyRefused: it is not.
        """
        query = select(wrapped_keys.c.subject).where(
            wrapped_keys.c.purpose == "tenant", wrapped_keys.c.shredded_at.is_(None)
        )
        tenant = (await tx.execute(query.limit(1))).scalar_one_or_none()
        if tenant is not None:
            await self.tenant_key(tx, tenant)

    async def tenant_key(self, tx: Tx, organization_id: str) -> bytes:
        """Give the key of an organization."""
        return (await self._get(tx, "tenant", organization_id, organization_id)).secret

    async def patient_key(self, tx: Tx, patient_id: str, network_id: str) -> bytes:
        """Give the key of a patient's identity."""
        return (await self._get(tx, "patient", patient_id, network_id)).secret

    async def encounter_key(self, tx: Tx, encounter_id: str, network_id: str) -> bytes:
        """Give the key of an encounter's chart and documents."""
        return (await self._get(tx, "encounter", encounter_id, network_id)).secret

    async def encounter_keys(self, tx: Tx, networks: Mapping[str, str]) -> Mapping[str, bytes]:
        """Give the keys of encounters, each named with its network, in one statement.

        What the cache does not have is looked up together; what nobody made yet is made.
        """
        missing = [one for one in networks if ("encounter", one) not in self._cache]
        for row in await _stored_rows(tx, "encounter", missing):
            subject = row["subject"]
            tenant = networks[subject]
            parent = await self._tenant(tx, tenant)
            self._keep(tx, "encounter", subject, _opened(row, parent, tenant))
        return {
            one: await self.encounter_key(tx, one, network) for one, network in networks.items()
        }

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
        query = (
            select(wrapped_keys.c.public_key)
            .where(
                wrapped_keys.c.purpose == "signing",
                wrapped_keys.c.subject.startswith(ISSUER, autoescape=True),
                wrapped_keys.c.shredded_at.is_(None),
            )
            .order_by(wrapped_keys.c.created_at, wrapped_keys.c.id)
        )
        found = (await tx.execute(query)).scalars().all()
        return [Ed25519PublicKey.from_public_bytes(one) for one in found]

    async def index_key(self, tx: Tx, spa_id: str) -> bytes:
        """Give the key of a spa's blind index."""
        return (await self._get(tx, "index", spa_id, spa_id)).secret

    def seal(self, key: bytes, plaintext: bytes, place: Place) -> bytes:
        """Seal with a fresh nonce."""
        return seal(key, plaintext, place=place, nonce=self.random_bytes(NONCE_BYTES))

    async def _get(self, tx: Tx, purpose: Purpose, subject: str, tenant: str) -> _Key:
        """Find or make a key.

        Raises:
            KeyMissing: there is none, and this transaction only reads.
            KeyShredded: it was destroyed.
            KeyRefused: what is stored does not open.
        """
        known = self._cache.get((purpose, subject))
        if known is not None:
            self._cache.move_to_end((purpose, subject))
            return known
        parent = self._root if purpose == "tenant" else await self._tenant(tx, tenant)
        key = await self._stored(tx, purpose, subject, tenant, parent)
        if key is None:
            if not state_of(tx).writable:
                raise KeyMissing(f"there is no {purpose} key for {subject}")
            key = await self._made(tx, purpose, subject, tenant, parent)
        self._keep(tx, purpose, subject, key)
        return key

    def _keep(self, tx: Tx, purpose: Purpose, subject: str, key: _Key) -> None:
        """Remember a key, unless this transaction made it and may yet roll it back."""
        if (purpose, subject) in state_of(tx).made_keys:
            return
        self._cache[(purpose, subject)] = key
        while len(self._cache) > self._cache_max:
            self._cache.popitem(last=False)

    async def _tenant(self, tx: Tx, organization_id: str) -> _Key:
        return await self._get(tx, "tenant", organization_id, organization_id)

    async def _stored(
        self, tx: Tx, purpose: Purpose, subject: str, tenant: str, parent: _Key
    ) -> _Key | None:
        rows = await _stored_rows(tx, purpose, [subject])
        return _opened(rows[0], parent, tenant) if rows else None

    async def _made(
        self, tx: Tx, purpose: Purpose, subject: str, tenant: str, parent: _Key
    ) -> _Key:
        key = _Key(self.random_bytes(KEY_ID_BYTES).hex(), self.random_bytes(KEY_BYTES))
        sealed = wrap_key(
            parent.secret,
            key.secret,
            place=_place(purpose, subject, tenant),
            nonce=self.random_bytes(NONCE_BYTES),
        )
        written = await tx.execute(
            insert_into(tx, wrapped_keys)
            .values(
                id=key.key_id,
                purpose=purpose,
                subject=subject,
                parent=parent.key_id,
                sealed_key=sealed,
                public_key=_public(key.secret) if purpose == "signing" else None,
                created_at=clock_us(),
            )
            .on_conflict_do_nothing(index_elements=["purpose", "subject"])
            .returning(wrapped_keys.c.id)
        )
        if written.one_or_none() is not None:
            state_of(tx).made_keys.add((purpose, subject))
            return key
        # Another transaction made it while this one waited for it to commit.
        stored = await self._stored(tx, purpose, subject, tenant, parent)
        if stored is None:
            raise KeyMissing(f"the {purpose} key for {subject} came and went")
        return stored


async def _stored_rows(
    tx: Tx, purpose: Purpose, subjects: Sequence[str]
) -> Sequence[RowMapping]:
    if not subjects:
        return []
    query = select(wrapped_keys).where(
        wrapped_keys.c.purpose == purpose, wrapped_keys.c.subject.in_(subjects)
    )
    return (await tx.execute(query)).mappings().all()


def _opened(row: RowMapping, parent: _Key, tenant: str) -> _Key:
    """Unwrap a stored key.

    Raises:
        KeyShredded: it was destroyed.
        KeyRefused: what is stored does not open.
    """
    purpose, subject = row["purpose"], row["subject"]
    if row["shredded_at"] is not None:
        raise KeyShredded(f"the {purpose} key for {subject} was destroyed")
    try:
        secret = unwrap_key(
            parent.secret, row["sealed_key"], place=_place(purpose, subject, tenant)
        )
    except SealBroken:
        secret = b""
    if row["parent"] != parent.key_id or not secret:
        raise KeyRefused(f"the {purpose} key for {subject} does not open")
    if purpose == "signing" and row["public_key"] != _public(secret):
        raise KeyRefused(f"the signing key for {subject} has another public key")
    return _Key(row["id"], secret)


def _place(purpose: Purpose, subject: str, tenant: str) -> Place:
    return Place("wrapped_keys", "sealed_key", f"{purpose}:{subject}", tenant)


def _public(secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


# ------------------------------------------------------------------ the root key


def open_root_key(settings: Settings) -> bytes:
    """Give the root key: as the settings say, else from the data folder.

    Raises:
        RootKeyRefused: the data folder's file is not a key, or others may read it.
        SettingsError: the named file is not a key.
    """
    given = settings.root_key_bytes()
    return given if given is not None else load_root_key(settings.data_dir / ROOT_KEY_FILE)


def load_root_key(path: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give the root key of a file, which the first run makes.

    Args:
        path: 32 bytes in base64 or hex, mode 0600.
        random_bytes: where a new key comes from.

    Raises:
        RootKeyRefused: not a key, or a file that others may read.
    """
    if not path.exists():
        _create(path, random_bytes(KEY_BYTES))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise RootKeyRefused(f"{path} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
            raise RootKeyRefused(f"{path} must be a file that nobody else may read: chmod 600")
        return _parsed(file.read(200).strip(), path)


def _create(path: Path, key: bytes) -> None:
    """Write a new key under another name and link it, so that no one reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{base64.b64encode(key).decode()}\n")
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first; its key is the one
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _parsed(text: str, path: Path) -> bytes:
    for decode in (bytes.fromhex, base64.b64decode):
        try:
            key = decode(text)
        except ValueError:
            continue
        if len(key) == KEY_BYTES:
            return key
    raise RootKeyRefused(f"{path} must be 32 bytes in base64 or hex")
