from __future__ import annotations

import asyncio

import pytest

from server.live import lanes as module
from server.live.lanes import Lanes


async def test_a_lane_keeps_the_order_and_lets_others_pass() -> None:
    lanes, done, held = Lanes(), list[str](), asyncio.Event()

    async def slow() -> None:
        await held.wait()
        done.append("slow")

    async def after() -> None:
        done.append("after")

    async def beside() -> None:
        done.append("beside")
        held.set()

    lanes.put("one", slow)
    lanes.put("one", after)
    lanes.put("other", beside)
    await lanes.idle()
    assert done == ["beside", "slow", "after"]
    assert not lanes.is_busy("one")


async def test_what_fails_does_not_keep_the_next_from_being_done() -> None:
    lanes, done = Lanes(), list[str]()

    async def fails() -> None:
        raise RuntimeError

    async def next_one() -> None:
        done.append("next")

    lanes.put("one", fails)
    lanes.put("one", next_one)
    await lanes.idle()
    assert done == ["next"]


async def test_a_lane_holds_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LANE_MAX", 3)
    lanes, done, held = Lanes(), list[int](), asyncio.Event()

    async def job() -> None:
        await held.wait()
        done.append(len(done))

    for _ in range(10):
        lanes.put("one", job)
    held.set()
    await lanes.idle()
    assert done == [0, 1, 2]


async def test_what_is_left_is_left_when_the_process_ends() -> None:
    lanes, done = Lanes(), list[str]()

    async def never() -> None:
        await asyncio.Event().wait()
        done.append("never")

    lanes.put("one", never)
    await lanes.close()
    assert done == []
    assert not lanes.is_busy("one")
