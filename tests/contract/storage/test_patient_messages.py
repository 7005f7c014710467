"""What patients are written, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.keyring import Keyring
from server.storage import patient_messages
from server.storage.database import Database
from server.storage.errors import RowMissing
from server.storage.patient_messages import PatientMessage
from server.storage.statements import Tx
from tests.contract.storage.rows import DAY, NOW, Clinic

NETWORK = "network-1"
ONE = PatientMessage(
    id="message-1",
    encounter_id="encounter-1",
    kind="invitation",
    channel="sms",
    language="",
    message_id="msg_1",
    link="secret",
    created_by="staff:1",
    created_at=NOW,
    expires_at=NOW + DAY,
)
TWO = replace(ONE, id="message-2", kind="callback", channel="email", created_at=NOW + 1)


async def add(tx: Tx, keyring: Keyring, *messages: PatientMessage) -> None:
    for one in messages:
        await patient_messages.add(tx, keyring, NETWORK, one)


@pytest.mark.usefixtures("clinic")
async def test_a_message_comes_back_with_its_link_until_another_or_time_ends_it(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        await add(tx, keyring, ONE)
        assert await patient_messages.get(tx, keyring, NETWORK, ONE.id) == ONE
        await add(tx, keyring, TWO)  # its link has taken the place of the first one
        gone = await patient_messages.get(tx, keyring, NETWORK, ONE.id)
        assert gone == replace(ONE, link=None)
        assert await patient_messages.erase_expired(tx, TWO.expires_at - 1, 10) == 0
        assert await patient_messages.erase_expired(tx, TWO.expires_at, 10) == 1
        assert await patient_messages.erase_expired(tx, TWO.expires_at, 10) == 0
        assert (await patient_messages.get(tx, keyring, NETWORK, TWO.id)).link is None
        with pytest.raises(RowMissing):
            await patient_messages.get(tx, keyring, NETWORK, "message-3")


async def test_what_was_written_is_counted_and_listed_the_newest_first(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    about = clinic.encounter_id
    async with database.write() as tx:
        assert await patient_messages.last_way(tx, about) is None
        await add(tx, keyring, ONE, TWO)
        assert await patient_messages.count_since(tx, about, NOW) == 1
        assert await patient_messages.count_since(tx, about, NOW - 1) == 2
        # A message that the server wrote by itself says nothing of what staff chose.
        assert await patient_messages.last_way(tx, about) == "sms"
        sent = await patient_messages.of_encounter(tx, about, 10)
        assert [(one.kind, one.state) for one in sent] == [
            ("callback", None),
            ("invitation", None),
        ]
        assert await patient_messages.of_encounter(tx, about, 1) == sent[:1]
