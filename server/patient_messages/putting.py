"""Putting a message to a patient into the outbox, in the transaction of what it is about.

The message gets a link of its own, so the encounter's earlier links stop. Its secret waits
sealed until what came of the message is written, and no longer than the link works.
"""

from __future__ import annotations

from typing import Final

from server import links
from server.identities import identity_of
from server.links import NewLink
from server.patient_messages import gateways
from server.patient_messages.refusals import MessagesSpent, NoWayToPatient
from server.patient_messages.ways import address_of, channels_of
from server.services import Core
from server.storage import outbox, patient_messages
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.outbox import Outgoing
from server.storage.patient_messages import MessageChannel, MessageKind, PatientMessage

PER_DAY_MAX: Final = 6
ID_BYTES: Final = 16
DAY_US: Final = 86_400 * 1_000_000


async def put(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    kind: MessageKind,
    channel: MessageChannel,
    *,
    language: str,
    by: str,
) -> NewLink:
    """Write to a patient, if this transaction commits; return the link that they get.

    Args:
        tx: writes.
        core: what everything stands on.
        encounter: whose patient; locked by the caller.
        kind: what it is about.
        channel: by which means.
        language: of the patient, empty while it is not known.
        by: who has it sent, as role and identifier.

    Raises:
        NoWayToPatient: that means is not set up, or the spa typed no address for it.
        MessagesSpent: enough was written about this encounter today.
    """
    patient = await identity_of(tx, core.keyring, encounter)
    if channel not in channels_of(core.settings) or address_of(patient, channel) is None:
        raise NoWayToPatient
    now = core.clock.now()
    written = await patient_messages.count_since(tx, encounter.encounter_id, now - DAY_US)
    if written >= PER_DAY_MAX:
        raise MessagesSpent
    link = await links.make(tx, core, encounter)
    gateway = await gateways.ensure(tx, core, encounter.network_id, channel)
    name = core.random_bytes(ID_BYTES).hex()
    outgoing = Outgoing(
        topic=gateways.TOPIC,
        channel=channel,
        network_id=encounter.network_id,
        spa_id=encounter.spa_id,
        encounter_id=encounter.encounter_id,
        subject=name,
        body={},
        at=now,
    )
    message = PatientMessage(
        id=name,
        encounter_id=encounter.encounter_id,
        kind=kind,
        channel=channel,
        language=language,
        message_id=await outbox.put_for(tx, outgoing, [gateway]),
        link=link.secret,
        created_by=by,
        created_at=now,
        expires_at=link.expires_at,
    )
    await patient_messages.add(tx, core.keyring, encounter.network_id, message)
    return link


async def put_if_asked(
    tx: Tx, core: Core, encounter: Encounter, kind: MessageKind, *, language: str
) -> bool:
    """Write by the means that staff used for the invitation; whether anything was written.

    Where staff handed the link over themselves, nobody is written to: the patient did not
    expect a message, and the link that they have goes on working.
    """
    channel = await patient_messages.last_way(tx, encounter.encounter_id)
    if channel is None:
        return False
    try:
        await put(tx, core, encounter, kind, channel, language=language, by="system")
    except (NoWayToPatient, MessagesSpent):
        return False
    return True
