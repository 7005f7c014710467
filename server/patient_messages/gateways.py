"""The outbox's destinations that stand for mail and text messages: one a network and means.

They are rows so that what is written to patients has the same lease, order, attempts and
figures as webhooks. Where they lead is a setting, not the row's address.
"""

from __future__ import annotations

import hashlib
from typing import Final

from server.services import Core
from server.storage import destinations
from server.storage.database import Tx
from server.storage.destinations import Destination
from server.storage.errors import RowMissing
from server.storage.patient_messages import MessageChannel

TOPIC: Final = "patient.message"
SYSTEM: Final = "system"


def gateway_of(network_id: str, channel: MessageChannel) -> str:
    """Return the identifier of a network's destination."""
    named = f"gateway:{channel}:{network_id}"
    return f"gateway-{hashlib.sha256(named.encode()).hexdigest()[:32]}"


async def ensure(tx: Tx, core: Core, network_id: str, channel: MessageChannel) -> str:
    """Return a network's destination, made or set going again where it is not there.

    One that failed for days was disabled; somebody who sends wants it tried again.
    """
    name, now = gateway_of(network_id, channel), core.clock.now()
    try:
        known = await destinations.get(tx, core.keyring, name, lock=True)
    except RowMissing:
        await destinations.add(
            tx,
            core.keyring,
            Destination(
                id=name,
                organization_id=network_id,
                channel=channel,
                address=channel,
                topics=(TOPIC,),
                scheme="v1",
                created_by=SYSTEM,
                created_at=now,
                changed_at=now,
            ),
        )
        return name
    if known.state != "active":
        await destinations.change(tx, name, state="active", reason=None, now=now)
    return name
