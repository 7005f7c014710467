"""A session description cut into sections, within limits, whoever wrote it.

The reader of an answer stands on this. It knows lines and attributes, nothing of what they
mean: RFC 8866 5 for the lines, 5.13 for attributes. Only texts that are short enough are looked
at, and every pass over one is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Types in the order of RFC 8866, 5; control characters would be a second text in the first.
LINE: Final = re.compile(r"[a-z]=[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")

# RFC 8839, 5.4: ice-char, the least and most of each.
ICE_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}")
ICE_PWD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}")


class AnswerFault(StrEnum):
    """What is wrong with an answer; its value is the code on the wire."""

    TOO_LARGE = "answer_too_large"
    MALFORMED = "answer_malformed"
    SECTIONS = "answer_sections"
    NOTHING_ACCEPTED = "answer_nothing_accepted"
    INSECURE = "answer_insecure"
    FINGERPRINT = "answer_fingerprint"
    SETUP = "answer_setup"
    ICE = "answer_ice"
    BUNDLE = "answer_bundle"
    CODEC_MISSING = "answer_codec_missing"
    CODEC_CHANGED = "answer_codec_changed"
    EXTENSION_CHANGED = "answer_extension_changed"
    STREAMS = "answer_streams"
    CANDIDATES = "answer_candidates"


class AnswerRefused(Exception):
    """An answer that no leg is made from.

    Attributes:
        code: the value of its `AnswerFault`.
        detail: what was looked for, in fixed words; nothing of the answer itself.
    """

    message = "This browser could not agree on a secure connection."

    def __init__(self, fault: AnswerFault, detail: str) -> None:
        super().__init__(self.message, fault.value, detail)
        self.code = fault.value
        self.detail = detail


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How much of an answer is read.

    Attributes:
        bytes_max: of the whole text; browsers write about 6 KB.
        lines_max: of the whole text.
        line_chars_max: of one line.
        candidates_max: over all sections.
        streams_max: SSRCs in one section.
        fingerprints_max: of one leg.
    """

    bytes_max: int = 32_768
    lines_max: int = 600
    line_chars_max: int = 1_024
    candidates_max: int = 32
    streams_max: int = 8
    fingerprints_max: int = 4


@dataclass(frozen=True, slots=True)
class Section:
    """The lines before the first `m=`, or those of one media section.

    Attributes:
        media: text of the media line without `m=`; empty for the session.
        attributes: (name, value) of every attribute; the value may be empty.
    """

    media: str
    attributes: tuple[tuple[str, str], ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of every attribute of a name, in order."""
        return tuple(value for key, value in self.attributes if key == name)

    def has(self, name: str) -> bool:
        """Tell whether there is an attribute of a name."""
        return any(key == name for key, _ in self.attributes)


def sections(text: str, limits: AnswerLimits) -> list[Section]:
    """Return the session, then its media sections.

    Raises:
        AnswerRefused: too large, or not lines of `x=value`.
    """
    lines = _lines(text, limits)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line)
    return [_section(block) for block in blocks]


def _lines(text: str, limits: AnswerLimits) -> list[str]:
    # Characters first: they are at most as many, and counting them costs nothing.
    if len(text) > limits.bytes_max:
        raise AnswerRefused(AnswerFault.TOO_LARGE, "bytes")
    if len(text.encode("utf-8", "surrogatepass")) > limits.bytes_max:
        raise AnswerRefused(AnswerFault.TOO_LARGE, "bytes")
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    if len(lines) > limits.lines_max:
        raise AnswerRefused(AnswerFault.TOO_LARGE, "lines")
    if max(map(len, lines)) > limits.line_chars_max:
        raise AnswerRefused(AnswerFault.TOO_LARGE, "characters of a line")
    if lines[0] != "v=0" or not all(LINE.fullmatch(line) for line in lines):
        raise AnswerRefused(AnswerFault.MALFORMED, "lines")
    return lines


def _section(lines: list[str]) -> Section:
    attributes = [line[2:].partition(":") for line in lines if line.startswith("a=")]
    return Section(
        media=lines[0][2:] if lines and lines[0].startswith("m=") else "",
        attributes=tuple((name, value) for name, _, value in attributes),
    )
