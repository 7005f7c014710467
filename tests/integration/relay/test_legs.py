"""The life of a leg at the relay process: refused, connected, closed, nothing left of it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CloseLeg, ControlRefused, CreateLeg
from media.ice_effects import LegId
from tests.relay_peers import Seat, seated
from tests.relays import PATIENCE_S, RunningRelay, told

CYCLES = 50
LOOK_S = 0.05


def other_fingerprint(sdp: str) -> str:
    """Return the description of somebody with another certificate."""

    def other(found: re.Match[str]) -> str:
        return f"{found[1]}{int(found[2], 16) ^ 0xFF:02X}"

    return re.sub(r"(a=fingerprint:sha-256 )(..)", other, sdp)


@pytest.mark.safeguard("V17.2.8")
async def test_a_wrong_fingerprint_never_connects_and_both_ends_are_told(
    relay: RunningRelay,
) -> None:
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        seat = Seat("mismatch")
        try:
            await seat.answer(control, other_fingerprint)
            while (event := await control.events.get()).get("leg") != seat.leg:
                pass
            assert event["event"] == "leg_closed"
            assert event["reason"] == "fingerprint_mismatch"
            await seat.failed
        finally:
            await seat.close()


async def test_a_peer_that_leaves_is_told(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        seated(control, "leaves") as (seat,),
    ):
        await seat.close()
        assert (await told(control, "leg_closed", seat.leg))["reason"] == "left"


async def test_an_answer_that_does_not_fit_is_refused_with_its_code(
    relay: RunningRelay,
) -> None:
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        leg = LegId("refused")
        await control.ask(CreateLeg(leg))
        with pytest.raises(ControlRefused) as refused:
            await control.ask(AnswerLeg(leg, 0, "v=0\r\n"))
        assert refused.value.code == "answer_sections"
        with pytest.raises(ControlRefused) as refused:
            await control.ask(CreateLeg(leg))
        assert refused.value.code == "leg_known"
        await control.ask(CloseLeg(leg))
        with pytest.raises(ControlRefused) as refused:
            await control.ask(CloseLeg(leg))
        assert refused.value.code == "leg_unknown"


async def test_fifty_legs_come_and_go_and_leave_nothing_behind(relay: RunningRelay) -> None:
    async with asyncio.timeout(3 * PATIENCE_S), relay.controlling() as control:
        await one_cycle(control, 0)
        before = await tables(control)
        threads = threads_of(relay)
        for count in range(CYCLES):
            await one_cycle(control, count)
        # The last one's farewell may still be on its way out, as the first one's was perhaps.
        while is_more(await tables(control), before):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(LOOK_S)
        assert threads_of(relay) == threads


async def one_cycle(control: ControlClient, count: int) -> None:
    """Connect a leg and close it, from this end and from that in turn."""
    async with seated(control, "cycle") as (seat,):
        if count % 2:
            await control.ask(CloseLeg(seat.leg))
        else:
            await seat.close()
        await told(control, "leg_closed", seat.leg)


def is_more(now: dict[str, int], before: dict[str, int]) -> bool:
    return any(count > before[name] for name, count in now.items())


async def tables(control: ControlClient) -> dict[str, int]:
    stats: Any = await control.ask(AskStats())
    return dict(stats["tables"])


def threads_of(relay: RunningRelay) -> int:
    return len(list(Path(f"/proc/{relay.process.pid}/task").iterdir()))
