"""Whose key a signature was made with. What was signed: `server.documents.signed_bytes`."""

from __future__ import annotations

from server.keyring import Keyring
from server.storage.database import Tx
from server.storage.errors import KeyMissing
from server.storage.signatures import Signature


async def by_its_signer(tx: Tx, keyring: Keyring, signed: Signature, network_id: str) -> bool:
    """Tell whether the key is its signer's: anybody can make a signature that holds.

    Args:
        tx: reads.
        keyring: has the keys.
        signed: of an exam or an addendum; without a practitioner, the network's own.
        network_id: of the exam.
    """
    try:
        if signed.practitioner_id is None:
            key = await keyring.issuer_key(tx, network_id)
        else:
            key = await keyring.signing_key(tx, signed.practitioner_id, network_id)
    except KeyMissing:
        return False
    return key.public_key().public_bytes_raw() == signed.public_key
