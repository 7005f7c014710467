"""What two legs have in common once both have answered: codecs, and the way between them.

Each leg answered the same offer by itself, long before anybody knew whom it would be linked
to. VP8 is sent at link, because no answer without it is taken. Another codec may follow later,
and only one that both accepted. What is sent against that is stopped on the way: a stream lets
through what its receiver accepted, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.answering import LegAnswer
from media.codecs import Codec, MediaKind, formats
from media.gate import Gate
from media.rewriting import Direction, Sources


@dataclass(frozen=True, slots=True)
class LinkedCodecs:
    """What a linked pair may send.

    Attributes:
        audio: None if one of them refused audio.
        video: the codec at link; None if one of them refused video.
        video_later: those that may take its place, in the order of the offer.
    """

    audio: Codec | None
    video: Codec | None
    video_later: tuple[Codec, ...]


def linked_codecs(one: LegAnswer, other: LegAnswer) -> LinkedCodecs:
    """Return which codecs two legs may use with each other."""
    both_audio = one.audio is not None and other.audio is not None
    if one.video is None or other.video is None:
        return LinkedCodecs(Codec.OPUS if both_audio else None, None, ())
    common = one.video.payload_types & other.video.payload_types
    later = tuple(
        offered.codec
        for offered in formats(MediaKind.VIDEO)
        if offered.payload_type in common and offered.codec is not Codec.VP8
    )
    return LinkedCodecs(Codec.OPUS if both_audio else None, Codec.VP8, later)


def direction_to(
    receiver: LegAnswer, announced: Sources, first_sequences: tuple[int, int, int]
) -> Direction:
    """Return the way to a leg; `Direction.follow` says who sends on it.

    Args:
        receiver: what the leg answered.
        announced: SSRCs of its offer.
        first_sequences: see `Direction`.
    """
    return Direction(announced, receiver.accepted(), first_sequences)


def gate_of(leg: LegAnswer) -> Gate:
    """Return the gate that only what a leg announced passes."""
    return Gate(leg.sources().every())
