"""Frames: how many pictures arrive, how large they are, and whether their sizes vary.

A moving picture is coded into frames of ever different sizes, because what changed differs
from frame to frame. A black or a still picture, once the encoder has refined it, is coded into
frames of nearly one size. `varied` counts the frames that left the size of the one before by
more than 1/32 and 3 bytes. Keyframes are not compared.

Compared is, where it is known, the size of the part that holds modes and motion vectors
(`media.vp8`): the rate control of VP8 can hold whole frames at one size although a face moves.
Otherwise it is the size of the frame, but not of one of which a packet is missing, or loss
would look like movement.

A frame is all packets of one RTP timestamp, complete when a newer timestamp is seen. Nothing is
decoded here. What the sizes can and cannot tell is in docs/evidence.md, with what was measured.
"""

from __future__ import annotations

from math import isqrt
from typing import Final

from media.flow import TIMESTAMP_HALF, TIMESTAMP_MASK

VARIED_PART: Final = 32
VARIED_BYTES: Final = 3


class Frames:
    """The pictures of one direction in the present second."""

    __slots__ = (
        "_keyframe",
        "_modes",
        "_previous",
        "_size",
        "_squares",
        "_sum",
        "_timestamp",
        "_whole",
        "complete",
        "keyframes",
        "varied",
    )

    def __init__(self) -> None:
        self.clear()
        self.restart()

    def restart(self) -> None:
        """Forget the unfinished picture: what follows comes from another source."""
        self._timestamp = -1
        self._size = self._modes = self._previous = 0
        self._whole = True
        self._keyframe = False

    def packet(
        self, timestamp: int, size: int, modes: int, *, keyframe: bool, follows: bool
    ) -> bool:
        """Add one packet; return whether it began a picture.

        Args:
            timestamp: of RTP.
            size: of its payload, in bytes.
            modes: bytes of modes and motion vectors of the picture, 0 where unknown.
            keyframe: it begins a picture that stands alone.
            follows: no packet is missing before it.
        """
        if timestamp == self._timestamp:
            self._size += size
            if modes:
                self._modes = modes
            if keyframe:
                self._keyframe = True
            if not follows:
                self._whole = False
            return False
        if self._timestamp >= 0:
            if not follows:
                if (timestamp - self._timestamp) & TIMESTAMP_MASK >= TIMESTAMP_HALF:
                    return False  # a late packet of an older picture
                self._whole = False
            self._finish()
        self._timestamp = timestamp
        self._size = size
        self._modes = modes
        self._keyframe = keyframe
        self._whole = follows
        return True

    def _finish(self) -> None:
        """Count the picture that is complete now."""
        self.complete += 1
        if self._keyframe:
            self.keyframes += 1
            self._previous = 0
            return
        size = self._size
        self._sum += size
        self._squares += size * size
        compared = self._modes
        if not compared:
            if not self._whole:
                self._previous = 0
                return
            compared = size
        previous = self._previous
        if previous and abs(compared - previous) > previous // VARIED_PART + VARIED_BYTES:
            self.varied += 1
        self._previous = compared

    @property
    def mean(self) -> int:
        """Return the mean size of pictures that are no keyframes, in bytes."""
        count = self.complete - self.keyframes
        return self._sum // count if count else 0

    @property
    def deviation(self) -> int:
        """Return the standard deviation of the same, in bytes."""
        count = self.complete - self.keyframes
        if not count:
            return 0
        return isqrt(max(0, count * self._squares - self._sum * self._sum)) // count

    def clear(self) -> None:
        """Begin a new second; an unfinished picture goes into it."""
        self.complete = self.keyframes = self.varied = 0
        self._sum = self._squares = 0
