"""Sealing of what the nodes of a cluster tell each other, on its way through others' hands.

AES-256-GCM (NIST SP 800-38D). A sealed message is

    magic "GC" | format 1 | salt (16) | count (12, big-endian) | ciphertext | tag (16)

Its key is HKDF-SHA-256 (RFC 5869) of the cluster's secret with the salt, for one purpose. Each
sealer draws a salt when it is made and counts its nonces, so no nonce comes twice with a key,
however many messages there are. Associated data are the purpose and what the message is bound
to (its reader, its row), each with its length before it: copied elsewhere it does not open.

The secret is the index key of a tenant that is no organization: random, wrapped by the root
key in the keystore that all nodes share, never rotated. So a root key that stays in a KMS does
as well as one in a file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.keyring import Keyring
from server.sealing import KEY_BYTES, NONCE_BYTES, TAG_BYTES, SealBroken
from server.storage.statements import Tx

MAGIC: Final = b"GC\x01"
SALT_BYTES: Final = 16
OVERHEAD_BYTES: Final = len(MAGIC) + SALT_BYTES + NONCE_BYTES + TAG_BYTES
SALTS_MAX: Final = 1_024
CLUSTER: Final = "cluster:"
INFO: Final = b"goodfaith cluster v1"


async def cluster_secret(tx: Tx, keyring: Keyring) -> bytes:
    """Give the secret that the nodes of a cluster share; the first one makes it.

    Args:
        tx: a transaction that may write.
        keyring: of the root key that all nodes have.

    Raises:
        KeyringError: it cannot be had.
    """
    return await keyring.index_key(tx, CLUSTER)


class Sealer:
    """Seals and opens messages of one cluster.

    Args:
        secret: 32 bytes that all nodes share.
        random_bytes: where the salt comes from.
    """

    def __init__(self, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a secret has 32 bytes")
        self._secret = secret
        self._salt = random_bytes(SALT_BYTES)
        self._count = 0
        self._keys: OrderedDict[tuple[bytes, str], AESGCM] = OrderedDict()

    def seal(self, purpose: str, plaintext: bytes, *bound_to: str) -> bytes:
        """Return a message sealed for a purpose, and for those who know what it is bound to."""
        self._count += 1
        nonce = self._count.to_bytes(NONCE_BYTES, "big")
        sealed = self._key(self._salt, purpose).encrypt(
            nonce, plaintext, _associated(purpose, bound_to)
        )
        return MAGIC + self._salt + nonce + sealed

    def open(self, purpose: str, sealed: bytes, *bound_to: str) -> bytes:
        """Return what was sealed.

        Raises:
            SealBroken: it was sealed for something else, by somebody else, or altered.
        """
        if len(sealed) < OVERHEAD_BYTES or not sealed.startswith(MAGIC):
            raise SealBroken
        salt = sealed[len(MAGIC) : len(MAGIC) + SALT_BYTES]
        rest = sealed[len(MAGIC) + SALT_BYTES :]
        nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return self._key(salt, purpose).decrypt(
                nonce, ciphertext, _associated(purpose, bound_to)
            )
        except InvalidTag:
            raise SealBroken from None

    def _key(self, salt: bytes, purpose: str) -> AESGCM:
        key = self._keys.get((salt, purpose))
        if key is None:
            info = INFO + b"\x00" + purpose.encode()
            made = HKDF(SHA256(), KEY_BYTES, salt, info).derive(self._secret)
            key = self._keys[salt, purpose] = AESGCM(made)
            while len(self._keys) > SALTS_MAX:  # strangers may send any number of salts
                self._keys.popitem(last=False)
        self._keys.move_to_end((salt, purpose))
        return key


def _associated(purpose: str, bound_to: tuple[str, ...]) -> bytes:
    parts = (purpose.encode(), *(one.encode() for one in bound_to))
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
