"""A flow: the packets of one medium in one direction, counted as they arrive.

Counts packets, bytes, loss and gaps of the present second, and keeps what must outlive it (the
last sequence number, the last arrival, the jitter). On the hot path of the relay: plain
integers in slots, nothing is allocated for a packet.

It is not a jitter buffer: it keeps no packet and never waits for one.
"""

from __future__ import annotations

from typing import Final

from media.sample import GAP_MS_MAX, MICROSECONDS_PER_MILLISECOND, MICROSECONDS_PER_SECOND

SEQUENCE_MASK: Final = 0xFFFF
SEQUENCE_HALF: Final = 0x8000
DROPOUT_MAX: Final = 3_000  # RFC 3550, A.1: beyond it, the source began anew
TIMESTAMP_MASK: Final = 0xFFFFFFFF
TIMESTAMP_HALF: Final = 0x80000000
JITTER_STEP_US_MAX: Final = 10 * MICROSECONDS_PER_SECOND  # beyond it, a clock jumped


class Flow:
    """What arrived of one medium; `clock_hz` is the rate of its RTP timestamps."""

    __slots__ = (
        "_clock_hz",
        "_highest",
        "_jitter_16",
        "_last_at",
        "_transit_at",
        "_transit_timestamp",
        "gap_us",
        "lost",
        "octets",
        "packets",
    )

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._jitter_16 = 0
        self._last_at = -1
        self.packets = self.octets = self.lost = self.gap_us = 0
        self.restart()

    def restart(self) -> None:
        """Forget sequence and timestamps: what follows comes from another source."""
        self._highest = -1
        self._transit_at = -1
        self._transit_timestamp = 0

    def arrive(self, at_us: int, sequence: int, size: int) -> bool:
        """Count one packet; return whether it followed directly on the highest so far."""
        self.packets += 1
        self.octets += size
        if self._last_at >= 0:
            gap = at_us - self._last_at
            if gap > self.gap_us:  # noqa: PLR1730 - a call of max() costs more than the rest
                self.gap_us = gap
        self._last_at = at_us
        step = (sequence - self._highest) & SEQUENCE_MASK
        if step == 1:
            self._highest = sequence
            return True
        self._leap(sequence, step)
        return False

    def _leap(self, sequence: int, step: int) -> None:
        """Account for a packet that is the first, late, doubled, or behind missing ones."""
        if self._highest < 0 or DROPOUT_MAX < step < SEQUENCE_MASK - DROPOUT_MAX:
            self._highest = sequence
        elif step >= SEQUENCE_HALF:
            self.lost -= 1  # it was counted as missing; `closed` clamps what is doubled
        elif step:
            self.lost += step - 1
            self._highest = sequence

    def transit(self, at_us: int, timestamp: int) -> None:
        """Take the spacing of one packet, or of one frame, into the jitter."""
        if self._transit_at >= 0:
            sent = (timestamp - self._transit_timestamp) & TIMESTAMP_MASK
            if sent >= TIMESTAMP_HALF:
                sent -= TIMESTAMP_MASK + 1
            spread = at_us - self._transit_at - sent * MICROSECONDS_PER_SECOND // self._clock_hz
            if spread < 0:
                spread = -spread
            if spread <= JITTER_STEP_US_MAX:
                self._jitter_16 += spread - ((self._jitter_16 + 8) >> 4)
        self._transit_at = at_us
        self._transit_timestamp = timestamp

    @property
    def jitter_us(self) -> int:
        """Return the running estimate, in microseconds."""
        return self._jitter_16 >> 4

    def gap_ms(self, ends_at_us: int) -> int:
        """Return the longest gap of this second, one that is still open included."""
        gap = self.gap_us
        if self._last_at >= 0:
            gap = max(gap, ends_at_us - self._last_at)
        return min(GAP_MS_MAX, gap // MICROSECONDS_PER_MILLISECOND)

    def clear(self) -> None:
        """Begin a new second."""
        self.packets = self.octets = self.lost = self.gap_us = 0
