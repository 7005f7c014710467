from __future__ import annotations

import asyncio

import pytest

from server.live.turns import Turns


class Crowd:
    """People who each have a turn, in an order that is remembered."""

    def __init__(self, at_once_max: int) -> None:
        self.turns = Turns(at_once_max)
        self.had: list[int] = []
        self.now = 0
        self.most = 0
        self.leave = asyncio.Event()

    async def come(self, since: int) -> None:
        async with self.turns.turn(since):
            self.had.append(since)
            self.now += 1
            self.most = max(self.most, self.now)
            await self.leave.wait()
            self.now -= 1


async def begun(crowd: Crowd, *since: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(crowd.come(one)) for one in since]
    await asyncio.sleep(0)
    return tasks


async def test_of_those_who_wait_the_newest_has_the_next_turn() -> None:
    crowd = Crowd(1)
    tasks = await begun(crowd, 5, 1, 9, 3)
    crowd.leave.set()
    await asyncio.gather(*tasks)
    assert crowd.had == [5, 9, 3, 1]
    assert crowd.most == 1


async def test_so_many_have_a_turn_at_once() -> None:
    crowd = Crowd(2)
    tasks = await begun(crowd, *range(6))
    assert crowd.had == [0, 1]
    crowd.leave.set()
    await asyncio.gather(*tasks)
    assert crowd.most == 2
    assert sorted(crowd.had) == list(range(6))


async def test_who_gives_up_takes_no_turn_with_them() -> None:
    crowd = Crowd(1)
    first, second, third = await begun(crowd, 1, 3, 2)
    second.cancel()
    await asyncio.sleep(0)
    crowd.leave.set()
    await asyncio.gather(first, third)
    assert crowd.had == [1, 2]


async def test_a_turn_that_comes_as_somebody_gives_up_is_the_next_ones() -> None:
    turns = Turns(1)
    first = turns.turn(1)
    await first.__aenter__()

    async def wait() -> None:
        async with turns.turn(2):
            pytest.fail("it gave up")

    waits = asyncio.create_task(wait())
    await asyncio.sleep(0)
    await first.__aexit__(None, None, None)
    waits.cancel()
    await asyncio.gather(waits, return_exceptions=True)
    async with asyncio.timeout(1), turns.turn(3):
        pass
