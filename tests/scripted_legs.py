"""Legs without a browser, at the relay: they send whatever a test wants, with the right keys.

Cheap enough for a thousand of them, and as ill-mannered as nobody's browser is. Their sockets,
checks and keys are those of the load generator (`tests/bench/relay_load`).
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from struct import pack
from typing import Final

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, CreateLeg, Link
from media.ice_effects import LegId
from tests.bench.relay_load.description import AUDIO_TYPE, VIDEO_TYPE, read_remote
from tests.bench.relay_load.leg import Leg
from tests.bench.relay_load.pacer import tend
from tests.bench.relay_load.packets import FIRST, KEYFRAME
from tests.bench.relay_load.systems import Legs
from tests.relays import LOOPBACK, told

PICTURE: Final = FIRST + KEYFRAME + bytes(100)
SOUND: Final = bytes(80)
HEADER: Final = "!BBHLL"


class ScriptedLeg:
    """One leg: connected, and with keys.

    Attributes:
        name: on the relay.
        leg: its socket and keys.
    """

    def __init__(self, name: LegId, leg: Leg) -> None:
        self.name = name
        self.leg = leg
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """Return the next number of a packet."""
        return next(self._numbers)

    def rtp(
        self,
        *,
        payload_type: int = VIDEO_TYPE,
        ssrc: int | None = None,
        payload: bytes = PICTURE,
    ) -> bytes:
        """Return an authentic packet, by default of the leg's own video."""
        number = self.number()
        source = self.leg.own.video if ssrc is None else ssrc
        head = pack(HEADER, 0x80, payload_type, number & 0xFFFF, number * 3_000, source)
        return self.protected(head + payload)

    def protected(self, packet: bytes) -> bytes:
        """Return a packet of any content, with the leg's keys."""
        assert self.leg.srtp is not None
        return self.leg.srtp.sending.protect(packet)

    def protected_rtcp(self, packet: bytes) -> bytes:
        """Return RTCP of any content, with the leg's keys."""
        assert self.leg.srtp is not None
        return self.leg.srtp.sending.protect_rtcp(packet)

    def send(self, datagram: bytes) -> None:
        """Send any bytes from the leg's address; what does not fit is lost."""
        self.leg.sock.send(datagram)

    def speak(self, times: int = 1) -> None:
        """Send a picture and a sound so many times."""
        for _ in range(times):
            self.send(self.rtp())
            self.send(self.rtp(payload_type=AUDIO_TYPE, ssrc=self.leg.own.audio, payload=SOUND))

    def tend(self) -> None:
        """Answer what was asked meanwhile, and ask to go on."""
        tend([self.leg])

    async def leave(self) -> None:
        """Say goodbye and be gone."""
        if self.leg._dtls is not None:
            await self.leg._dtls.close()
        self.leg.sock.close()


async def connected(control: ControlClient, makes: Legs, *names: LegId) -> list[ScriptedLeg]:
    """Return connected legs of those names, two at most."""
    found = []
    for name, leg in zip(names, makes.pair(), strict=False):
        made = await control.ask(CreateLeg(name))
        await control.ask(AnswerLeg(name, 0, leg.own.text("active")))
        await leg.connect(read_remote(str(made["sdp"])))
        await told(control, "leg_connected", name)
        found.append(ScriptedLeg(name, leg))
    return found


@asynccontextmanager
async def talking(
    control: ControlClient, one: str, other: str
) -> AsyncIterator[list[ScriptedLeg]]:
    """Two linked legs, which leave at the end."""
    legs = await connected(control, Legs(LOOPBACK), LegId(one), LegId(other))
    try:
        await control.ask(Link(legs[0].name, legs[1].name))
        yield legs
    finally:
        for leg in legs:
            await leg.leave()
