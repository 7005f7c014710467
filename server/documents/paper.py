"""A paper as the layout takes it: a title and parts, every one of them plain text.

This is all that crosses into `exam.typ`, as JSON. Characters that could hide or reorder text
(control and format characters) are taken out here: a signed paper must show what it says.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

from server.views import Language

LONG_WORD: Final = re.compile(r"\S{40}(?=\S)")
MAY_BREAK: Final = "\u200b"  # zero-width space: a word longer than a column breaks here


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, two pairs in a line."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `widths` are shares of the line, one per column."""

    heading: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    heading: str
    items: tuple[str, ...]
    kind: Literal["list"] = "list"


Part: TypeAlias = Facts | Grid | Prose | Items


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed."""

    language: Language
    title: str
    author: str
    subtitle: str
    banner: str | None
    parts: tuple[Part, ...]
    footer: str
    page: str


def as_json(paper: Paper, *, spelled_out: frozenset[str] = frozenset()) -> str:
    """Return the JSON that the layout reads.

    Args:
        paper: what is printed.
        spelled_out: characters that no font has; shown by their number, like `[U+1F600]`.
    """
    return json.dumps(_clean(asdict(paper), spelled_out), ensure_ascii=False)


def _clean(value: object, spelled_out: frozenset[str]) -> object:
    if isinstance(value, str):
        text = "".join(_shown(one, spelled_out) for one in value)
        return LONG_WORD.sub(rf"\g<0>{MAY_BREAK}", text)
    if isinstance(value, dict):
        return {name: _clean(one, spelled_out) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, spelled_out) for one in value]
    return value


def _shown(character: str, spelled_out: frozenset[str]) -> str:
    if character == "\n":
        return character
    if character in spelled_out:
        return f"[U+{ord(character):04X}]"
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else character
