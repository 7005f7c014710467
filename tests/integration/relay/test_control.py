"""Who may command a relay process, and how it comes to its end."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
from pathlib import Path
from typing import Any

import pytest

from media.control import Control
from media.control_client import NotTheRelay, controlling
from media.control_events import read_event
from media.control_messages import (
    AskEvidence,
    AskStats,
    CloseLeg,
    Collect,
    ControlRefused,
    CreateLeg,
    Json,
    Observe,
    SealCall,
)
from media.ice_effects import LegId
from media.relay_events import EvidenceReady, Heartbeat
from media.relay_limits import RelayLimits
from server.clock import ManualClock
from tests.relays import PATIENCE_S, RunningRelay, running_relay

LINE_BYTES_MAX = 131_072
EVENTS_MAX = 100_000
SECRET = b"s" * 32
STRANGERS = 100


async def connected(relay: RunningRelay) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = relay.control.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def test_a_wrong_secret_is_refused(relay: RunningRelay) -> None:
    with pytest.raises(NotTheRelay):
        async with asyncio.timeout(PATIENCE_S), relay.controlling(b"x" * 32):
            pass


async def test_the_relay_s_own_challenge_sent_back_proves_nothing(relay: RunningRelay) -> None:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await connected(relay)
        hello = json.loads(await reader.readline())
        answer = {"v": 1, "challenge": hello["challenge"], "proof": hello["challenge"]}
        writer.write(json.dumps(answer).encode() + b"\n")
        assert json.loads(await reader.readline())["refused"] == "unauthenticated"
        assert await reader.read() == b""
        writer.close()


async def test_a_command_before_the_proof_is_not_served(relay: RunningRelay) -> None:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await connected(relay)
        await reader.readline()
        writer.write(b'{"id":1,"do":"drain"}\n')
        assert json.loads(await reader.readline())["refused"] == "unauthenticated"
        writer.close()
        async with relay.controlling() as control:
            while (event := await control.events.get())["event"] != "heartbeat":
                pass
            assert event["draining"] is False


async def test_a_line_without_end_ends_one_connection_and_no_other(relay: RunningRelay) -> None:
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        reader, writer = await connected(relay)
        await reader.readline()
        writer.write(b"x" * (2 * LINE_BYTES_MAX))
        assert await ended(reader)
        writer.close()
        assert "sdp" in await control.ask(CreateLeg(LegId("unharmed")))
        await control.ask(CloseLeg(LegId("unharmed")))


async def ended(reader: asyncio.StreamReader) -> bool:
    """Tell whether the other end closed, in order or not."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_many_strangers_leave_room_once_they_have_gone(relay: RunningRelay) -> None:
    async with asyncio.timeout(PATIENCE_S):
        held = [await connected(relay) for _ in range(STRANGERS)]
        for _, writer in held:
            writer.close()
        while True:
            try:
                async with relay.controlling():
                    break
            except (NotTheRelay, ConnectionError):
                continue


async def test_legs_outlive_the_connection_that_asked_for_them(relay: RunningRelay) -> None:
    leg = LegId("outlives")
    async with asyncio.timeout(PATIENCE_S):
        async with relay.controlling() as control:
            await control.ask(CreateLeg(leg))
        async with relay.controlling() as control:
            await control.ask(CloseLeg(leg))


async def test_what_is_asked_at_once_is_answered_each_to_each(relay: RunningRelay) -> None:
    legs = [LegId(f"at-once-{number}") for number in range(20)]
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        made = await asyncio.gather(*(control.ask(CreateLeg(leg)) for leg in legs))
        assert len({str(one["sdp"]) for one in made}) == len(legs)
        await asyncio.gather(*(control.ask(CloseLeg(leg)) for leg in legs))


async def test_who_does_not_read_is_closed_and_holds_no_memory(tmp_path: Path) -> None:
    limits = RelayLimits(unread_bytes_max=10_000)
    clock = ManualClock()
    control = Control(SECRET, limits, now=clock.now, entropy=secrets.token_bytes)
    path = str(tmp_path / "control")
    server = await asyncio.start_unix_server(control.serve, path)
    async with (
        asyncio.timeout(PATIENCE_S),
        controlling(path, SECRET, entropy=secrets.token_bytes) as client,
    ):
        with pytest.raises(ControlRefused):
            await client.ask(AskStats())  # there is no relay behind it; but now it hears
        for _ in range(EVENTS_MAX):
            control.tell(Heartbeat(0, 1, draining=False))
            if not control._hearing:
                break
        assert not control._hearing
    server.close()
    await control.close()


async def test_sigterm_lets_calls_end_and_takes_no_new_ones(tmp_path: Path) -> None:
    with running_relay(tmp_path) as relay:
        async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
            leg = LegId("talking")
            await control.ask(CreateLeg(leg))
            relay.process.send_signal(signal.SIGTERM)
            event: Any = {}
            while not event.get("draining"):
                event = await control.events.get()
            assert event["legs"] == 1
            with pytest.raises(ControlRefused) as refused:
                await control.ask(CreateLeg(LegId("late")))
            assert refused.value.code == "relay_full"
            await control.ask(CloseLeg(leg))
        assert await asyncio.to_thread(relay.process.wait, PATIENCE_S) == 0


async def test_whoever_asks_is_told_again_which_calls_have_evidence_that_nobody_took(
    relay: RunningRelay,
) -> None:
    call, patient, practitioner = "waiting.1", LegId("w.patient"), LegId("w.practitioner")
    async with asyncio.timeout(PATIENCE_S), relay.controlling() as control:
        await control.ask(CreateLeg(patient))
        await control.ask(CreateLeg(practitioner))
        await control.ask(Observe(call, patient, practitioner))
        await control.ask(SealCall(call))
        heard: asyncio.Queue[EvidenceReady] = asyncio.Queue()

        def hear(told: Json) -> None:
            event = read_event(told)
            if isinstance(event, EvidenceReady) and event.call == call:
                heard.put_nowait(event)

        control.hear = hear
        first = await heard.get()  # its seal, by itself
        while not heard.empty():
            heard.get_nowait()
        await control.ask(AskEvidence())
        assert await heard.get() == first
        await control.ask(Collect(call, first.number))
        await control.ask(AskEvidence())
        assert heard.empty()
