"""One message to a patient: opened, worded, handed to a carrier, its link erased.

    the link was erased, or works no more    Refused: there is nothing left to send
    no usable address any more               Refused
    else                                     what the carrier says

A crash between the carrier's answer and what is written of it sends the message once more,
under the same identifier.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from server.delivery.channels import Delivered, Delivery, Outcome, Refused
from server.identities import identity_of
from server.patient_messages.carriers import Carrier
from server.patient_messages.ways import address_of
from server.patient_messages.wording import Words, words_of
from server.services import Core
from server.storage import directory, encounters, patient_messages
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.patient_messages import MessageChannel, PatientMessage

SECOND: Final = 1_000_000


class PatientChannel:
    """A means of writing to patients, as the outbox's worker sees it.

    Args:
        core: database, keys, time, and the public origin that links lead to.
        name: which means.
        carrier: what carries it.
    """

    def __init__(self, core: Core, name: MessageChannel, carrier: Carrier) -> None:
        self.name: Final = name
        self._core = core
        self._carrier = carrier

    async def deliver(self, item: Delivery) -> Outcome:
        """Send one message."""
        try:
            async with self._core.database.read() as tx:
                prepared = await self._prepared(tx, item)
        except RowMissing:
            return Refused("expired")
        if isinstance(prepared, Refused):
            return prepared
        to, words = prepared
        outcome = await self._carrier.carry(item.message_id, to, words)
        if isinstance(outcome, Delivered | Refused):
            async with self._core.database.write() as tx:
                await patient_messages.erase(tx, item.subject)
        return outcome

    async def _prepared(self, tx: Tx, item: Delivery) -> tuple[str, Words] | Refused:
        core = self._core
        encounter = await encounters.get(tx, item.encounter_id or "")
        network_id = encounter.network_id
        message = await patient_messages.get(tx, core.keyring, network_id, item.subject)
        if message.link is None or message.expires_at <= core.clock.now():
            return Refused("expired")
        patient = await identity_of(tx, core.keyring, encounter)
        to = address_of(patient, self.name)
        if to is None:
            return Refused("address_refused")
        return to, await self._worded(tx, encounter, message, message.link)

    async def _worded(
        self, tx: Tx, encounter: Encounter, message: PatientMessage, secret: str
    ) -> Words:
        spa = await directory.organization(tx, encounter.spa_id)
        until = datetime.fromtimestamp(message.expires_at // SECOND, UTC)
        return words_of(
            message.kind,
            message.language,
            spa=spa.name,
            url=f"{self._core.settings.origin}/join#{secret}",
            until=f"{until:%Y-%m-%d %H:%M} UTC",
        )
