"""One browser's leg as its packets see it: from a datagram in to a datagram out.

A datagram from a proven address of the leg is let through its gate, decrypted, changed into
what the linked leg was told it gets, and encrypted for that. All of it happens in one call,
and nothing is kept of a packet but counts.

A leg that is not linked is decrypted all the same, and what it sent is forgotten: SRTP counts
the turns of the sequence numbers (RFC 3711, 3.3.1), and whoever misses one never hears again.

Not ICE, not the handshake: `target` and `srtp` are set by those who know. Pure: the time is
whole microseconds UTC that never go back, packets go in and come out as bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from media.addresses import SocketAddress
from media.answering import LegAnswer
from media.codecs import AUDIO_LEVEL_ID, BY_TYPE, Codec, MediaKind
from media.gate import RTCP_FIRST, RTCP_LAST, Gate
from media.ice_effects import LegId
from media.keyframes import is_keyframe
from media.meter import Meter
from media.negotiation import direction_to, gate_of
from media.offering import SdpOffer
from media.rates import TokenBucket
from media.relay_events import (
    FirstMedia,
    KeyframeSeen,
    LegResumed,
    LegStanding,
    RelayEvent,
    Sampled,
)
from media.rewriting import Direction, Stream
from media.rtcp import RtcpTranslator, pli
from media.rtp import TYPE_BITS, audio_level, payload_bounds
from media.sample import LEVEL_UNKNOWN, figures
from media.srtp import (
    PLAIN_BYTES_MAX,
    SRTP_REFUSALS,
    Context,
    PacketBuffer,
    SrtpPair,
)
from media.vp8 import FRAME_BEGINS, FRAME_BEGINS_BITS, NO_FRAME, first_partition

Tell = Callable[[RelayEvent], None]


class Dropped(StrEnum):
    """Why a datagram of a leg went nowhere; the values name counters."""

    UNSECURED = "unsecured"
    TOO_MANY = "too_many"
    TURNED_AWAY = "turned_away"
    UNAUTHENTIC = "unauthentic"
    UNLINKED = "unlinked"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    OVERSIZED = "oversized"
    UNENCRYPTED = "unencrypted"
    NOTHING_LEFT = "nothing_left"


class RelayLeg:
    """See the module.

    Attributes:
        leg: its name.
        offer: what its browser was offered last.
        answer: what it answered, or None.
        target: where its media goes, or None while it may go nowhere.
        srtp: its keys, or None before the handshake.
        peer: the leg it is linked to, or None.
        forwarded: datagrams of its that went on to the other leg.
        drops: those that did not, by reason.
        media_at: when it sent media last, or None.
        stalled: whether it has been said to have stalled.
        keyframe_due: when a keyframe is asked for next; None when none is awaited.
        keyframe_until: when that is given up.
        inbound: the way to it from whoever sends; None before it has answered.
        meter: what flowed that way; None before it was linked.
    """

    def __init__(
        self,
        leg: LegId,
        offer: SdpOffer,
        rate: TokenBucket,
        tell: Tell,
        buffer: PacketBuffer | None = None,
    ) -> None:
        self.leg = leg
        self.offer = offer
        self.answer: LegAnswer | None = None
        self.target: SocketAddress | None = None
        self.peer: RelayLeg | None = None
        self.forwarded = 0
        self.drops: Counter[Dropped] = Counter()
        self.media_at: int | None = None
        self.stalled = False
        self.keyframe_due: int | None = None
        self.keyframe_until = 0
        self._rate = rate
        self._tell = tell
        self._buffer = buffer or PacketBuffer()
        self._srtp: SrtpPair | None = None
        self._receiving: Context | None = None
        self._sending: Context | None = None
        self._gate = Gate(())
        self.inbound: Direction | None = None
        self.meter: Meter | None = None
        self._followed = 0
        self._translator: RtcpTranslator | None = None
        self._heard: set[MediaKind] = set()

    @property
    def srtp(self) -> SrtpPair | None:
        """Return its keys, or None before the handshake."""
        return self._srtp

    @srtp.setter
    def srtp(self, keys: SrtpPair | None) -> None:
        self._srtp = keys
        self._receiving = None if keys is None else Context(keys.receiving)
        self._sending = None if keys is None else Context(keys.sending)

    @property
    def strange(self) -> int:
        """Return how many datagrams had an SSRC that was not announced."""
        return self._gate.strange

    @property
    def standing(self) -> LegStanding:
        """Where it stands, for whoever has not heard the events."""
        peer = None if self.peer is None else self.peer.leg
        secured = self.srtp is not None
        return LegStanding(self.leg, self.answer is not None, secured, peer)

    def answered(self, answer: LegAnswer, first_sequences: tuple[int, int, int]) -> None:
        """Take what the browser answered; see `Direction` for the numbers."""
        self.answer = answer
        self._gate = gate_of(answer)
        self.inbound = direction_to(answer, self.offer.announced, first_sequences)

    def continues(self, answer: LegAnswer) -> bool:
        """Tell whether an answer changes nothing but ICE (RFC 8842, 5.5)."""
        before = self.answer
        return before is None or (
            before.audio == answer.audio
            and before.video == answer.video
            and before.fingerprints == answer.fingerprints
        )

    # --- links --------------------------------------------------------------------------------

    def link(self, peer: RelayLeg, *, now: int, patience_us: int) -> None:
        """Send what this leg sends to `peer`; to be called on both, each answered.

        Raises:
            ValueError: one of the two has not answered.
        """
        if self.answer is None or self.inbound is None or peer.inbound is None:
            raise ValueError("both legs must have answered")
        self.peer = peer
        peer.follow(self.answer, now)
        self._translator = RtcpTranslator(forth=peer.inbound, back=self.inbound)
        self._heard.clear()
        self.media_at = None
        self.stalled = False
        sends_video = self.answer.video is not None and self.answer.video.ssrc is not None
        self.keyframe_due = None
        if sends_video:
            self.await_keyframe(now, patience_us)

    def await_keyframe(self, now: int, patience_us: int) -> None:
        """Ask for a keyframe from `now` on, until one was seen or patience is over."""
        self.keyframe_due = now
        self.keyframe_until = now + patience_us

    def unlink(self) -> None:
        """Send nothing on any more, neither way; what was counted stays."""
        peer, self.peer = self.peer, None
        self._translator = None
        self.keyframe_due = None
        if peer is not None and peer.peer is self:
            peer.unlink()

    def follow(self, sender: LegAnswer, now: int) -> None:
        """Receive from the leg that gave that answer; `link` calls this."""
        if self.inbound is not None:
            self.inbound.follow(sender.sources())
        if self.meter is None:
            self.meter = Meter(started_us=now)
        else:
            self._followed += 1
            self.meter.replaced(now, self._followed)

    def ask_keyframe(self, now: int, wait_us: int) -> bytes | None:
        """Return a request for a keyframe, for the leg's own target, if one is due.

        Args:
            now: the time.
            wait_us: when to ask again.
        """
        video = None if self.answer is None else self.answer.sources().video
        announced = self.offer.announced.video
        if self.keyframe_due is None or now < self.keyframe_due:
            return None
        if now > self.keyframe_until:
            self.keyframe_due = None
            return None
        if self.srtp is None or video is None or announced is None:
            return None
        self.keyframe_due = now + wait_us
        return self.srtp.sending.protect_rtcp(pli(announced, video))

    def stalls(self, now: int, after_us: int) -> bool:
        """Tell, once, that a linked leg which had sent media has sent none for so long."""
        if self.peer is None or self.stalled or self.media_at is None:
            return False
        self.stalled = now - self.media_at > after_us
        return self.stalled

    def samples(self, now: int) -> tuple[Sampled, ...]:
        """Return what the linked leg sent here in every second not told before."""
        if self.meter is None:
            return ()
        taken = self.meter.take(now)
        sender = self.peer
        return () if sender is None else tuple(Sampled(sender.leg, figures(s)) for s in taken)

    # --- packets ------------------------------------------------------------------------------

    def receive(self, datagram: bytes, now: int) -> bytes | None:
        """Return what is to be sent to the linked leg's target, or None.

        Never raises, whatever the bytes are.
        """
        keys, context = self._srtp, self._receiving
        if keys is None or context is None:
            return self._drop(Dropped.UNSECURED)
        if not self._gate.admits(datagram):
            return self._drop(Dropped.TURNED_AWAY)
        if not self._rate.has(now):
            return self._drop(Dropped.TOO_MANY)
        if RTCP_FIRST <= datagram[1] <= RTCP_LAST:
            return self._receive_rtcp(keys, datagram, now)
        return self._receive_rtp(context, datagram, now)

    def _receive_rtp(self, context: Context, datagram: bytes, now: int) -> bytes | None:
        buffer = self._buffer
        size = buffer.decrypt(context, datagram)
        if not size:
            return self._drop(Dropped.UNAUTHENTIC)
        # Counted only now: whoever forges the leg's address must not use up what it may send.
        self._rate.spend()
        peer = self.peer
        if peer is None or peer.inbound is None:
            return self._drop(Dropped.UNLINKED)
        if peer._sending is None or peer.target is None:  # noqa: SLF001 - a leg too
            # Before it is counted: numbers that the other leg never got would be a gap.
            self._flows(now)
            return self._drop(Dropped.UNREACHABLE)
        packet = buffer.memory[:size]
        stream = peer.inbound.rewrite(packet, now)
        if stream is None or size > PLAIN_BYTES_MAX:
            return self._drop(Dropped.REFUSED if stream is None else Dropped.OVERSIZED)
        self._flows(now)
        # Before it is encrypted where it lies.
        self._count(peer, stream, packet, now)
        return self._encrypted(peer._sending, size)  # noqa: SLF001

    def _encrypted(self, context: Context, size: int) -> bytes | None:
        protected = self._buffer.encrypt(context, size)
        if protected is None:
            return self._drop(Dropped.UNENCRYPTED)
        self.forwarded += 1
        return protected

    def _flows(self, now: int) -> None:
        self.media_at = now
        if self.stalled:
            self.stalled = False
            self._tell(LegResumed(self.leg))

    def _receive_rtcp(self, keys: SrtpPair, datagram: bytes, now: int) -> bytes | None:
        try:
            plain = keys.receiving.unprotect_rtcp(datagram)
        except SRTP_REFUSALS:
            return self._drop(Dropped.UNAUTHENTIC)
        self._rate.spend()
        self._gate.proved(datagram)
        peer, translator = self.peer, self._translator
        if peer is None or translator is None:
            return self._drop(Dropped.UNLINKED)
        translated = translator.translate(plain, now)
        if not translated:
            return self._drop(Dropped.NOTHING_LEFT)
        return self._pass_on_rtcp(peer, bytes(translated))

    def _pass_on_rtcp(self, peer: RelayLeg, compound: bytes) -> bytes | None:
        if peer.srtp is None or peer.target is None:
            return self._drop(Dropped.UNREACHABLE)
        try:
            protected = peer.srtp.sending.protect_rtcp(compound)
        except SRTP_REFUSALS:
            return self._drop(Dropped.OVERSIZED)
        self.forwarded += 1
        return protected

    def _drop(self, reason: Dropped) -> bytes | None:
        self.drops[reason] += 1
        return None  # in the place of what would be sent

    def _count(self, peer: RelayLeg, stream: Stream, packet: memoryview, now: int) -> None:
        """Let the evidence see a packet that is forwarded, and tell of the first ones."""
        meter = peer.meter
        bounds = payload_bounds(packet)
        if meter is None or bounds is None:
            return
        if stream.primary is not None:
            meter.resent(now)
            return
        start, end = bounds
        if stream.kind is MediaKind.AUDIO:
            level = audio_level(packet, AUDIO_LEVEL_ID)
            heard = LEVEL_UNKNOWN if level is None else level
            meter.audio(now, stream.sequence, stream.timestamp, end - start, heard)
        else:
            codec = BY_TYPE[packet[1] & TYPE_BITS].codec
            keyframe, modes = _seen(codec, packet, start, end)
            meter.video(now, stream.sequence, stream.timestamp, end - start, modes, keyframe)
            if keyframe and self.keyframe_due is not None:
                self.keyframe_due = None
                self._tell(KeyframeSeen(self.leg))
        # Padding is sent to probe a path: no sound, no picture.
        if end > start and stream.kind not in self._heard:
            self._heard.add(stream.kind)
            self._tell(FirstMedia(self.leg, stream.kind))


def _seen(codec: Codec, packet: memoryview, start: int, end: int) -> tuple[bool, int]:
    """Return whether a packet begins a keyframe, and the bytes of its frame's modes, or 0."""
    if codec is not Codec.VP8:
        return is_keyframe(codec, packet, start, end), 0
    # Most packets are in the middle of a frame: they cost one look.
    if start == end or packet[start] & FRAME_BEGINS_BITS != FRAME_BEGINS:
        return False, 0
    found = first_partition(packet[start:end])
    return (False, 0) if found == NO_FRAME else (bool(found & 1), found >> 1)
