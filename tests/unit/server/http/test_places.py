from __future__ import annotations

import asyncio

import pytest

from server.forward.refusals import UploadBusy
from server.http.places import Places, one_each

SOON_S = 0.05
LATE_S = 5.0


def places(total: int, each: int, wait_s: float = LATE_S) -> Places:
    return Places(total, each=each, wait_s=wait_s, refusal=UploadBusy)


async def holds(there: Places, owner: str, got: list[str], until: asyncio.Event) -> None:
    async with there.one_of(owner):
        got.append(owner)
        await until.wait()


async def test_an_owner_has_its_part_and_what_is_left_is_for_others() -> None:
    there = places(3, 2, SOON_S)
    async with there.one_of("glow"), there.one_of("glow"):
        with pytest.raises(UploadBusy):
            async with there.one_of("glow"):
                raise AssertionError
        async with there.one_of("lumen"):
            with pytest.raises(UploadBusy):
                async with there.one_of("third"):
                    raise AssertionError
        async with there.one_of("third"):
            pass


async def test_who_waits_has_the_place_that_becomes_free_however_it_does() -> None:
    there = places(1, 1)
    got: list[str] = []
    until = asyncio.Event()
    until.set()
    waiting: list[asyncio.Task[None]] = []

    async def fails() -> None:
        async with there.one_of("glow"):
            waiting.append(asyncio.create_task(holds(there, "lumen", got, until)))
            await asyncio.sleep(0)
            assert got == []
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fails()
    async with asyncio.timeout(LATE_S):
        await waiting[0]
    assert got == ["lumen"]


async def test_those_of_an_owner_with_enough_keep_nobody_behind_them_waiting() -> None:
    there = places(2, 1)
    got: list[str] = []
    until = asyncio.Event()
    tasks = []
    async with there.one_of("lumen"):
        for owner in ("glow", "glow", "glow", "third"):
            tasks.append(asyncio.create_task(holds(there, owner, got, until)))
            await asyncio.sleep(0)
        assert got == ["glow"]
    async with asyncio.timeout(LATE_S):
        while len(got) < 2:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
    assert got == ["glow", "third"]
    until.set()
    async with asyncio.timeout(LATE_S):
        await asyncio.gather(*tasks)
    assert got == ["glow", "third", "glow", "glow"]


async def test_who_gives_up_waiting_takes_no_place_along() -> None:
    there = places(1, 1)
    got: list[str] = []
    async with there.one_of("glow"):
        waits = asyncio.create_task(holds(there, "lumen", got, asyncio.Event()))
        await asyncio.sleep(0)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits
    async with there.one_of("third"):
        assert got == []


async def test_of_what_takes_long_a_network_has_one_and_nobody_waits() -> None:
    there = one_each(UploadBusy)
    async with there.one_of("one"):
        for _ in range(3):
            with pytest.raises(UploadBusy):
                async with there.one_of("one"):
                    raise AssertionError
        async with there.one_of("two"):
            with pytest.raises(UploadBusy):
                async with there.one_of("three"):
                    raise AssertionError
        async with there.one_of("three"):
            pass


async def test_what_was_cancelled_leaves_its_place() -> None:
    there, got = one_each(UploadBusy), list[str]()
    held = asyncio.create_task(holds(there, "one", got, asyncio.Event()))
    await asyncio.sleep(0)
    with pytest.raises(UploadBusy):
        async with there.one_of("one"):
            raise AssertionError
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    async with there.one_of("one"):
        assert got == ["one"]
