"""OWASP ASVS 5.0, 17.2.5 and 17.2.7: somebody who may send floods the relay with right keys.

For three seconds one leg sends five times of what it may, all of it authentic. Beside it
another call goes on, and both are witnessed. One flood is enough for both requirements. In this
relay a leg may send a tenth of the usual (`narrow_relay`), so that a machine with other work
can still flood it; the bound itself is tested at its edge in `test_relay_leg.py`.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from media.control_client import ControlClient
from media.control_messages import AskStats, Collect, ControlRefused, Observe, SealCall
from media.ledger import Part, Receipt, received
from media.packing import unpack
from media.sample import Sample
from media.seal import Seal, unpack_seal, verify
from tests.bench.relay_load.description import VIDEO_TYPE
from tests.bench.relay_load.processes import resident_bytes
from tests.narrow_relay import LIMITS, NARROW
from tests.relays import PATIENCE_S, RunningRelay, running_relay
from tests.scripted_legs import ScriptedLeg, talking

ALLOWED_PER_S: Final = int(LIMITS.leg_packets_per_s)
FLOOD_S: Final = 3.0
STEP_S: Final = 0.02
BATCH: Final = int(5 * ALLOWED_PER_S * STEP_S)
SPEAKS_S: Final = 0.033
LATE_S_MAX: Final = 0.5
ARRIVES_MIN: Final = 0.8
GROWTH_BYTES_MAX: Final = 4 * 1_048_576
DATAGRAM_BYTES: Final = 2_048
NUMBER: Final = b"number:"


@dataclass(slots=True)
class Speaking:
    """A leg that sends numbered pictures, and when each arrived at the other."""

    one: ScriptedLeg
    other: ScriptedLeg
    sent: dict[int, float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)

    async def speak(self) -> None:
        loop = asyncio.get_running_loop()
        for number in itertools.count():
            self.one.leg.check()
            self.sent[number] = loop.time()
            self.one.send(self.one.rtp(payload=picture(number)))
            await asyncio.sleep(SPEAKS_S)

    async def hear(self) -> None:
        """Read what the other end is sent: pictures by their number, checks as checks."""
        loop, srtp = asyncio.get_running_loop(), self.other.leg.srtp
        assert srtp is not None
        while True:
            data = await loop.sock_recv(self.other.leg.sock, DATAGRAM_BYTES)
            if data[0] < 4:
                self.other.leg.hear(data)
            elif data[0] & 0x80 and data[1] & 0x7F == VIDEO_TYPE:
                number = int(srtp.receiving.unprotect(data).rpartition(NUMBER)[2])
                self.late.append(loop.time() - self.sent[number])


def picture(number: int) -> bytes:
    """Return a VP8 packet that begins a picture, of a size that tells of movement."""
    return b"\x10\x11\x02\x00" + bytes(100 + 60 * (number % 2)) + NUMBER + b"%d" % number


@dataclass(frozen=True, slots=True)
class Flooded:
    """What came of a flood.

    Attributes:
        sent: packets of it.
        late: seconds that pictures of the calm call took, both ways.
        arrived: what share of them came.
        stats: of the relay, after it.
        grown: bytes that the relay holds more than before.
        seconds: for which there was a flood.
        calm: the evidence of the calm call, and its seal.
        mad: that of the flooded one.
    """

    sent: int
    late: list[float]
    arrived: float
    stats: Any
    grown: int
    seconds: float
    calm: tuple[list[Sample], list[Sample], Seal]
    mad: tuple[list[Sample], list[Sample], Seal]


async def flood(
    mad: ScriptedLeg, victim: ScriptedLeg, packets: list[bytes]
) -> tuple[int, float]:
    """Send what the leg may and four times as much; return how many, and for how long."""
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    while (now := loop.time()) - began < FLOOD_S and sent < len(packets):
        for packet in packets[sent : sent + BATCH]:
            with suppress(BlockingIOError):
                mad.send(packet)
        sent += BATCH
        victim.tend()
        mad.leg.check()
        await asyncio.sleep(max(0.0, now + STEP_S - loop.time()))
    return sent, loop.time() - began


async def collected(
    control: ControlClient, call: str
) -> tuple[list[Sample], list[Sample], Seal]:
    """Take all evidence of a sealed call, acknowledging each part, and verify its seal."""
    receipt = Receipt()
    patient: list[Sample] = []
    practitioner: list[Sample] = []
    while True:
        found: Any = await control.ask(Collect(call, receipt.number))
        for number, text in found["parts"]:
            if '"type":"seal"' in text:
                seal = unpack_seal(text)
                verify(receipt, seal)
                await control.ask(Collect(call, number))
                with suppress(ControlRefused):
                    await control.ask(Collect(call, number))
                    pytest.fail("a call whose evidence was taken is still held")
                return patient, practitioner, seal
            receipt = received(receipt, Part(number, text))
            if '"type":"samples"' in text:
                chunk = unpack(text)
                patient += chunk.patient
                practitioner += chunk.practitioner
        while (await control.events.get())["event"] != "evidence_ready":
            pass


async def suffer(relay: RunningRelay) -> Flooded:
    async with (
        asyncio.timeout(2 * PATIENCE_S),
        relay.controlling() as control,
        talking(control, "mad", "victim") as (mad, victim),
        talking(control, "calm", "also-calm") as (calm, also_calm),
    ):
        # Encrypted beforehand: a flood is no slower than it can be sent.
        packets = [mad.rtp() for _ in range(int(5 * ALLOWED_PER_S * FLOOD_S))]
        await control.ask(Observe("mad-call", mad.name, victim.name))
        await control.ask(Observe("calm-call", calm.name, also_calm.name))
        ways = Speaking(calm, also_calm), Speaking(also_calm, calm)
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(run()) for way in ways for run in (way.speak, way.hear)]
        memory = resident_bytes(relay.process.pid)
        sent, seconds = await flood(mad, victim, packets)
        stats = await control.ask(AskStats())
        grown = resident_bytes(relay.process.pid) - memory
        await asyncio.sleep(LATE_S_MAX)  # what is late may still come
        for task in tasks:
            assert not task.done(), task
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for call in ("mad-call", "calm-call"):
            await control.ask(SealCall(call))
        return Flooded(
            sent=sent,
            late=[one for way in ways for one in way.late],
            arrived=sum(len(way.late) for way in ways) / sum(len(way.sent) for way in ways),
            stats=stats,
            grown=grown,
            seconds=seconds,
            calm=await collected(control, "calm-call"),
            mad=await collected(control, "mad-call"),
        )


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Flooded:
    with running_relay(tmp_path_factory.mktemp("narrow"), program=NARROW) as relay:
        return asyncio.run(suffer(relay))


@pytest.mark.safeguard("V17.2.5")
def test_v17_2_5_a_legs_own_flood_stops_nobody_elses_media(flooded: Flooded) -> None:
    mad = flooded.stats["legs"]["mad"]
    most = LIMITS.leg_packets_burst_max + ALLOWED_PER_S * (flooded.seconds + 1)
    assert flooded.sent > 2 * most, "that was no flood"
    assert mad["drops"]["too_many"] > flooded.sent / 4
    assert mad["forwarded"] <= most
    for leg in flooded.stats["legs"].values():
        assert leg["secured"]
        assert leg["ice"] == "connected"
    assert flooded.stats["socket"]["failures"] == 0
    assert flooded.arrived > ARRIVES_MIN
    assert statistics.quantiles(flooded.late, n=100)[98] < LATE_S_MAX
    assert flooded.grown < GROWTH_BYTES_MAX


@pytest.mark.safeguard("V17.2.7")
def test_v17_2_7_the_evidence_of_a_calm_call_is_whole_during_a_flood(flooded: Flooded) -> None:
    *directions, seal = flooded.calm
    assert seal.refused == 0
    for samples in directions:
        seconds = [one.second for one in samples]
        assert seconds == list(range(seconds[0], seconds[0] + len(seconds)))
        assert len(seconds) == seal.end - seal.first >= int(flooded.seconds)
        assert all(one.frames > 0 for one in samples)


@pytest.mark.safeguard("V17.2.7")
def test_v17_2_7_what_is_witnessed_of_the_flood_stays_within_what_a_leg_may_send(
    flooded: Flooded,
) -> None:
    samples, _, seal = flooded.mad
    assert seal.refused == 0
    # What may be sent at once may fall into one second together with what may be sent in it.
    most = ALLOWED_PER_S + LIMITS.leg_packets_burst_max
    assert samples
    assert max(one.packets for one in samples) <= most
    assert max(one.frames for one in samples) <= most
    assert seal.patient.packets <= most * len(samples)
