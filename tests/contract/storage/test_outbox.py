"""The outbox: in the caller's transaction, in order, claimed by one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from server.keyring import Keyring
from server.storage import (
    destinations,
    encounters,
    leases,
    outbox,
    outbox_claims,
    outbox_history,
)
from server.storage.database import Database
from server.storage.destinations import Destination, Secret
from server.storage.errors import LeaseLost, RowMissing
from server.storage.leases import Lease
from server.storage.outbox import Outgoing
from server.storage.outbox_claims import Backlog, Claimed, Settlement
from server.storage.outbox_tables import deliveries, outbox_messages
from server.storage.tables import leases as lease_rows
from tests.contract.storage.rows import NOW, SECOND, Clinic, encounter

ENDPOINT = Destination(
    id="destination-1",
    organization_id="spa-1",
    channel="webhook",
    address="https://hooks.glow.test/in?token=hunter2",
    topics=("encounter.signed", "encounter.amended"),
    scheme="v1",
    created_by="staff:account-staff",
    created_at=NOW,
    changed_at=NOW,
)
SIGNED = Outgoing(
    topic="encounter.signed",
    channel="webhook",
    network_id="network-1",
    spa_id="spa-1",
    encounter_id="encounter-1",
    subject="encounter-1",
    body={"encounter_id": "encounter-1"},
    at=NOW,
)
AMENDED = replace(SIGNED, topic="encounter.amended", subject="encounter-1:9", at=NOW + 1)
DELIVERED = Settlement(state="delivered", outcome="delivered", status=204)
DEAD = Settlement(state="dead", outcome="answered", status=500)
LATER = Settlement(state="waiting", outcome="answered", status=500, next_at=NOW + 5 * SECOND)


@pytest.fixture
async def endpoint(database: Database, keyring: Keyring, clinic: Clinic) -> Destination:
    assert clinic.encounter.spa_id == "spa-1"
    async with database.write() as tx:
        await destinations.add(tx, keyring, ENDPOINT)
    return ENDPOINT


async def put(database: Database, *ones: Outgoing) -> list[str]:
    async with database.write() as tx:
        return [await outbox.put(tx, one) for one in ones]


async def leased(database: Database, holder: str = "a") -> Lease:
    async with database.write() as tx:
        lease = await leases.acquire(tx, outbox_claims.LEASE, holder, 60)
    assert lease is not None
    return lease


async def claim(
    database: Database, lease: Lease, now: int = NOW + 10, *, each: int = 8, limit: int = 20
) -> list[Claimed]:
    async with database.write() as tx:
        return await outbox_claims.claim(tx, lease, now, limit=limit, per_destination=each)


async def settle(
    database: Database, lease: Lease, one: Claimed, result: Settlement, now: int = NOW + 20
) -> bool:
    async with database.write() as tx:
        return await outbox_claims.settle(tx, lease, one, result, now)


async def written(database: Database) -> tuple[int, int]:
    async with database.read() as tx:
        messages = (await tx.execute(select(func.count(outbox_messages.c.id)))).scalar_one()
        told = (await tx.execute(select(func.count(deliveries.c.message_id)))).scalar_one()
    return messages, told


class Undone(Exception):
    pass


@pytest.mark.usefixtures("endpoint")
async def test_what_did_not_happen_is_not_told(database: Database) -> None:
    with suppress(Undone):
        async with database.write() as tx:
            await outbox.put(tx, SIGNED)
            raise Undone
    assert await written(database) == (0, 0)
    await put(database, SIGNED)
    assert await written(database) == (1, 1)


@pytest.mark.usefixtures("endpoint")
async def test_the_same_happening_is_told_once(database: Database) -> None:
    (first,) = await put(database, SIGNED)
    assert await put(database, SIGNED, SIGNED) == [first, first]
    assert await written(database) == (1, 1)


async def test_only_who_wants_to_know_is_told(
    database: Database, keyring: Keyring, endpoint: Destination
) -> None:
    others = (
        replace(endpoint, id="network-wide", organization_id="network-1"),
        replace(endpoint, id="other-spa", organization_id="spa-2"),
        replace(endpoint, id="other-topic", topics=("log.checkpoint",)),
        replace(endpoint, id="disabled", state="disabled", reason="gone"),
        replace(endpoint, id="other-channel", channel="emr"),
    )
    async with database.write() as tx:
        for one in others:
            await destinations.add(tx, keyring, one)
    await put(database, SIGNED, replace(SIGNED, topic="authorization.ended"))
    claimed = await claim(database, await leased(database))
    assert sorted(one.destination_id for one in claimed) == ["destination-1", "network-wide"]
    assert await written(database) == (1, 2)


async def test_a_claim_has_the_message_and_is_nobody_elses(
    database: Database, endpoint: Destination
) -> None:
    (message_id,) = await put(database, SIGNED)
    lease = await leased(database)
    assert await claim(database, lease, NOW - 1) == []
    assert await claim(database, lease) == [
        Claimed(
            message_id,
            endpoint.id,
            "encounter.signed",
            "encounter-1",
            "encounter-1",
            '{"encounter_id":"encounter-1"}',
            NOW,
            1,
            1,
        )
    ]
    assert await claim(database, lease) == []


@pytest.mark.usefixtures("endpoint")
async def test_who_lost_the_lease_neither_claims_nor_settles(database: Database) -> None:
    await put(database, SIGNED)
    old = await leased(database)
    (one,) = await claim(database, old)
    async with database.write() as tx:
        await tx.execute(update(lease_rows).values(expires_at=0))
    new = await leased(database, "b")
    with pytest.raises(LeaseLost):
        await claim(database, old)
    with pytest.raises(LeaseLost):
        await settle(database, old, one, DELIVERED)
    # It may have been sent by the one that is gone: sent again, under the same identifier.
    assert await claim(database, new) == [replace(one, attempts=2)]


@pytest.mark.usefixtures("endpoint")
async def test_a_later_message_waits_while_an_earlier_one_is_tried_again(
    database: Database,
) -> None:
    first, second = await put(database, SIGNED, AMENDED)
    lease = await leased(database)
    (one,) = await claim(database, lease)
    assert (one.message_id, one.place) == (first, 1)
    assert await settle(database, lease, one, LATER)
    assert await claim(database, lease, LATER.next_at - 1) == []
    (again,) = await claim(database, lease, LATER.next_at)
    assert (again.message_id, again.attempts) == (first, 2)
    assert await settle(database, lease, again, DELIVERED)
    (after,) = await claim(database, lease)
    assert (after.message_id, after.place) == (second, 2)


@pytest.mark.usefixtures("endpoint")
async def test_one_that_is_given_up_blocks_nothing_and_leaves_a_gap_in_the_numbers(
    database: Database,
) -> None:
    _, second = await put(database, SIGNED, AMENDED)
    lease = await leased(database)
    (one,) = await claim(database, lease)
    await settle(database, lease, one, DEAD)
    (after,) = await claim(database, lease)
    assert (after.message_id, after.place) == (second, 2)


async def test_one_encounter_does_not_wait_for_another_nor_one_destination_for_another(
    database: Database, keyring: Keyring, endpoint: Destination
) -> None:
    async with database.write() as tx:
        await destinations.add(tx, keyring, replace(endpoint, id="destination-2"))
        await encounters.create(tx, encounter(2))
    other = replace(SIGNED, encounter_id="encounter-2", subject="encounter-2")
    await put(database, SIGNED, other)
    lease = await leased(database)
    assert len(await claim(database, lease, each=1)) == 2
    assert len(await claim(database, lease, limit=1)) == 1
    assert len(await claim(database, lease)) == 1
    assert await claim(database, lease) == []


async def test_a_destination_that_is_busy_or_disabled_is_left_alone(
    database: Database, endpoint: Destination
) -> None:
    await put(database, SIGNED)
    lease = await leased(database)
    async with database.write() as tx:
        assert not await outbox_claims.claim(
            tx, lease, NOW + 10, limit=9, per_destination=9, busy=[endpoint.id]
        )
        await destinations.change(tx, endpoint.id, state="disabled", reason="gone", now=NOW + 5)
    assert await claim(database, lease) == []


async def test_what_was_given_up_meanwhile_is_not_settled(
    database: Database, endpoint: Destination
) -> None:
    await put(database, SIGNED)
    lease = await leased(database)
    (one,) = await claim(database, lease)
    async with database.write() as tx:
        assert await outbox_claims.abandon(tx, endpoint.id, "disabled", NOW) == 1
    assert not await settle(database, lease, one, DELIVERED)


async def test_what_is_settled_may_be_sent_again_under_the_same_identifier(
    database: Database, endpoint: Destination
) -> None:
    (message_id,) = await put(database, SIGNED)
    lease = await leased(database)
    (one,) = await claim(database, lease)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await outbox_claims.resend(tx, message_id, endpoint.id, NOW)
    await settle(database, lease, one, DELIVERED)
    async with database.write() as tx:
        await outbox_claims.resend(tx, message_id, endpoint.id, NOW + 30)
    async with database.read() as tx:
        for now, due in ((NOW + 29, False), (NOW + 30, True)):
            assert await outbox_claims.is_due(tx, 1, now, channels=["webhook"]) is due
        assert not await outbox_claims.is_due(tx, 1, NOW + 30, channels=["email"])
    assert await claim(database, lease, NOW + 30) == [one]


async def test_the_backlog_and_the_history_say_what_became_of_it(
    database: Database, endpoint: Destination
) -> None:
    first, _ = await put(database, SIGNED, AMENDED)
    lease = await leased(database)
    (one,) = await claim(database, lease)
    await settle(database, lease, one, DELIVERED)
    async with database.read() as tx:
        assert await outbox_claims.backlog(tx) == Backlog(1, AMENDED.at)
        newest, oldest = await outbox_history.latest(tx, endpoint.id, 10)
    assert (newest.topic, newest.state, newest.attempts) == ("encounter.amended", "waiting", 0)
    assert (oldest.message_id, oldest.state, oldest.status) == (first, "delivered", 204)
    assert (oldest.tried_at, oldest.settled_at) == (NOW + 10, NOW + 20)


@pytest.mark.usefixtures("endpoint")
async def test_what_is_old_is_forgotten_but_for_the_last_of_an_encounter(
    database: Database,
) -> None:
    await put(database, SIGNED, AMENDED)
    lease = await leased(database)
    for _ in range(2):
        (one,) = await claim(database, lease)
        await settle(database, lease, one, DELIVERED)
    async with database.write() as tx:
        assert await outbox_history.settled_before(tx, NOW + 20, 10) == []
        old = await outbox_history.settled_before(tx, NOW + 21, 10)
        assert len(old) == 1
        await outbox_history.forget(tx, old)
    assert await written(database) == (1, 1)
    await put(database, replace(AMENDED, subject="encounter-1:12"))
    (third,) = await claim(database, lease)
    assert third.place == 3


async def test_messages_about_no_encounter_have_an_order_of_their_topic(
    database: Database, endpoint: Destination
) -> None:
    ping = replace(SIGNED, topic="ping", encounter_id=None, subject="1")
    async with database.write() as tx:
        await outbox.put_for(tx, ping, [endpoint.id])
        last = await outbox.put_for(tx, replace(ping, subject="2"), [endpoint.id])
        row = await outbox_history.last_of_topic(tx, endpoint.id, "ping")
    assert row is not None
    assert row.message_id == last
    assert [one.place for one in await claim(database, await leased(database))] == [1]


async def test_a_message_is_bounded(database: Database, endpoint: Destination) -> None:
    async with database.write() as tx:
        with pytest.raises(ValueError, match="8192"):
            await outbox.put_for(tx, replace(SIGNED, body={"a": "a" * 8_200}), [endpoint.id])


# ------------------------------------------------------------------ destinations


async def test_an_address_is_sealed_and_opens_again(
    database: Database, keyring: Keyring, endpoint: Destination
) -> None:
    async with database.read() as tx:
        assert await destinations.get(tx, keyring, endpoint.id) == endpoint
        assert await destinations.of_organization(tx, keyring, "spa-1") == [endpoint]
        assert await destinations.of_organization(tx, keyring, "spa-2") == []
        assert await destinations.owner_of(tx, endpoint.id) == "spa-1"
        assert await destinations.wanting(tx, "encounter.signed", "webhook") == [
            (endpoint.id, "spa-1")
        ]
        for read in (destinations.owner_of(tx, "x"), destinations.get(tx, keyring, "x")):
            with pytest.raises(RowMissing):
                await read


async def test_a_rotation_leaves_two_secrets_and_never_three(
    database: Database, keyring: Keyring, endpoint: Destination
) -> None:
    made = [
        Secret(
            id=f"secret-{number}",
            destination_id=endpoint.id,
            secret=bytes([number]) * 32,
            public_key=None,
            created_at=NOW + number,
        )
        for number in range(3)
    ]
    for one in made:
        async with database.write() as tx:
            await destinations.rotate(tx, keyring, endpoint, one, old_until=NOW + 100)
    async with database.read() as tx:
        both = await destinations.live_secrets(tx, keyring, endpoint, NOW + 99)
        after = await destinations.live_secrets(tx, keyring, endpoint, NOW + 100)
    assert both == [made[2], replace(made[1], ends_at=NOW + 100)]
    assert after == [made[2]]


async def test_failing_is_counted_from_the_first_failure(
    database: Database, keyring: Keyring, endpoint: Destination
) -> None:
    async with database.write() as tx:
        assert await destinations.set_failing(tx, endpoint.id, NOW + 1) == NOW + 1
        assert await destinations.set_failing(tx, endpoint.id, NOW + 2) == NOW + 1
        assert (await destinations.get(tx, keyring, endpoint.id)).failing_since == NOW + 1
        await destinations.set_well(tx, endpoint.id)
        assert (await destinations.get(tx, keyring, endpoint.id)).failing_since is None


async def test_one_that_fails_is_tried_with_one_message_at_a_time(
    database: Database, endpoint: Destination
) -> None:
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
    await put(
        database, SIGNED, replace(SIGNED, encounter_id="encounter-2", subject="encounter-2")
    )
    async with database.write() as tx:
        await destinations.set_failing(tx, endpoint.id, NOW)
    assert len(await claim(database, await leased(database))) == 1


async def test_a_commit_that_tells_something_is_noticed_and_no_other(
    database: Database, endpoint: Destination
) -> None:
    noticed: list[str] = []
    database.on_told = lambda: noticed.append("told")
    await put(database, SIGNED)
    assert noticed == ["told"]
    await put(database, replace(SIGNED, topic="log.checkpoint", encounter_id=None))
    async with database.write() as tx:
        await destinations.set_well(tx, endpoint.id)
    assert noticed == ["told"]
