"""Who refers to a row of the outbox's, and then holds it, waits for others and never deadlocks.

A row that refers to another has a weak lock on it. Two transactions that both have one and then
ask for the strongest would wait for each other; what they ask for is weaker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from media.call import Call, CallState
from server.keyring import Keyring
from server.storage import destinations, encounters, outbox, roster
from server.storage.database import Database
from server.storage.statements import Tx
from tests.contract.storage.rows import NOW, Clinic, encounter
from tests.contract.storage.test_outbox import ENDPOINT, SIGNED

Step: TypeAlias = Callable[[Tx, int], Awaitable[object]]
OF_NOBODY = replace(SIGNED, topic="encounter.amended", encounter_id=None)


@pytest.fixture(autouse=True)
async def _endpoint(database: Database, keyring: Keyring, clinic: Clinic) -> None:
    assert clinic.encounter.spa_id == "spa-1"
    async with database.write() as tx:
        await destinations.add(tx, keyring, ENDPOINT)
        await encounters.create(tx, encounter(2))


async def both(homes: tuple[Database, Database], first: Step, then: Step) -> None:
    """Have two transactions do one thing, and the other once both have done the first."""
    done = asyncio.Event()

    async def one(number: int) -> None:
        async with homes[number - 1].write() as tx:
            await first(tx, number)
            if number == 1:
                theirs.append(asyncio.create_task(one(2)))
                await asyncio.wait({asyncio.create_task(done.wait())}, timeout=0.2)
            done.set()
            await then(tx, number)

    theirs: list[asyncio.Task[None]] = []
    await one(1)
    await asyncio.gather(*theirs)


async def told_of(tx: Tx, number: int) -> None:
    one = f"encounter-{number}"
    await outbox.put(tx, replace(SIGNED, encounter_id=one, subject=one))


async def test_those_who_refer_to_an_encounter_and_then_tell_of_it(
    database: Database, neighbour: Database
) -> None:
    async def refer(tx: Tx, number: int) -> None:
        call = Call(number, CallState.CONNECTING, NOW)
        await roster.save_call(tx, "encounter-1", call, outcome="connecting")

    async def tell(tx: Tx, number: int) -> None:
        await outbox.put(tx, replace(SIGNED, subject=f"subject-{number}"))

    await both((database, neighbour), refer, tell)


async def test_those_who_deliver_to_a_destination_and_then_change_it(
    database: Database, neighbour: Database, keyring: Keyring
) -> None:
    async def hold(tx: Tx, _number: int) -> None:
        await destinations.get(tx, keyring, ENDPOINT.id, lock=True)

    await both((database, neighbour), told_of, hold)


async def test_those_who_deliver_to_a_destination_and_then_tell_it_of_no_encounter(
    database: Database, neighbour: Database
) -> None:
    async def tell(tx: Tx, number: int) -> None:
        await outbox.put(tx, replace(OF_NOBODY, subject=f"subject-{number}"))

    await both((database, neighbour), told_of, tell)
