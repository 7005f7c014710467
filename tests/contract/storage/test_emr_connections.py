"""Connections to record systems: registered once, their keys published while they work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.keyring import Keyring
from server.storage import destinations, emr_connections
from server.storage.database import Database
from server.storage.destinations import Destination, Secret
from server.storage.emr_connections import EmrConnection
from server.storage.errors import ConstraintBroken, RowMissing
from tests.contract.storage.rows import NOW, SECOND, Clinic
from tests.contract.storage.test_outbox import ENDPOINT

EMR = replace(ENDPOINT, id="emr-1", channel="emr", address="https://ehr.glow.test/fhir")
LINK = EmrConnection("emr-1", "client-1", "system/*.cud")


def key(name: str, at: int) -> Secret:
    return Secret(
        id=name, destination_id="emr-1", secret=name.encode(), public_key=b"+", created_at=at
    )


@pytest.fixture
async def connected(database: Database, keyring: Keyring, clinic: Clinic) -> Destination:
    assert clinic.encounter.spa_id == "spa-1"
    async with database.write() as tx:
        await destinations.add(tx, keyring, EMR)
        await emr_connections.add(tx, LINK)
    return EMR


async def test_a_connection_is_kept_and_registered_anew(
    database: Database, connected: Destination
) -> None:
    async with database.write() as tx:
        await emr_connections.set_client(tx, connected.id, "client-2")
        assert await emr_connections.get(tx, connected.id) == replace(
            LINK, client_id="client-2"
        )
    async with database.write() as tx:
        with pytest.raises(RowMissing):
            await emr_connections.get(tx, "emr-2")
        with pytest.raises(RowMissing):
            await emr_connections.set_client(tx, "emr-2", "client")


async def test_a_destination_is_one_connection(
    database: Database, connected: Destination
) -> None:
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await emr_connections.add(tx, replace(LINK, destination_id=connected.id))
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await emr_connections.add(tx, replace(LINK, destination_id="nowhere"))


async def test_keys_are_published_as_long_as_they_work(
    database: Database, keyring: Keyring, connected: Destination
) -> None:
    async with database.write() as tx:
        for number in (1, 2):
            at = NOW + number * SECOND
            made = replace(key(f"key-{number}", at), public_key=f"public-{number}".encode())
            await destinations.rotate(tx, keyring, connected, made, old_until=at + 10 * SECOND)
    async with database.read() as tx:
        assert await emr_connections.public_keys(tx, "spa-1", NOW + 3 * SECOND) == [
            b"public-1",
            b"public-2",
        ]
        late = await emr_connections.public_keys(tx, "spa-1", NOW + 60 * SECOND)
        assert late == [b"public-2"]
        assert await emr_connections.public_keys(tx, "network-1", NOW + 3 * SECOND) == []
