"""A relay: legs on one UDP port, two and two linked, from the first check to the close.

It performs what the pure parts decide: the demultiplexer says whose a datagram is, the leg
says what becomes of it, and this sends it, in one call and without a task, a queue or a
coroutine per packet. Tasks exist for handshakes alone, a bounded number at once.

An edge of the core. Not the process (`relay_process`) nor the way to control it (`control`).
Legs outlive whoever asked for them: the web process may restart while people talk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from media.addresses import SocketAddress
from media.agenda import Agenda
from media.answering import LegAnswer, SetupRole, read_answer
from media.datagrams import Endpoint, open_endpoint
from media.demultiplexer import Demultiplexer
from media.dtls import DtlsLeg
from media.generation import Credentials
from media.handshakes import Handshakes
from media.held import Held
from media.ice_effects import Arrived, ConsentExpired, Effect, Kind, LegId, Selected, Transmit
from media.ice_errors import GenerationStale, LegsFull, LegUnknown
from media.limits import microseconds
from media.lots import draw_credentials, draw_first_sequences, draw_offer
from media.offering import SdpOffer
from media.rates import TokenBucket
from media.relay_events import (
    CloseReason,
    Heartbeat,
    LegClosed,
    LegConnected,
    LegStalled,
    LegStanding,
    RelayEvent,
)
from media.relay_leg import RelayLeg
from media.relay_limits import RelayLimits
from media.relay_stats import relay_stats
from media.srtp import PacketBuffer

TICK_S: Final = 0.05
SAMPLE_US: Final = 1_000_000
log = logging.getLogger(__name__)
Now = Callable[[], int]
Entropy = Callable[[int], bytes]
Tell = Callable[[RelayEvent], None]


class Relay:
    """See the module.

    Args:
        announced: where browsers reach it: addresses without port, the preferred first.
        limits: its bounds.
        now: whole microseconds UTC that never go back.
        entropy: n unpredictable bytes.
        tell: is told every event as it happens; must not wait.

    Attributes:
        draining: whether it takes no further legs.
        empty: set while it has none.
    """

    def __init__(
        self,
        announced: Iterable[str],
        limits: RelayLimits,
        *,
        now: Now,
        entropy: Entropy,
        tell: Tell,
    ) -> None:
        self.draining = False
        self._announced = tuple(announced)
        self._limits = limits
        self._now = now
        self._entropy = entropy
        self._tell = tell
        self._demultiplexer = Demultiplexer(limits.ice, entropy, now=now())
        self._owner = self._demultiplexer.owners.get
        self._legs: dict[LegId, Held] = {}
        self._linked: dict[LegId, Held] = {}
        self._unconnected: Agenda[LegId] = Agenda()
        self._buffer = PacketBuffer()
        self._handshakes = Handshakes(limits)
        self.empty = asyncio.Event()
        self.empty.set()
        self._endpoint: Endpoint | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._told_at = now()

    async def open(self, host: str, port: int) -> int:
        """Bind the UDP port and return it; 0 leaves the choice to the system.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        self._endpoint = await open_endpoint(host, port, self._take)
        self._tick()
        return self._endpoint.port

    async def close(self) -> None:
        """End every leg and give the port back."""
        for leg in list(self._legs):
            self._end(leg, CloseReason.STOPPED)
        await asyncio.gather(*self._closing, return_exceptions=True)
        if self._ticking is not None:
            self._ticking.cancel()
        if self._endpoint is not None:
            await self._endpoint.close()

    # --- what the control side says -----------------------------------------------------------

    def create_leg(self, leg: LegId) -> SdpOffer:
        """Make a leg and return what to offer its browser.

        Raises:
            LegsFull: there is no room, or the relay is draining.
            LegKnown: there is one of that name.
        """
        if self.draining or self._endpoint is None:
            raise LegsFull
        local = draw_credentials(self._entropy)
        self._demultiplexer.open(leg, local, now=self._now())
        reached_at = tuple((one, self._endpoint.port) for one in self._announced)
        offer = draw_offer(self._entropy, local, self._handshakes.fingerprints, reached_at)
        self.empty.clear()
        now, limits = self._now(), self._limits
        rate = TokenBucket(limits.leg_packets_per_s, limits.leg_packets_burst_max, now=now)
        media = RelayLeg(leg, offer, rate, self._tell, self._buffer)
        self._legs[leg] = Held(media, now, now)
        self._await_path(leg, now)
        return offer

    def restart(self, leg: LegId) -> tuple[int, SdpOffer]:
        """Begin an ICE restart over the same handshake; return its generation and the offer.

        Raises:
            LegUnknown: there is no such leg.
        """
        held = self._held(leg)
        local = draw_credentials(self._entropy)
        held.generation = self._demultiplexer.restart(leg, local)
        before = held.media.offer
        held.media.offer = replace(
            before,
            version=before.version + 1,
            ice_ufrag=local.ufrag,
            ice_pwd=local.password,
        )
        return held.generation, held.media.offer

    def answer(self, leg: LegId, generation: int, sdp: str) -> None:
        """Take a browser's answer to the offer of a generation.

        Raises:
            LegUnknown: there is no such leg.
            GenerationStale: a newer offer was made, or another answer was taken before.
            AnswerRefused: the answer does not fit the offer.
        """
        held = self._held(leg)
        answer = read_answer(sdp)
        before = held.media.answer
        if generation != held.generation or not held.media.continues(answer):
            raise GenerationStale
        remote = Credentials(answer.ice_ufrag, answer.ice_pwd)
        effects = self._demultiplexer.learn(leg, generation, remote, now=self._now())
        if before is None:
            held.media.answered(answer, draw_first_sequences(self._entropy))
            self._prepare(leg, held, answer)
        self._perform(effects)

    def link(self, one: LegId, other: LegId) -> None:
        """Let media flow between two legs that have answered.

        Raises:
            LegUnknown: there is no such leg.
            GenerationStale: one has not answered yet, or both are the same.
        """
        pair = (self._held(one).media, self._held(other).media)
        if one == other or any(leg.answer is None for leg in pair):
            raise GenerationStale
        now = self._now()
        patience_us = microseconds(self._limits.keyframe_patience_s)
        for leg in pair:
            leg.unlink()
        for leg, peer in (pair, pair[::-1]):
            leg.link(peer, now=now, patience_us=patience_us)
        for leg in pair:
            self._linked[leg.leg] = self._legs[leg.leg]
            self._ask_keyframe(leg, now)

    def unlink(self, leg: LegId) -> None:
        """Let no media flow from or to a leg.

        Raises:
            LegUnknown: there is no such leg.
        """
        self._held(leg).media.unlink()

    def close_leg(self, leg: LegId) -> None:
        """End a leg.

        Raises:
            LegUnknown: there is no such leg.
        """
        self._held(leg)
        self._end(leg, CloseReason.REQUESTED)

    def drain(self) -> None:
        """Take no further legs."""
        self.draining = True

    def heartbeat(self) -> Heartbeat:
        """Return how full the relay is."""
        return Heartbeat(len(self._legs), self._limits.ice.legs_max, self.draining)

    def legs(self) -> list[LegStanding]:
        """Return where every leg stands."""
        return [held.media.standing for held in self._legs.values()]

    def stats(self) -> dict[str, object]:
        """Return counts: of every leg, of the tables, of the socket."""
        stats = relay_stats(self._legs, self._demultiplexer, self._endpoint)
        return {**stats, "tables": {**stats["tables"], "tasks": len(asyncio.all_tasks())}}

    # --- what the network says ----------------------------------------------------------------

    def _take(self, data: bytes, source: SocketAddress) -> None:
        # Media first, and by the shortest way: nearly every datagram is.
        if data and 127 < data[0] < 192:  # noqa: PLR2004 - RFC 7983, section 7
            leg = self._owner(source)
            if leg is not None:
                self._forward(self._legs[leg].media, data)
                return
        self._perform(self._demultiplexer.receive(data, source, now=self._now()))

    def _forward(self, leg: RelayLeg, data: bytes) -> None:
        out = leg.receive(data, self._now())
        if out is not None:
            peer = leg.peer
            if peer is not None and peer.target is not None and self._endpoint is not None:
                self._endpoint.send(out, peer.target)

    def _send(self, data: bytes, target: SocketAddress) -> None:
        if self._endpoint is not None:
            self._endpoint.send(data, target)

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(data, target):
                    self._send(data, target)
                case Selected(leg, _, target):
                    held = self._legs[leg]
                    held.media.target = target
                    answer = held.media.answer
                    if answer is not None and answer.setup is SetupRole.PASSIVE:
                        self._begin_handshake(held)
                case ConsentExpired(leg):
                    held = self._legs[leg]
                    held.media.target = None
                    held.since = self._now()
                    self._await_path(leg, held.since)
                case Arrived(leg, Kind.DTLS, data):
                    self._feed(self._legs[leg], data)
                case Arrived(leg, _, data):
                    self._forward(self._legs[leg].media, data)

    # --- handshakes ---------------------------------------------------------------------------

    def _prepare(self, leg: LegId, held: Held, answer: LegAnswer) -> None:
        media = held.media

        def send(data: bytes) -> None:
            if media.target is not None:
                self._send(data, media.target)

        held.dtls = self._handshakes.prepare(
            answer, send, lambda: self._end(leg, CloseReason.LEFT)
        )

    def _feed(self, held: Held, data: bytes) -> None:
        if held.dtls is not None and held.dtls.feed(data):
            self._begin_handshake(held)

    def _begin_handshake(self, held: Held) -> None:
        if held.dtls is not None and held.handshake is None:
            handshake = self._secure(held.media, held.dtls)
            held.handshake = asyncio.get_running_loop().create_task(handshake)

    async def _secure(self, media: RelayLeg, dtls: DtlsLeg) -> None:
        outcome = await self._handshakes.secure(dtls)
        if isinstance(outcome, CloseReason):
            self._end(media.leg, outcome)
            return
        media.srtp = outcome
        self._tell(LegConnected(media.leg))
        self._await_keyframes(media)

    def _await_keyframes(self, media: RelayLeg) -> None:
        """Begin to ask anew: what a leg was sent before it had keys, it never got."""
        now = self._now()
        for leg in (media, media.peer):
            if leg is not None and leg.keyframe_due is not None:
                leg.await_keyframe(now, microseconds(self._limits.keyframe_patience_s))
                self._ask_keyframe(leg, now)

    # --- time ---------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)
        try:
            self._on_time(self._now())
        except Exception as error:  # noqa: BLE001 - time must go on for the others
            log.error("a tick failed: %s", type(error).__name__)  # noqa: TRY400 - its text could hold anything

    def _on_time(self, now: int) -> None:
        self._perform(self._demultiplexer.tick(now))
        for leg in self._unconnected.due(now):
            self._judge_unconnected(leg, now)
        # Those that were never linked are not looked at: thousands may wait.
        for leg, held in list(self._linked.items()):
            if held.connected:
                self._judge_linked(leg, held, now)
        if now - self._told_at >= microseconds(self._limits.heartbeat_s):
            self._told_at = now
            self._tell(self.heartbeat())

    def _judge_linked(self, leg: LegId, held: Held, now: int) -> None:
        media = held.media
        self._ask_keyframe(media, now)
        if media.stalls(now, microseconds(self._limits.stalled_s)):
            self._tell(LegStalled(leg))
        # Each at a time of its own: all at once would make media wait.
        if now - held.sampled_at >= SAMPLE_US:
            held.sampled_at = now
            for sample in media.samples(now):
                self._tell(sample)

    def _await_path(self, leg: LegId, now: int) -> None:
        self._unconnected.put(leg, now + microseconds(self._limits.unconnected_s) + 1)

    def _judge_unconnected(self, leg: LegId, now: int) -> None:
        held = self._legs[leg]
        if held.connected:
            return
        if now - held.since > microseconds(self._limits.unconnected_s):
            self._end(leg, CloseReason.UNCONNECTED)
        else:
            self._await_path(leg, held.since)

    def _ask_keyframe(self, media: RelayLeg, now: int) -> None:
        """Ask a linked leg for a keyframe, if it is time and none has come."""
        if media.keyframe_due is None or media.target is None:
            return
        rtt_us = self._demultiplexer.agent(media.leg).rtt_us
        request = media.ask_keyframe(now, self._limits.keyframe_wait_us(rtt_us))
        if request is not None:
            self._send(request, media.target)

    # --- parts --------------------------------------------------------------------------------

    def _held(self, leg: LegId) -> Held:
        held = self._legs.get(leg)
        if held is None:
            raise LegUnknown(leg)
        return held

    def _end(self, leg: LegId, reason: CloseReason) -> None:
        held = self._legs.pop(leg, None)
        if held is None:
            return
        if not self._legs:
            self.empty.set()
        held.media.unlink()
        self._linked.pop(leg, None)
        self._unconnected.drop(leg)
        self._demultiplexer.close(leg)
        closing = asyncio.get_running_loop().create_task(self._free(held))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        self._tell(LegClosed(leg, reason))

    async def _free(self, held: Held) -> None:
        if held.handshake is not None:
            held.handshake.cancel()
            await asyncio.gather(held.handshake, return_exceptions=True)
        if held.dtls is not None:
            await held.dtls.close()
        held.media.target = None
        held.media.srtp = None
