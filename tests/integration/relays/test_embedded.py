"""The server's own relay is started, found again, started again, and ends when forgotten."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from media.control_messages import CloseLeg, CreateLeg
from media.ice_effects import LegId
from media.relay_events import Heartbeat, LegStanding
from server.relays.port import RelayLost
from tests.pools import PATIENCE_S, PLAN, Ear, Nest, nest_in, pool_over

LEG = LegId("e1.patient.1")
RESTART_S = 5.0  # about 1 s where nothing else runs
SHORT = replace(PLAN, idle_s=0.5, most_s=1.0)


async def test_it_is_started_and_chosen_and_its_heart_beats(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (pool, ear), asyncio.timeout(PATIENCE_S):
        relay = await ear.next("up")
        assert relay.startswith("embedded.")
        assert pool.choose() == relay
        assert pool.standing(relay) == "up"
        assert (relay, Heartbeat(0, 2_000, draining=False)) in ear.events
        assert "sdp" in await pool.ask(relay, CreateLeg(LEG))
        made = LegStanding(LEG, answered=False, secured=False, linked_to=None)
        assert await pool.legs(relay) == [made]
        await pool.ask(relay, CloseLeg(LEG))


async def test_its_folder_is_for_nobody_else(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (_, ear):
        await ear.next("up")
        assert stat.S_IMODE(nest.path.stat().st_mode) == 0o700
        for name in ("secret", "place", "log", "lock", "control"):
            assert stat.S_IMODE((nest.path / name).stat().st_mode) == 0o600


async def test_it_has_a_session_of_its_own_and_no_settings_of_the_server(
    nest: Nest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOODFAITH_ROOT_KEY", "secret")
    async with pool_over([nest.home()]) as (_, ear):
        await ear.next("up")
        pid = nest.place.pid
        assert os.getsid(pid) == pid
        assert "GOODFAITH_" not in environment(pid)


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


async def test_a_pool_that_closes_leaves_it_and_the_next_one_adopts_it(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (pool, ear):
        relay, pid = await ear.next("up"), nest.place.pid
        await pool.ask(relay, CreateLeg(LEG))
    async with pool_over([nest.home()]) as (pool, ear):
        assert await ear.next("up") == relay
        assert nest.place.pid == pid
        assert [one.leg for one in await pool.legs(relay)] == [LEG]


async def test_one_that_is_killed_is_lost_at_once_and_another_comes_up(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (pool, ear):
        first = await ear.next("up")
        began = time.monotonic()
        os.kill(nest.place.pid, signal.SIGKILL)
        assert await ear.next("lost") == first
        assert pool.choose() != first
        second = await ear.next("up")
        took_s = time.monotonic() - began
        assert second != first
        assert pool.choose() == second
        assert pool.standing(first) == "lost"
        with pytest.raises(RelayLost):
            await pool.ask(first, CreateLeg(LEG))
        assert took_s < RESTART_S


async def test_an_adopted_one_that_is_killed_is_replaced_as_well(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (_, ear):
        first = await ear.next("up")
    async with pool_over([nest.home()]) as (_, ear):
        assert await ear.next("up") == first
        os.kill(nest.place.pid, signal.SIGKILL)
        assert await ear.next("lost") == first
        assert await ear.next("up") != first


async def test_one_that_hangs_is_lost_and_its_command_ends(nest: Nest) -> None:
    async with pool_over([nest.home()], lost_s=1.5) as (pool, ear):
        relay = await ear.next("up")
        os.kill(nest.place.pid, signal.SIGSTOP)
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(RelayLost):
                await pool.ask(relay, CreateLeg(LEG))
        assert await ear.next("lost") == relay
        os.kill(nest.place.pid, signal.SIGCONT)
        assert await ear.next("up") == relay


async def test_one_that_never_answers_again_is_ended_and_replaced(nest: Nest) -> None:
    home = nest.home()
    async with pool_over([home]) as (_, ear):
        first = await ear.next("up")
        home.silent()
        assert await ear.next("lost") == first
        assert await ear.next("up") != first


async def test_one_with_another_secret_is_told_to_end_and_replaced(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (_, ear):
        first = await ear.next("up")
    (nest.path / "secret").write_text("another" * 8)
    async with pool_over([nest.home()]) as (_, ear):
        assert await ear.next("up") != first


async def test_one_that_nobody_controls_ends_by_itself(nest: Nest) -> None:
    async with pool_over([nest.home(SHORT)]) as (_, ear):
        await ear.next("up")
    await nest.deserted()
    assert nest.folder.place() is None
    assert "relay_ended" in nest.log


async def test_one_that_is_controlled_stays(nest: Nest) -> None:
    async with pool_over([nest.home(SHORT)]) as (pool, ear):
        relay = await ear.next("up")
        async with asyncio.timeout(PATIENCE_S):
            while heartbeats(ear) < 3:  # two of them are further apart than `idle_s`
                await pool.ask(relay, CreateLeg(LEG))
                await pool.ask(relay, CloseLeg(LEG))
        assert pool.standing(relay) == "up"


def heartbeats(ear: Ear) -> int:
    return sum(isinstance(event, Heartbeat) for _, event in ear.events)


async def test_one_that_is_set_up_otherwise_drains_and_gives_way(nest: Nest) -> None:
    async with pool_over([nest.home()]) as (_, ear):
        first = await ear.next("up")
    async with pool_over([nest.home(replace(PLAN, version="next"))]) as (_, ear):
        told = [await ear.later()]
        while told[-1][0] == first:
            told.append(await ear.later())
        assert told[-1][1] == "up"
        # It has nothing to wait for, and may have ended before it was heard.
        assert len(told) == 1 or told[-2] == (first, "lost")
        assert nest.place.plan == replace(PLAN, version="next").text()


async def test_a_path_that_is_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    with nest_in(tmp_path / ("long" * 30) / "relay") as nest:
        async with pool_over([nest.home()]) as (pool, ear):
            relay = await ear.next("up")
            assert nest.place.control.startswith("127.0.0.1:")
            assert pool.choose() == relay


async def test_one_that_cannot_start_leaves_the_pool_empty_and_working(nest: Nest) -> None:
    home = nest.home(replace(PLAN, host="192.0.2.1"))  # an address that no machine has
    async with pool_over([home]) as (pool, ear):
        assert not await pool.settled(0.1)
        async with asyncio.timeout(PATIENCE_S):
            while nest.log.count("relay_not_started") < 2:  # noqa: ASYNC110 - it is a file
                await asyncio.sleep(0.05)
        assert pool.choose() is None
    assert ear.changes == []
