"""Ending tasks, and what has to be done at their end."""

from __future__ import annotations

import asyncio

import pytest

from server import ending
from server.ending import end, to_the_end


async def test_a_task_that_loses_a_cancellation_is_cancelled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "AGAIN_S", 0.01)
    lost: list[str] = []

    async def loses_the_first() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append("cancelled")

    task = asyncio.create_task(loses_the_first())
    await asyncio.sleep(0)
    await end({task})
    assert task.cancelled()
    assert lost == ["cancelled"]


async def test_what_has_to_be_done_at_the_end_is_done_however_often_it_is_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ending, "AGAIN_S", 0.01)
    done: list[str] = []

    async def close() -> None:
        await asyncio.sleep(0.1)
        done.append("closed")

    async def live() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await to_the_end(close())

    task = asyncio.create_task(live())
    await asyncio.sleep(0)
    await end({task})
    assert done == ["closed"]
    assert task.cancelled()


async def test_what_fails_at_the_end_says_so_to_who_was_not_cancelled() -> None:
    async def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await to_the_end(fail())
