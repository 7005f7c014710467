"""A process that was stopped is not sure of its lease before the database was asked again."""

from __future__ import annotations

import asyncio

from server.clock import ManualClock
from server.live.held import Held
from server.storage.leases import Lease

LEASE_S = 3.0


def held_and_renewed() -> tuple[Held, ManualClock]:
    clock = ManualClock()
    held = Held(Lease("switchboard:network-1", "a", 1), clock.elapsed_s)
    held.renewed(clock.elapsed_s(), LEASE_S)
    return held, clock


async def asking(held: Held) -> asyncio.Task[bool]:
    task = asyncio.create_task(held.is_ours())
    await asyncio.sleep(0)
    return task


async def test_a_lease_that_was_renewed_lately_is_ours_at_once() -> None:
    held, clock = held_and_renewed()
    clock.advance(1.0)
    assert (await asking(held)).done()


async def test_after_a_pause_the_next_renewal_is_waited_for() -> None:
    held, clock = held_and_renewed()
    clock.advance(60.0)
    asked = await asking(held)
    assert not asked.done()
    held.renewed(clock.elapsed_s(), LEASE_S)
    assert await asked


async def test_after_a_pause_in_which_somebody_took_it_nothing_is_ours() -> None:
    held, clock = held_and_renewed()
    clock.advance(60.0)
    asked = await asking(held)
    held.lose()
    assert not await asked
    assert not await held.is_ours()


async def test_a_renewal_that_was_asked_for_before_a_pause_says_nothing_of_now() -> None:
    held, clock = held_and_renewed()
    asked_s = clock.elapsed_s()
    clock.advance(60.0)
    held.renewed(asked_s, LEASE_S)
    asked = await asking(held)
    assert not asked.done()
    held.lose()
    assert not await asked


async def test_a_database_that_does_not_answer_takes_nobodys_lease() -> None:
    held, clock = held_and_renewed()
    clock.advance(60.0)
    asked = await asking(held)
    held.unanswered()
    assert await asked
    assert (await asking(held)).done(), "the next command need not wait again"
