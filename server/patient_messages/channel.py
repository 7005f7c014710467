"""One message to a patient: opened, worded, handed to a carrier.

    the link was erased, or works no more    Refused: there is nothing left to send
    the visit is over without an exam        Refused, too
    no usable address any more               Refused
    else                                     what the carrier says

A crash between the carrier's answer and what is written of it sends the message once more,
under the same identifier. So the link is not erased here, but when what came of it is written
(`server.storage.patient_messages.erase_expired`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from server import links
from server.delivery.channels import Delivery, Outcome, Refused
from server.identities import identity_of
from server.patient_messages.carriers import Carrier
from server.patient_messages.ways import address_of
from server.patient_messages.wording import Words, words_of
from server.services import Core
from server.storage import directory, encounters, patient_messages
from server.storage import links as stored_links
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.patient_messages import MessageChannel, PatientMessage
from signaling.visit import VisitState

SECOND: Final = 1_000_000
OVER: Final = frozenset({VisitState.CANCELLED, VisitState.EXPIRED, VisitState.NO_SHOW})


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
        return await self._carrier.carry(item.message_id, to, words)

    async def _prepared(self, tx: Tx, item: Delivery) -> tuple[str, Words] | Refused:
        core = self._core
        encounter = await encounters.get(tx, item.encounter_id or "")
        network_id = encounter.network_id
        message = await patient_messages.get(tx, core.keyring, network_id, item.subject)
        if message.link is None or VisitState(encounter.visit) in OVER:
            return Refused("expired")
        link = await stored_links.by_secret_hash(tx, links.hash_of_secret(message.link))
        if link is None or link.replaced_at is not None or link.expires_at <= core.clock.now():
            return Refused("expired")
        patient = await identity_of(tx, core.keyring, encounter)
        to = address_of(patient, self.name)
        if to is None:
            return Refused("address_refused")
        words = await self._worded(
            tx, encounter, message, secret=message.link, expires_at=link.expires_at
        )
        return to, words

    async def _worded(
        self,
        tx: Tx,
        encounter: Encounter,
        message: PatientMessage,
        *,
        secret: str,
        expires_at: int,
    ) -> Words:
        spa = await directory.organization(tx, encounter.spa_id)
        until = datetime.fromtimestamp(expires_at // SECOND, UTC)
        return words_of(
            message.kind,
            message.language,
            spa=spa.name,
            url=f"{self._core.settings.origin}/join#{secret}",
            until=f"{until:%Y-%m-%d %H:%M} UTC",
        )
