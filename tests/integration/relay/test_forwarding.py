"""Two aiortc peers through the relay process: each decodes the other, whatever else arrives."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CloseLeg, CreateLeg, Json, Link
from media.ice_effects import LegId
from server.clock import SystemClock
from server.rehearsal.peer import loopback_as_last_resort
from server.rehearsal.tracks import MovingPicture, Tone
from tests.relays import LOOPBACK, PATIENCE_S, RunningRelay, running_relay, told

FLOOD_MAX = 2_000


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with loopback_as_last_resort(), running_relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


class Seat:
    """One peer on one leg."""

    def __init__(self, leg: str) -> None:
        self.leg = LegId(leg)
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.first: dict[str, asyncio.Future[None]] = {
            kind: asyncio.get_running_loop().create_future() for kind in ("audio", "video")
        }
        self.decoded = 0
        self._watching: set[asyncio.Task[None]] = set()
        self.connection.on("track", self._on_track)

    async def answer(self, control: ControlClient, *, change: tuple[str, str] = ("", "")) -> None:
        made = await control.ask(CreateLeg(self.leg))
        clock = SystemClock()
        offer = RTCSessionDescription(sdp=str(made["sdp"]), type="offer")
        await self.connection.setRemoteDescription(offer)
        self.connection.addTrack(Tone(clock))
        self.connection.addTrack(MovingPicture(clock))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        sdp = self.connection.localDescription.sdp.replace(*change) if change[0] else None
        await control.ask(AnswerLeg(self.leg, 0, sdp or self.connection.localDescription.sdp))

    async def close(self) -> None:
        await self.connection.close()
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._watching.add(asyncio.get_running_loop().create_task(self._watch(track)))

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                self.decoded += track.kind == "video"
                if not self.first[track.kind].done():
                    self.first[track.kind].set_result(None)
        except MediaStreamError:
            return


@asynccontextmanager
async def seated(control: ControlClient, *names: str) -> AsyncIterator[list[Seat]]:
    """Peers that have answered and are connected."""
    seats = [Seat(name) for name in names]
    try:
        for seat in seats:
            await seat.answer(control)
        for seat in seats:
            await told(control, "leg_connected", seat.leg)
        yield seats
    finally:
        for seat in seats:
            await seat.close()


async def test_each_decodes_the_other_s_first_frame(relay: RunningRelay) -> None:
    async with (
        asyncio.timeout(PATIENCE_S),
        relay.controlling() as control,
        seated(control, "a1", "a2") as seats,
    ):
        await control.ask(Link(seats[0].leg, seats[1].leg))
        for seat in seats:
            await seat.first["video"]
            await seat.first["audio"]
        stats = await control.ask(AskStats())
        assert "AEAD_AES_256_GCM" in str(stats)
