"""Two aiortc peers through the relay process: each decodes the other, whatever else arrives."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from typing import Any

import pytest

from media.call import Side
from media.codecs import MediaKind
from media.control_messages import (
    AskStats,
    CloseLeg,
    Collect,
    ControlRefused,
    Declare,
    Link,
    Observe,
    SealCall,
    Unlink,
)
from media.declaration import Declared
from media.ledger import Part, Receipt, received
from tests.relay_peers import seated
from tests.relays import LOOPBACK, PATIENCE_S, RunningRelay, told

FLOOD = 3_000
FRAMES = 15


@pytest.mark.safeguard("164.312(e)(2)(ii)")
async def test_each_decodes_the_other_s_first_frame(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        seated(control, "a1", "a2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        for seat in (one, other):
            for kind in MediaKind:
                await seat.first[kind]
        stats: Any = await control.ask(AskStats())
        for seat in (one, other):
            assert stats["legs"][seat.leg]["profile"] == "SRTP_AEAD_AES_256_GCM"
            assert stats["legs"][seat.leg]["forwarded"] > 0


async def test_first_media_and_keyframes_are_told_for_both_ways(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        seated(control, "b1", "b2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        awaited = {
            (name, seat.leg, kind)
            for seat in (one, other)
            for name, kind in (
                ("first_media", "audio"),
                ("first_media", "video"),
                ("keyframe_seen", None),
                ("sample", None),
            )
        }
        while awaited:
            event = await control.events.get()
            awaited.discard((event["event"], event.get("leg"), event.get("kind")))


@pytest.mark.safeguard("V17.2.3")
async def test_a_flood_from_anywhere_disturbs_nobody(relay: RunningRelay) -> None:
    dice = random.Random(4)
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        seated(control, "c1", "c2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        await asyncio.gather(one.first["video"], other.first["video"])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for count in range(FLOOD):
                junk = a_datagram(dice)
                stranger.sendto(junk, (LOOPBACK, relay.port))
                await one.send_raw(a_datagram(dice))
                if count % 50 == 0:
                    await asyncio.sleep(0)
        await asyncio.gather(one.see(FRAMES), other.see(FRAMES))
        stats: Any = await control.ask(AskStats())
        assert stats["socket"]["failures"] == 0
        assert stats["legs"][one.leg]["strange"] > 0
        assert stats["tables"]["legs"] == 2
        assert stats["tables"]["owners"] == 2
        assert stats["tables"]["strangers"] <= 1


def a_datagram(dice: random.Random) -> bytes:
    """Return something nobody should send: empty, too long, of no SSRC, or plain noise."""
    kinds = (
        b"",
        b"\x80" + dice.randbytes(1_600),
        struct.pack("!BBHLL", 0x80, 96, dice.getrandbits(16), 0, 7) + bytes(40),
        struct.pack("!BBHLL", 0x80, 111, 1, 1, dice.getrandbits(32)) + dice.randbytes(500),
        dice.randbytes(dice.randrange(1_400)),
    )
    return dice.choice(kinds)


async def test_another_leg_takes_over_and_the_other_side_goes_on(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        seated(control, "d1", "d2", "d3") as (one, other, successor),
    ):
        await control.ask(Link(one.leg, other.leg))
        await other.see(FRAMES)
        await control.ask(Link(successor.leg, other.leg))
        await told(control, "keyframe_seen", successor.leg)
        await asyncio.gather(other.see(FRAMES), successor.see(FRAMES))
        await control.ask(CloseLeg(one.leg))
        await other.see(FRAMES)


async def test_a_silent_leg_is_told_and_so_is_its_return(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        seated(control, "e1", "e2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        await asyncio.gather(one.see(1), other.see(1))
        tracks = [sender.track for sender in one.connection.getSenders()]
        for sender in one.connection.getSenders():
            sender.replaceTrack(None)
        await told(control, "leg_stalled", one.leg)
        for sender, track in zip(one.connection.getSenders(), tracks, strict=True):
            sender.replaceTrack(track)
        await told(control, "leg_resumed", one.leg)


async def test_an_unlinked_leg_sends_nothing_on(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        seated(control, "f1", "f2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        await asyncio.gather(one.see(1), other.see(1))
        await control.ask(Unlink(one.leg))
        stats: Any = await control.ask(AskStats())
        before = stats["legs"][one.leg]["forwarded"]
        while stats["legs"][one.leg]["drops"].get("unlinked", 0) < FRAMES:
            stats = await control.ask(AskStats())
        assert stats["legs"][one.leg]["forwarded"] == before > 0


async def test_what_was_witnessed_is_sealed_and_kept_until_collected(
    relay: RunningRelay,
) -> None:
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        seated(control, "g1", "g2") as (one, other),
    ):
        await control.ask(Link(one.leg, other.leg))
        await control.ask(Observe("call", one.leg, other.leg))
        await control.ask(Declare("call", Side.PATIENT, Declared.SCREEN_HIDDEN, holds=True))
        await asyncio.gather(one.see(2 * FRAMES), other.see(2 * FRAMES))
        await control.ask(SealCall("call"))
        receipt = Receipt()
        texts: list[str] = []
        while not any('"type":"seal"' in text for text in texts):
            while (await control.events.get())["event"] != "evidence_ready":
                pass
            # What was on its way when a connection ended would be asked for again like this.
            await control.ask(Collect("call", receipt.number))
            found: Any = await control.ask(Collect("call", receipt.number))
            for number, text in found["parts"]:
                receipt = received(receipt, Part(number, text))
                texts.append(text)
        assert f'"parts":{receipt.number - 1}' in texts[-1]
        assert any('"type":"samples"' in text for text in texts)
        await control.ask(Collect("call", receipt.number))
        with pytest.raises(ControlRefused) as refused:
            await control.ask(Collect("call", receipt.number))
        assert refused.value.code == "call_unknown"
