"""Charts that were opened in an emergency, as rows."""

from __future__ import annotations

from server.keyring import Keyring
from server.storage import emergency_access
from server.storage.emergency_access import EmergencyAccess
from server.storage.statements import Tx
from tests.contract.storage.rows import ANA, NOW, SECOND

HOUR = 3_600 * SECOND


async def opened(
    tx: Tx, keyring: Keyring, name: str, *, said: bytes = b"Why", at: int = NOW
) -> EmergencyAccess:
    """Let Ana read what patient-1 has in network-1, for an hour."""
    key = await keyring.encounter_key(tx, "encounter-1", "network-1")
    place = emergency_access.words_place("sealed_reason", name, "network-1")
    one = EmergencyAccess(
        id=name,
        account_id=ANA.account_id,
        practitioner_id=ANA.practitioner_id,
        network_id="network-1",
        encounter_id="encounter-1",
        patient_id="patient-1",
        sealed_reason=keyring.seal(key, said, place),
        started_at=at,
        expires_at=at + HOUR,
    )
    await emergency_access.add(tx, one)
    return one
