"""Checkpoints of the log are told, not too often, and the newest is enough."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from sqlalchemy import update

from server.delivery import checkpoints
from server.storage.outbox_tables import destinations
from tests.integration.delivery.conftest import Outbox
from tests.integration.delivery.receivers import receiving, status
from tests.integration.delivery.test_worker import settled


@dataclass(frozen=True)
class Stood:
    """A checkpoint, as the log makes them."""

    size: int
    root: bytes = bytes(range(32))
    note: str = "localhost/log\n7\nAAEC\n\n\u2014 localhost/log AAAA\n"


async def announced(box: Outbox, size: int) -> int:
    async with box.core.database.write() as tx:
        return await checkpoints.announce(tx, Stood(size), box.clock.now())


async def wanting(box: Outbox, url: str, *names: str) -> None:
    for name in names:
        await box.endpoint(url, name)
    async with box.core.database.write() as tx:
        await tx.execute(update(destinations).values(topics="log.checkpoint"))


async def test_a_checkpoint_is_told_to_each_who_wants_it_and_once(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await wanting(box, receiver.url, "a", "b")
        assert await announced(box, 7) == 2
        assert await announced(box, 7) == 0
        await settled(worker)
        box.clock.advance(3_600)
        assert await announced(box, 7) == 0
        assert [one.told["type"] for one in receiver.got] == ["log.checkpoint"] * 2
        assert receiver.got[0].told["data"] == {
            "size": 7,
            "root": base64.b64encode(bytes(range(32))).decode(),
            "note": Stood(7).note,
            "sequence": 1,
        }


async def test_there_is_one_a_minute_at_most(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await wanting(box, receiver.url, "a")
        told = []
        for size in range(1, 8):
            told.append(await announced(box, size))
            await settled(worker)
            box.clock.advance(20)
        assert told == [1, 0, 0, 1, 0, 0, 1]
        assert [one.told["data"]["size"] for one in receiver.got] == [1, 4, 7]


async def test_while_one_waits_no_second_one_is_put(box: Outbox) -> None:
    async with receiving(status(500)) as receiver, box.worker() as worker:
        await wanting(box, receiver.url, "a")
        await announced(box, 1)
        await settled(worker)
        box.clock.advance(600)
        assert await announced(box, 2) == 0
        await settled(worker)
        assert await announced(box, 2) == 1


async def test_the_worker_asks_the_log_now_and_then(box: Outbox) -> None:
    async with receiving() as receiver:

        async def latest(_tx: object) -> Stood:
            return Stood(9)

        async with box.worker(latest=latest) as worker:
            await wanting(box, receiver.url, "a")
            await settled(worker)
            await receiver.wait_for(1)
    assert receiver.got[0].told["data"]["size"] == 9
