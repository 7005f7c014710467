"""The key of one backup: made for it, wrapped by a root key, told by its header.

A random secret is wrapped by the root key, wherever that is (a file, a KMS), and the file's key
is derived from the secret and the salt (HKDF-SHA-256, RFC 5869). So a backup stays readable
while its root key is, in use or replaced, and no file's key is another one's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.backups.header import Header
from server.backups.refusals import OtherRootKey, RootKeyAbsent
from server.keystore.keeping import KeyTree
from server.keystore.key import ROOT
from server.keystore.root_files import NEXT_FILE, ROOT_KEY_FILE, read_root_key
from server.keystore.roots import KeySource, RootKeys, RootKeySource
from server.keystore.settled import in_data_folder, open_root_keys
from server.keystore.store import KeyStore
from server.sealing import KEY_BYTES, NONCE_BYTES, Place, SealBroken
from server.settings import Settings
from server.storage.errors import KeyRefused

SALT_BYTES: Final = 32
PURPOSE: Final = b"goodfaith backup key v1"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a new backup is sealed with.

    Attributes:
        salt: 32 random bytes.
        root_id: of the root key.
        wrapped: the secret, wrapped by it.
        key: of this file alone.
    """

    salt: bytes
    root_id: str
    wrapped: bytes
    key: bytes = field(repr=False)


async def root_to_seal_with(roots: RootKeys, keystore: KeyStore) -> RootKeySource:
    """Give the root key that is in use: a backup under another would not open when it must.

    Nothing is written: a keystore that knows no root key yet stays as it is.

    Raises:
        RootKeyRefused: every root key here was replaced, or is a stranger.
        KeyRefused: the same, of a keystore that knows no root keys but has keys under one.
        StorageError: the keystore does not answer.
    """
    tree = KeyTree(roots, os.urandom)
    if await keystore.all_of(ROOT):
        return roots.named((await tree.root_in_use(keystore)).key_id)
    tenant = await keystore.any_tenant()
    if tenant is not None:
        await tree.open_tenant(tenant)
    return roots.sources[0]


async def new_seal(source: RootKeySource, random_bytes: Callable[[int], bytes]) -> Seal:
    """Make the key of a new backup, under a root key.

    Raises:
        KeyringError: whoever has the root key did not answer.
    """
    salt, secret = random_bytes(SALT_BYTES), random_bytes(KEY_BYTES)
    wrapped = await source.wrap(
        secret, place=_place(salt), nonce=random_bytes(NONCE_BYTES), version=1
    )
    return Seal(salt, source.root_id, wrapped, _derived(secret, salt))


async def key_of(header: Header, roots: RootKeys) -> bytes:
    """Give the key of a backup.

    Raises:
        OtherRootKey: none of these root keys wrapped its secret.
        KeyringError: whoever has the root key did not answer.
    """
    salt = bytes.fromhex(header.salt)
    try:
        source = roots.named(header.root_id)
        secret = await source.unwrap(bytes.fromhex(header.wrapped), place=_place(salt))
    except (KeyRefused, SealBroken):
        raise OtherRootKey(
            "the backup was sealed under another root key than this one"
        ) from None
    return _derived(secret, salt)


async def existing_roots(settings: Settings, path: Path | None = None) -> RootKeys:
    """Give the root keys, of a file or as the settings say; none is ever made here.

    Raises:
        RootKeyAbsent: there is none.
        RootKeyRefused: the file is no key, or others may read it.
        SettingsError: the file that the settings name is not a key.
    """
    if path is not None:
        _require(path)
        return RootKeys([KeySource(read_root_key(path))])
    if in_data_folder(settings):
        _require(settings.data_dir / ROOT_KEY_FILE, settings.data_dir / NEXT_FILE)
    return await open_root_keys(settings)


def _require(*files: Path) -> None:
    if not any(one.exists() for one in files):
        raise RootKeyAbsent(f"there is no root key: {files[0]} is missing")


def _place(salt: bytes) -> Place:
    return Place("backup", "secret", salt.hex(), "")


def _derived(secret: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=PURPOSE).derive(secret)
