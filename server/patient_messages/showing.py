"""What staff see of messages to a patient: by which means they can go, and how far they are."""

from __future__ import annotations

from typing import Final

from server.identities import identity_of
from server.patient_messages.ways import address_of, channels_of, masked
from server.services import Core
from server.storage import patient_messages
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import SentMessageView, WayView

SHOWN_MAX: Final = 10
MS: Final = 1_000


async def ways_of(tx: Tx, core: Core, encounter: Encounter) -> list[WayView]:
    """Return by which means this patient can be written to."""
    channels = channels_of(core.settings)
    if not channels:
        return []
    patient = await identity_of(tx, core.keyring, encounter)
    found = {channel: address_of(patient, channel) for channel in channels}
    return [
        WayView(channel=channel, to=masked(address, channel))
        for channel, address in found.items()
        if address is not None
    ]


async def sent_views(tx: Tx, encounter_id: str) -> list[SentMessageView]:
    """Return what was written about an encounter, the newest first."""
    sent = await patient_messages.of_encounter(tx, encounter_id, SHOWN_MAX)
    return [
        SentMessageView(
            kind=one.kind,
            channel=one.channel,
            sent_at_ms=one.created_at // MS,
            state=one.state,
            outcome=one.outcome,
        )
        for one in sent
    ]
