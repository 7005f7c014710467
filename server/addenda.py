"""Adding to a signed chart: the entry, and the signature of its author over the new head.

A practitioner signs with their own key. A spa's staff, its software and the system have none:
what they add is signed by the network that keeps the chart, which vouches that it was added so
and then, not for what it says.
"""

from __future__ import annotations

from server import charting
from server.chart.entries import Addendum
from server.services import Core
from server.signing import NOTHING_SHA256, AddendumFacts, sign
from server.storage import chart_log, encounters, signatures
from server.storage.database import Tx
from server.storage.signatures import Signature


async def write(
    tx: Tx, core: Core, encounter_id: str, actor: str, text: str, *, now: int
) -> str:
    """Append a signed addendum and return the new head of the chart.

    Args:
        tx: writes.
        core: keys.
        encounter_id: of a signed exam.
        actor: who adds it, as charts name them.
        text: what is added.
        now: microseconds UTC.
    """
    entry = Addendum(text=text)
    appended = await charting.append(tx, core.keyring, encounter_id, actor, [entry], now=now)
    committed = await chart_log.last_commitment(tx, encounter_id, entry.kind)
    network_id = (await encounters.get(tx, encounter_id)).network_id
    practitioner_id = charting.practitioner_of(actor)
    if practitioner_id is None:
        key = await core.keyring.issuer_key(tx, network_id)
    else:
        key = await core.keyring.signing_key(tx, practitioner_id, network_id)
    facts = AddendumFacts(
        encounter_id=encounter_id,
        chart_head=appended.head,
        seq=appended.last,
        author=actor,
        signed_at=now,
        addendum_sha256=committed or NOTHING_SHA256,
    )
    await signatures.add(
        tx,
        Signature(
            encounter_id=encounter_id,
            seq=facts.seq,
            chart_head=facts.chart_head,
            practitioner_id=practitioner_id,
            public_key=key.public_key().public_bytes_raw(),
            signature=sign(key.private_bytes_raw(), facts),
            signed_at=now,
            context=facts.context,
        ),
    )
    return appended.head
