"""Rows by which nodes reach each other."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from server.storage import leases as lease_statements
from server.storage import node_words, nodes, requests
from server.storage.cluster_tables import nodes as node_rows
from server.storage.cluster_tables import requests as request_rows
from server.storage.database import Database
from server.storage.errors import LeaseLost
from server.storage.leases import Lease
from server.storage.nodes import Node
from server.storage.notifying import notify
from server.storage.requests import Answer, Request
from server.storage.tables import leases

NETWORK = "network-1"
LATER_US = 11_000_000


def request(number: int, node: str = "node-1", body: bytes = b"sealed") -> Request:
    return Request(f"request-{number}", NETWORK, node, "command", body)


async def take_lease(database: Database, holder: str = "home") -> Lease:
    async with database.write() as tx:
        await tx.execute(update(leases).values(expires_at=0))
        lease = await lease_statements.acquire(tx, f"switchboard:{NETWORK}", holder, 60)
    assert lease is not None
    return lease


async def send(database: Database, *asked: Request) -> None:
    async with database.write() as tx:
        await requests.send(tx, asked)


async def take(database: Database, lease: Lease, rows_max: int = 100) -> list[Request]:
    async with database.write() as tx:
        return list(await requests.take(tx, lease, NETWORK, rows_max))


async def answer(database: Database, lease: Lease, *answers: Answer) -> None:
    async with database.write() as tx:
        await requests.answer(tx, lease, answers)


async def answers(database: Database, *ids: str) -> list[Answer]:
    async with database.read() as tx:
        return list(await requests.answers_to(tx, ids))


async def age(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(update(request_rows).values(sent_at=request_rows.c.sent_at - LATER_US))


async def test_requests_are_taken_once_in_the_order_in_which_they_were_sent(
    database: Database,
) -> None:
    lease = await take_lease(database)
    asked = [request(number) for number in range(250)]
    await send(database, *asked[:200])
    await send(database, *asked[200:])
    assert await take(database, lease, 220) == asked[:220]
    assert await take(database, lease) == asked[220:]
    assert await take(database, lease) == []


async def test_requests_of_other_networks_are_left_alone(database: Database) -> None:
    lease = await take_lease(database)
    await send(database, Request("other", "network-2", "node-1", "command", b"x"))
    assert await take(database, lease) == []


async def test_an_answer_is_found_by_who_asked(database: Database) -> None:
    lease = await take_lease(database)
    await send(database, request(1), request(2))
    await take(database, lease)
    said = [
        Answer("request-1", "node-1", b"one"),
        Answer("request-2", "node-1", b"two", again=True),
    ]
    await answer(database, lease, *said)
    found = await answers(database, "request-1", "request-2", "request-3")
    assert sorted(found, key=lambda one: one.id) == said
    assert await answers(database) == []


async def test_the_same_id_is_worked_on_once_and_keeps_its_answer(database: Database) -> None:
    lease = await take_lease(database)
    await send(database, request(1))
    await send(database, request(1, "node-2", b"other"))
    assert await take(database, lease) == [request(1)]
    await answer(database, lease, Answer("request-1", "node-1", b"said"))
    await send(database, request(1, "node-3"))
    assert await take(database, lease) == []
    assert await answers(database, "request-1") == [Answer("request-1", "node-1", b"said")]


async def test_a_request_that_was_to_be_tried_again_is_worked_on_again(
    database: Database,
) -> None:
    lease = await take_lease(database)
    await send(database, request(1))
    await take(database, lease)
    await answer(database, lease, Answer("request-1", "node-1", b"busy", again=True))
    await send(database, request(1, "node-2"))
    assert await answers(database, "request-1") == []
    assert await take(database, lease) == [request(1, "node-2")]


async def test_a_request_that_nobody_answered_in_time_is_left_until_it_is_sent_anew(
    database: Database,
) -> None:
    lease = await take_lease(database)
    await send(database, request(1))
    await age(database)
    assert await take(database, lease) == []
    await send(database, request(1))
    assert await take(database, lease) == [request(1)]


async def test_a_new_home_takes_what_the_old_one_left_unanswered(database: Database) -> None:
    old = await take_lease(database)
    await send(database, request(1), request(2), request(3))
    await take(database, old)
    await answer(database, old, Answer("request-2", "node-1", b"two"))
    new = await take_lease(database, "another")
    async with database.read() as tx:
        assert await requests.waiting(tx, NETWORK, new.epoch)
        assert not await requests.waiting(tx, NETWORK, old.epoch)
    assert await take(database, new) == [request(1), request(3)]


async def test_an_old_home_takes_nothing_and_answers_nothing(database: Database) -> None:
    old = await take_lease(database)
    await send(database, request(1))
    await take(database, old)
    new = await take_lease(database, "another")
    await send(database, request(2))
    with pytest.raises(LeaseLost):
        await take(database, old)
    await take(database, new)
    await answer(database, old, Answer("request-1", "node-1", b"too late"))
    assert await answers(database, "request-1") == []


async def test_what_was_taken_in_doubt_can_be_taken_again(database: Database) -> None:
    lease = await take_lease(database)
    await send(database, request(1), request(2))
    await take(database, lease)
    async with database.write() as tx:
        await requests.give_back(tx, lease, NETWORK, {"request-2"})
    assert await take(database, lease) == [request(1)]


async def test_old_requests_are_swept(database: Database) -> None:
    await send(database, request(1))
    await age(database)
    await send(database, request(2))
    async with database.write() as tx:
        assert await requests.sweep(tx, 10) == 1
        assert (await tx.execute(select(request_rows.c.id))).scalars().all() == ["request-2"]


async def test_words_are_read_once_in_order_by_whom_they_are_for(database: Database) -> None:
    words = [("node-1" if number % 3 else "node-2", b"%d" % number) for number in range(30)]
    async with database.write() as tx:
        await node_words.put(tx, words)
    mine = [body for node, body in words if node == "node-1"]
    async with database.write() as tx:
        assert await node_words.take(tx, "node-1", 15) == mine[:15]
    async with database.write() as tx:
        assert await node_words.take(tx, "node-1", 15) == mine[15:]
        assert not await node_words.waiting(tx, "node-1")
        assert await node_words.waiting(tx, "node-2")
        assert await node_words.sweep(tx, 60) == 0
        assert await node_words.sweep(tx, -60) == 10


async def test_nodes_are_seen_and_leave(database: Database) -> None:
    async with database.write() as tx:
        await nodes.beat(tx, Node("node-1", "web-1", "web"))
        await nodes.beat(tx, Node("node-2", "web-2", "web"))
        await nodes.beat(tx, Node("node-1", "web-1", "web", draining=True))
        seen = await nodes.all_nodes(tx)
    assert [(one.node_id, one.draining) for one in seen] == [
        ("node-1", True),
        ("node-2", False),
    ]
    assert all(one.silent_s < 5 for one in seen)
    async with database.write() as tx:
        await nodes.leave(tx, "node-2")
        assert [one.node_id for one in await nodes.all_nodes(tx)] == ["node-1"]


async def test_a_beat_says_what_the_databases_clock_said(database: Database) -> None:
    async with database.write() as tx:
        before_us = await database.now_us(tx)
        first_us = await nodes.beat(tx, Node("node-1", "web-1", "web"))
        again_us = await nodes.beat(tx, Node("node-1", "web-1", "web"))
        after_us = await database.now_us(tx)
    assert before_us <= first_us <= again_us <= after_us


async def test_a_node_is_silent_by_the_databases_clock_and_forgotten_later(
    database: Database,
) -> None:
    async with database.write() as tx:
        await nodes.beat(tx, Node("node-1", "web-1", "web"))
        await tx.execute(update(node_rows).values(seen_at=node_rows.c.seen_at - LATER_US))
        assert [round(one.silent_s) for one in await nodes.all_nodes(tx)] == [11]
        assert await nodes.sweep(tx, 60) == 0
        assert await nodes.sweep(tx, 10) == 1


async def test_a_notification_that_is_too_long_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="too long"):
        async with database.write() as tx:
            await notify(tx, "goodfaith_broadcast", ["x" * 8_000])
