"""Root keys: what wraps the keys of organizations, and is in no database.

    KeySource        32 bytes from a file or a setting
    ProgramSource    a program before a KMS: `server.keystore.programs`

`RootKeys` are those which this process may use: one, or two while a new one takes the place of
an old one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from server.sealing import KEY_BYTES, Place, unwrap_key, wrap_key
from server.storage.errors import KeyRefused, RootKeyRefused

FINGERPRINT: Final = b"goodfaith root key fingerprint v1"
FINGERPRINT_CHARS: Final = 32
CHECK: Final = hashlib.sha256(b"goodfaith root key check v1").digest()
CHECK_PLACE: Final = Place("keys", "sealed_key", "root:root", "")


class RootKeySource(Protocol):
    """Wraps and unwraps the keys of organizations; the key itself may be out of reach."""

    @property
    def root_id(self) -> str:
        """Name this root key: the same at every start, another for another key."""
        ...

    async def wrap(self, key: bytes, *, place: Place, nonce: bytes, version: int) -> bytes:
        """Return a 32-byte key wrapped for a place.

        Raises:
            KeyringError: it could not be wrapped.
        """
        ...

    async def unwrap(self, wrapped: bytes, *, place: Place) -> bytes:
        """Return the key that was wrapped.

        Raises:
            SealBroken: it does not open with this root key at this place.
            KeyringError: whoever has the root key did not answer.
        """
        ...


class KeySource:
    """A root key that this process has in memory.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise RootKeyRefused("the root key must have 32 bytes")
        self._key = key

    @property
    def root_id(self) -> str:
        """Return a fingerprint: nothing of the key can be learned from it."""
        return hmac.new(self._key, FINGERPRINT, hashlib.sha256).hexdigest()[:FINGERPRINT_CHARS]

    async def wrap(self, key: bytes, *, place: Place, nonce: bytes, version: int) -> bytes:
        """Wrap with AES-256-GCM."""
        return wrap_key(self._key, key, place=place, nonce=nonce, key_version=version)

    async def unwrap(self, wrapped: bytes, *, place: Place) -> bytes:
        """Unwrap with AES-256-GCM."""
        return unwrap_key(self._key, wrapped, place=place)


Sources = Sequence[RootKeySource]


class RootKeys:
    """The root keys that this process may use.

    Args:
        sources: the one in use first.
        again: reads them anew, for when another process has made a new one meanwhile.
    """

    def __init__(self, sources: Sources, again: Callable[[], Sources] | None = None) -> None:
        if not sources:
            raise RootKeyRefused("there is no root key")
        self._sources = tuple(sources)
        self._again = again

    @classmethod
    def of(cls, key: bytes | RootKeys) -> RootKeys:
        """Return root keys as they are, or the one of 32 bytes."""
        return key if isinstance(key, RootKeys) else cls((KeySource(key),))

    @property
    def sources(self) -> tuple[RootKeySource, ...]:
        """Return those that are known, the one in use first."""
        return self._sources

    def named(self, root_id: str) -> RootKeySource:
        """Return the root key of this name.

        Raises:
            KeyRefused: this process does not have it.
        """
        found = self._known(root_id)
        if found is None and self._again is not None:
            self._sources = tuple(self._again()) or self._sources
            found = self._known(root_id)
        if found is None:
            raise KeyRefused("a key is wrapped with a root key that this process does not have")
        return found

    def _known(self, root_id: str) -> RootKeySource | None:
        return next((one for one in self._sources if one.root_id == root_id), None)
