from __future__ import annotations

import asyncio

import pytest

from server.errors import Conflict
from server.http.places import Places


class Full(Conflict):
    """Everybody is at it."""

    code = "full"


def test_a_network_has_one_place_and_all_of_them_two() -> None:
    places = Places(Full)
    with places.taken("one"):
        with pytest.raises(Full), places.taken("one"):
            pass
        with places.taken("two"), pytest.raises(Full), places.taken("three"):
            pass
        with places.taken("three"):
            pass


def test_a_refusal_frees_nobody_elses_place() -> None:
    places = Places(Full)
    with places.taken("one"):
        for _ in range(3):
            with pytest.raises(Full), places.taken("one"):
                pass


def test_what_failed_leaves_its_place() -> None:
    places = Places(Full, at_once_max=1)
    with pytest.raises(ZeroDivisionError), places.taken("one"):
        raise ZeroDivisionError
    with places.taken("two"):
        pass


async def test_what_was_cancelled_leaves_its_place() -> None:
    places, begun = Places(Full, at_once_max=1), asyncio.Event()

    async def hold() -> None:
        with places.taken("one"):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await begun.wait()
    with pytest.raises(Full), places.taken("one"):
        pass
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with places.taken("one"):
        pass
