"""Answers that somebody has tampered with: read within limits or refused, nothing between."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from media.answering import LegAnswer, read_answer
from media.codecs import BY_RTX_TYPE, BY_TYPE
from media.description import AnswerFault, AnswerLimits, AnswerRefused

SEED: Final = 20_260_702
ANSWERS: Final = Path(__file__).parent / "answers"
GENUINE: Final = [one.read_text().splitlines() for one in sorted(ANSWERS.glob("*.sdp"))]
LIMITS: Final = AnswerLimits()
NUMBERS: Final = ("0", "-1", "65536", "4294967296", "9" * 400, "1e9", "٣", "")
PIECES: Final = (
    "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
    "a=fingerprint:sha-256 00:11",
    "a=ssrc:1 cname:x",
    "a=ssrc-group:FID 1 2",
    "a=extmap:3 urn:example:x",
    "a=ice-ufrag:" + "x" * 300,
    "a=ice-lite",
    "a=setup:holdconn",
    "a=group:BUNDLE 0 1 2",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "a=rtpmap:96 VP8/90000",
    "c=IN IP4 192.0.2.1",
    "\x00",
    "a=" + "b" * 2_000,
)

Lines = list[str]


def cut(dice: random.Random, lines: Lines) -> None:
    at = dice.randrange(len(lines))
    lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]


def moved(dice: random.Random, lines: Lines) -> None:
    lines.insert(dice.randrange(len(lines)), lines.pop(dice.randrange(len(lines))))


def repeated(dice: random.Random, lines: Lines) -> None:
    at = dice.randrange(len(lines))
    lines[at:at] = [lines[at]] * dice.choice([1, 2, 8, 40, 700])


def left_out(dice: random.Random, lines: Lines) -> None:
    del lines[dice.randrange(len(lines))]


def renumbered(dice: random.Random, lines: Lines) -> None:
    at = dice.randrange(len(lines))
    words = lines[at].split(" ")
    words[dice.randrange(len(words))] = dice.choice(NUMBERS)
    lines[at] = " ".join(words)


def added(dice: random.Random, lines: Lines) -> None:
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(PIECES))


def garbled(dice: random.Random, lines: Lines) -> None:
    at = dice.randrange(len(lines))
    place = dice.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:place] + chr(dice.randrange(0x3000)) + lines[at][place + 1 :]


def crossed(dice: random.Random, lines: Lines) -> None:
    """Go on with another browser's answer."""
    other = dice.choice(GENUINE)
    at = dice.randrange(min(len(lines), len(other)))
    lines[at:] = other[at:]


DAMAGES: Final[list[Callable[[random.Random, Lines], None]]] = [
    *(cut, moved, repeated, left_out, renumbered, added, garbled, crossed)
]


def tampered(dice: random.Random) -> str:
    lines = list(dice.choice(GENUINE))
    for _ in range(dice.randrange(1, 5)):
        dice.choice(DAMAGES)(dice, lines)
        lines = lines or [""]
    return dice.choice(["\n", "\r\n"]).join(lines) + dice.choice(["", "\n"])


def is_within_limits(answer: LegAnswer) -> bool:
    """Tell whether nothing in an answer is more, or other, than what was offered."""
    sources = answer.sources().every()
    accepted = answer.accepted()
    return (
        len(sources) == len(set(sources)) <= 3
        and accepted.audio | accepted.video <= set(BY_TYPE)
        and accepted.rtx <= set(BY_RTX_TYPE)
        and len(answer.candidates) <= LIMITS.candidates_max
        and 0 < len(answer.fingerprints) <= LIMITS.fingerprints_max
        and 4 <= len(answer.ice_ufrag) <= 256
    )


def suffer(count: int) -> None:
    dice = random.Random(SEED)
    read, refused = 0, set[str]()
    for _ in range(count):
        try:
            answer = read_answer(tampered(dice))
        except AnswerRefused as refusal:
            refused.add(refusal.code)
        else:
            read += 1
            assert is_within_limits(answer)
    assert 0 < read < count
    # Nearly every way to refuse one was needed.
    assert refused <= set(AnswerFault)
    assert len(refused) >= len(AnswerFault) - 2


def test_five_thousand_answers_that_were_tampered_with_are_read_or_refused() -> None:
    suffer(5_000)


@pytest.mark.long
def test_a_hundred_thousand_answers_that_were_tampered_with_are_read_or_refused() -> None:
    suffer(100_000)
