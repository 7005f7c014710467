"""What is asked of a home in another node, over real rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlalchemy import delete, func, select, text, update

from server.cluster.refusals import RemoteRefusal
from server.cluster.remote_door import RemoteDoor
from server.errors import ChartFull, Retry
from server.live.doors import Notice, Visitor
from server.problems import problem, status_of
from server.storage import leases as lease_statements
from server.storage import requests
from server.storage.cluster_tables import requests as rows
from server.storage.database import Tx
from server.storage.errors import LeaseLost, ReadFailed
from server.storage.notifying import notify
from server.storage.requests import Request
from server.storage.tables import leases
from signaling.errors import QueueFull
from signaling.events import Event, PatientLost, PatientReady, PatientSeen
from signaling.identifiers import EligibilityClass, EncounterId, Instant
from signaling.messages import Ack, CommandBase, NoteSave, Problem, QueueJoin
from tests.integration.cluster.world import (
    LEASE,
    NETWORK,
    PATIENCE_S,
    ToldDoor,
    World,
    until,
    visitor,
)
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres


SEEN: list[Event] = [PatientSeen(EncounterId("encounter-1"))]


def join(command_id: str = "command-1") -> QueueJoin:
    return QueueJoin(v=1, id=command_id, type="queue.join")


async def count_rows(world: World) -> int:
    async with world.edge.database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(rows))).scalar_one())


async def test_a_command_is_done_at_the_home_and_answered_at_the_edge(world: World) -> None:
    ack = await world.edge.cluster.door(NETWORK).perform(visitor(world.edge), join())
    assert ack == Ack(ok=True, id="command-1", result={"count": 1})
    assert world.door.performed == [("socket-1", "command-1")]


async def test_a_visitor_arrives_at_the_home_as_it_left_the_edge(world: World) -> None:
    door = world.edge.cluster.door(NETWORK)
    there = [visitor(world.edge, f"socket-{number}") for number in range(700)]
    await door.opened(there)
    assert world.door.opened_with == there
    door.closed(there[3])
    door.notice(Notice("chart", "encounter-1", number=4))
    await until(lambda: bool(world.door.notices))
    assert world.door.closed_with == [there[3]]
    assert world.door.notices == [Notice("chart", "encounter-1", number=4)]


async def test_that_a_node_has_said_all_is_believed_by_the_home_that_it_was_said_to(
    world: World,
) -> None:
    courier = world.edge.cluster._courier
    for epoch in (world.lease.epoch - 1, world.lease.epoch):
        RemoteDoor(NETWORK, courier, partial(int, epoch)).registering(world.edge.id)()
    world.edge.cluster.door(NETWORK).notice(Notice("chart", "encounter-1", number=4))
    await until(lambda: bool(world.door.notices))
    assert world.door.registered_nodes == [world.edge.id]


async def test_the_same_command_through_two_nodes_has_one_effect_and_one_answer(
    world: World,
) -> None:
    other = await world.node("other")
    first = world.edge.cluster.door(NETWORK).perform(visitor(world.edge), join())
    second = other.cluster.door(NETWORK).perform(visitor(other, "socket-2"), join())
    for ack in await asyncio.gather(first, second):
        assert ack == Ack(ok=True, id="command-1", result={"count": 1})
    again = await other.cluster.door(NETWORK).perform(visitor(other, "socket-3"), join())
    assert again.result == {"count": 1}
    assert len(world.door.performed) == 1
    assert await count_rows(world) == 1


async def test_an_answer_that_is_there_already_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = world.edge.cluster.door(NETWORK)
    monkeypatch.setattr("server.cluster.courier.LOOK_S", 600.0)
    ids = ("command-1", "command-2", "command-1")
    answered = [await door.perform(visitor(world.edge), join(one)) for one in ids]
    assert answered[2] == answered[0]
    assert len(world.door.performed) == 2


async def test_two_sessions_may_use_the_same_id(world: World) -> None:
    door = world.edge.cluster.door(NETWORK)
    await door.perform(visitor(world.edge, session="a" * 64), join())
    await door.perform(visitor(world.edge, session="b" * 64), join())
    assert len(world.door.performed) == 2


async def test_a_command_that_was_to_be_tried_again_is_done_again(world: World) -> None:
    tries: list[str] = []

    async def busy_once(_visitor: Visitor, command: CommandBase) -> Ack:
        tries.append(command.id)
        if len(tries) == 1:
            return Ack(ok=False, id=command.id, error=problem(Retry()))
        return Ack(ok=True, id=command.id)

    world.door.answer = busy_once
    door = world.edge.cluster.door(NETWORK)
    first = await door.perform(visitor(world.edge), join())
    assert first.error is not None
    assert first.error.retry
    assert (await door.perform(visitor(world.edge), join())).ok
    assert len(tries) == 2


async def test_the_answer_to_an_earlier_try_is_not_taken_for_this_ones(world: World) -> None:
    may_answer = False

    async def busy_first(_visitor: Visitor, command: CommandBase) -> Ack:
        if may_answer:
            return Ack(ok=True, id=command.id)
        return Ack(ok=False, id=command.id, error=problem(Retry()))

    world.door.answer = busy_first
    door = world.edge.cluster.door(NETWORK)
    assert not (await door.perform(visitor(world.edge), join())).ok
    may_answer = True
    async with world.home.database.write() as tx:  # nothing can be sent, all can be read
        await tx.execute(text("LOCK TABLE requests IN SHARE MODE"))
        again = asyncio.create_task(door.perform(visitor(world.edge), join()))
        done, _ = await asyncio.wait({again}, timeout=1.5)
        assert not done
    assert (await again).ok


async def test_a_request_that_a_crash_of_the_database_took_along_is_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = world.edge.database
    really_read = database.read
    away = [ReadFailed("the database is away")]

    @asynccontextmanager
    async def read() -> AsyncIterator[Tx]:
        if away:
            raise away.pop()
        async with really_read() as tx:
            yield tx

    async with world.home.database.write() as tx:
        of_home = select(leases.c.epoch).where(leases.c.name == LEASE)
        await tx.execute(of_home.with_for_update())  # nothing is taken meanwhile
        door = world.edge.cluster.door(NETWORK)
        doing = asyncio.create_task(door.perform(visitor(world.edge), join()))
        async with asyncio.timeout(PATIENCE_S):
            while not await count_rows(world):  # noqa: ASYNC110 - a row tells nobody
                await asyncio.sleep(0.01)
        await tx.execute(delete(rows))
    monkeypatch.setattr(database, "read", read)
    assert (await doing).ok
    assert not away


async def test_commands_of_one_socket_are_done_in_order_and_of_others_meanwhile(
    world: World,
) -> None:
    first_may_end = asyncio.Event()

    async def slow_first(_visitor: Visitor, command: CommandBase) -> Ack:
        if command.id == "command-slow":
            await first_may_end.wait()
        return Ack(ok=True, id=command.id)

    world.door.answer = slow_first
    door = world.edge.cluster.door(NETWORK)
    mine, others = visitor(world.edge, "mine"), visitor(world.edge, "others", "b" * 64)
    slow = asyncio.create_task(door.perform(mine, join("command-slow")))
    await until(lambda: ("mine", "command-slow") in world.door.performed)
    behind = asyncio.create_task(door.perform(mine, join("command-behind")))
    assert (await door.perform(others, join("command-beside"))).ok
    assert ("mine", "command-behind") not in world.door.performed
    first_may_end.set()
    assert (await slow).ok
    assert (await behind).ok


async def test_events_arrive_as_what_they_are(world: World) -> None:
    ready = PatientReady(
        EncounterId("encounter-1"),
        EligibilityClass("class-1"),
        7,
        Instant(1_790_000_000_000_000),
    )
    events: list[Event] = [
        ready,
        PatientLost(EncounterId("encounter-1")),
        PatientSeen(EncounterId("e-2")),
    ]
    await world.edge.cluster.door(NETWORK).submit(events)
    assert world.door.submitted == events


async def test_a_refusal_of_the_core_is_the_same_error_at_the_edge(world: World) -> None:
    world.door.refusal = QueueFull()
    with pytest.raises(QueueFull):
        await world.edge.cluster.door(NETWORK).submit(SEEN)


async def test_a_refusal_of_the_server_shows_the_same_code_and_status(world: World) -> None:
    world.door.refusal = ChartFull()
    with pytest.raises(RemoteRefusal) as refused:
        await world.edge.cluster.door(NETWORK).submit(SEEN)
    assert problem(refused.value) == problem(ChartFull())
    assert status_of(refused.value) == status_of(ChartFull())


async def test_what_the_home_fails_at_is_internal_and_says_no_more(world: World) -> None:
    world.door.refusal = RuntimeError("with a name in it")
    with pytest.raises(RemoteRefusal) as refused:
        await world.edge.cluster.door(NETWORK).submit(SEEN)
    assert refused.value.code == "internal"


async def test_a_home_takes_nothing_once_its_lease_is_somebody_elses(world: World) -> None:
    old = world.lease
    async with world.home.database.write() as tx:
        await tx.execute(update(leases).values(expires_at=0))
        await lease_statements.acquire(tx, LEASE, "another", 60)
    with pytest.raises(LeaseLost):
        async with world.home.database.write() as tx:
            await requests.take(tx, old, NETWORK, 10)
    asking = asyncio.create_task(
        world.edge.cluster.door(NETWORK).perform(visitor(world.edge), join())
    )
    await asyncio.wait_for(world.serving, 15)
    assert world.door.performed == []
    world.door = ToldDoor()
    async with world.home.database.write() as tx:
        await tx.execute(update(leases).values(expires_at=0))
    await world.take_home(world.edge)
    assert (await asking).ok
    assert len(world.door.performed) == 1


async def test_a_late_answer_of_an_old_home_does_not_overwrite_the_new_ones(
    world: World,
) -> None:
    world.serving.cancel()
    await asyncio.wait({world.serving})
    asked = Request("one", NETWORK, world.edge.id, "submit", b"sealed")
    async with world.home.database.write() as tx:
        await requests.send(tx, [asked])
        assert await requests.take(tx, world.lease, NETWORK, 10) == [asked]
        await tx.execute(update(leases).values(expires_at=0))
        newer = await lease_statements.acquire(tx, LEASE, "another", 60)
        assert newer is not None
        assert await requests.take(tx, newer, NETWORK, 10) == [asked]
        await requests.answer(tx, world.lease, [requests.Answer("one", "", b"old")])
        assert await requests.answers_to(tx, ["one"]) == []


async def test_rows_that_nobody_can_read_are_answered_and_harm_nothing(world: World) -> None:
    garbage = [
        Request(f"garbage-{number}", NETWORK, world.edge.id, kind, body)
        for number, (kind, body) in enumerate(
            [("command", b"5"), ("closed", b""), ("nonsense", b"x" * 1_000), ("submit", b"[]")]
        )
    ]
    async with world.edge.database.write() as tx:
        await requests.send(tx, garbage)
    assert (await world.edge.cluster.door(NETWORK).perform(visitor(world.edge), join())).ok
    async with world.edge.database.read() as tx:
        answers = await requests.answers_to(tx, [one.id for one in garbage])
    assert len(answers) == len(garbage)


async def test_too_large_a_request_is_refused_at_once(world: World) -> None:
    huge = NoteSave.model_construct(
        v=1, id="n", type="note.save", encounter_id="e", text="x" * 300_000, base_revision=0
    )
    ack = await world.edge.cluster.door(NETWORK).perform(visitor(world.edge), huge)
    assert ack.error == Problem.model_validate(problem(Retry()).model_dump())


async def test_a_dead_listening_connection_only_makes_it_slower(
    world: World,
) -> None:
    for node in (world.home, world.edge):
        await node.cluster._listening.close()
    assert (await world.edge.cluster.door(NETWORK).perform(visitor(world.edge), join())).ok


async def test_a_listening_connection_that_was_cut_comes_back(world: World) -> None:
    looked: list[int] = []
    world.edge.cluster.on_reconnected(lambda: looked.append(1))
    heard: list[str] = []
    world.edge.cluster.on_broadcast(lambda kind, _words: heard.append(kind))
    await until(lambda: world.edge.cluster._listening.is_hearing)
    before = world.edge.cluster._listening.connections
    async with world.home.database.write() as tx:
        await tx.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'goodfaith listening' AND datname = current_database()"
        )
    await until(lambda: world.edge.cluster._listening.connections > before)
    assert looked
    await world.home.cluster.broadcast("announcement", text="x")
    await until(lambda: heard == ["announcement"])


async def test_a_new_home_is_announced_to_all(world: World) -> None:
    homes: list[tuple[str, str, int]] = []
    for node in (world.home, world.edge):
        await until(lambda node=node: node.cluster._listening.is_hearing)  # type: ignore[misc]
        node.cluster.on_home(
            lambda home: homes.append((home.network_id, home.node_id, home.epoch))
        )
    await world.home.cluster.announce_home(NETWORK, 5)
    await until(lambda: len(homes) == 2)
    assert set(homes) == {(NETWORK, world.home.id, 5)}


async def test_a_forged_broadcast_reaches_nobody(world: World) -> None:
    heard: list[str] = []
    world.edge.cluster.on_broadcast(lambda kind, _words: heard.append(kind))
    await until(lambda: world.edge.cluster._listening.is_hearing)
    async with world.home.database.write() as tx:
        for payload in ("5", "", '{"kind": "session"}', "AAAA" * 30):
            await notify(tx, "goodfaith_broadcast", [payload])
            await notify(tx, "goodfaith_homes", [payload])
    await world.home.cluster.broadcast("real")
    await until(lambda: heard == ["real"])
    assert world.edge.cluster._broadcasts.refused >= 6


async def test_cut_database_connections_lose_no_command_and_double_none(
    world: World, postgres: PostgresServer
) -> None:
    door = world.edge.cluster.door(NETWORK)
    commands = [
        asyncio.create_task(
            door.perform(visitor(world.edge, f"socket-{number}"), join(f"command-{number}"))
        )
        for number in range(200)
    ]
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname LIKE 'cluster%' AND pid <> pg_backend_pid()"
    )
    for _ in range(5):
        await asyncio.to_thread(postgres.execute, "postgres", cut)
        await asyncio.sleep(0.05)
    acks = await asyncio.gather(*commands)
    assert [ack.id for ack in acks if not ack.ok] == []
    assert len(world.door.performed) == len(set(world.door.performed)) == 200
