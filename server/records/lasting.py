"""What a signature is over and only the chart says, kept apart before the chart's key goes.

Exams signed as version 1 have the hashes of their attestation and authorities in the chart
alone: once nobody can read it, nothing could show any more that the signature holds. They are
hashes of words that the network publishes and of licences, and say nothing of the patient.
"""

from __future__ import annotations

from server import signing
from server.logging import get_logger
from server.records.gathering import exam_facts, read_of
from server.services import Core
from server.storage import signatures
from server.storage.database import Tx
from server.storage.errors import KeyringError

log = get_logger("records")


async def keep_bound(tx: Tx, core: Core, encounter_id: str) -> int:
    """Keep beside the signatures of an exam what they are bound to, where they lack it.

    What does not hold, or cannot be read, is left as it is: hashes are no proof of it.

    Args:
        tx: writes.
        core: keys.
        encounter_id: of an exam that is about to be destroyed.

    Returns:
        Of how many signatures.
    """
    kept = await signatures.of_encounter(tx, encounter_id)
    lacking = [one for one in kept if _lacks(one)]
    if not lacking:
        return 0
    try:
        read = await read_of(tx, core, encounter_id)
    except KeyringError:
        read = []
    done = 0
    for one in lacking:
        facts = exam_facts(one, read)
        if not signing.verify(one.public_key, one.signature, facts):
            log.warning("proof_not_kept", encounter_id=encounter_id, seq=one.seq)
            continue
        await signatures.keep_bound(tx, one, facts.attestation_sha256, facts.authority_sha256)
        done += 1
    return done


def _lacks(one: signatures.Signature) -> bool:
    lacks = one.attestation_sha256 is None or one.authority_sha256 is None
    return one.context == "exam_v1" and lacks
