"""Relays that truly witness, without media: figures are given to them, second by second.

pool = WitnessingPool(clock)
relay = pool.add("r1")
await pool.ask(relay, Observe("encounter-1.1", ...))
pool.play(relay, "encounter-1.1", "ttt", "tts")     # letters of tests.unit.server.measured
pool.change(relay, "lost")                          # away: nothing of it is forgotten
pool.kill(relay)                                    # gone, with what was not collected
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from media.call import Side
from media.control_messages import (
    AskEvidence,
    Collect,
    Command,
    ControlRefused,
    Declare,
    Json,
    Observe,
    SealCall,
)
from media.declaration import Declared
from media.ice_effects import LegId
from media.observing import Calls
from media.relay_events import Sampled
from media.sample import MICROSECONDS_PER_SECOND, EvidenceError, figures
from server.clock import ManualClock
from server.relays.port import RelayId, RelayLost
from tests.fake_relays import FakePool
from tests.unit.server.measured import sample

CALLS_MAX = 100
LONG_S = 10.0


@dataclass
class WitnessingPool(FakePool):
    """A pool whose relays keep evidence as real ones do."""

    clock: ManualClock = field(default_factory=ManualClock)
    calls: dict[RelayId, Calls] = field(default_factory=dict)

    _awaited: list[tuple[str, int, asyncio.Event]] = field(default_factory=list)

    async def acknowledged(self, call: str, number: int) -> None:
        """Wait until somebody says that the parts up to `number` are committed."""
        said = asyncio.Event()
        self._awaited.append((call, number, said))
        async with asyncio.timeout(LONG_S):
            await said.wait()

    def add(self, name: str) -> RelayId:
        relay = super().add(name)
        self.calls[relay] = Calls(CALLS_MAX)
        return relay

    def kill(self, relay: RelayId) -> None:
        del self.calls[relay]
        self.change(relay, "lost")

    def tick(self) -> None:
        """Let every relay judge what is settled, and tell."""
        for relay, calls in self.calls.items():
            for ready in calls.advance(self.clock.now()):
                if self.standing(relay) != "lost":
                    self.tell(relay, ready)

    def play(self, relay: RelayId, call: str, patient: str, practitioner: str) -> None:
        """Let both sides of a call send, a letter a second, while time passes."""
        for letters in zip(patient, practitioner, strict=True):
            second = self.clock.now() // MICROSECONDS_PER_SECOND
            for side, letter in zip((Side.PATIENT, Side.PRACTITIONER), letters, strict=True):
                leg = LegId(f"{call}.{side}")
                self.calls[relay].take(Sampled(leg, figures(sample(letter, second))))
            self.clock.advance(1.0)
            self.tick()

    async def ask(self, relay: RelayId, command: Command) -> Json:
        if self.standing(relay) == "lost":
            raise RelayLost(relay)
        self.asked.append((relay, command))
        if isinstance(command, AskEvidence):
            for ready in self.calls[relay].waiting():
                self.tell(relay, ready)
            return {}
        try:
            return self._perform(self.calls[relay], command)
        except EvidenceError as error:
            raise ControlRefused(error.code, error.message) from None

    def _perform(self, calls: Calls, command: Command) -> Json:
        now = self.clock.now()
        match command:
            case Observe(call):
                legs = {side: LegId(f"{call}.{side}") for side in Side}
                calls.observe(call, legs, now=now)
            case Declare(call, side, what, holds):
                calls.declare(call, Side(side), Declared(what), holds=holds, now=now)
            case SealCall(call):
                calls.seal(call, now=now)
            case Collect(call, number):
                parts = calls.collect(call, number)
                for name, least, said in self._awaited:
                    if name == call and number >= least:
                        said.set()
                return {"parts": [[one.number, one.text] for one in parts]}
            case _:
                raise AssertionError(command)
        return {}


def observe(call: str) -> Observe:
    """Return the command that begins to witness a call."""
    return Observe(call, LegId(f"{call}.patient"), LegId(f"{call}.practitioner"))
