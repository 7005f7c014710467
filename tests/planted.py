"""Looks for words in every file of some folders, in every dress that programs give them.

found = sightings(folder, ["zephyrquill"])      {Sighting("data/goodfaith.db-wal", ...)}
found = worn(content, ["zephyrquill"])          {("zephyrquill", "hex")}
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple


class Sighting(NamedTuple):
    """A word that a file has, and how it is written there."""

    file: str
    word: str
    form: str


def forms(word: str) -> Mapping[str, bytes]:
    """Give the ways in which a word may be written; lower case where case does not matter."""
    plain = word.encode()
    return {
        "plain": plain.lower(),
        "UTF-16": word.lower().encode("utf-16-le"),
        "hex": plain.hex().encode(),
        **{f"base64 at {shift}": _inner_base64(plain, shift) for shift in range(3)},
    }


def sightings(folder: Path, words: Iterable[str]) -> set[Sighting]:
    """Search every file below a folder, whatever it is called."""
    wanted = frozenset(words)
    return {
        Sighting(str(path.relative_to(folder)), word, form)
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
        for word, form in worn(path.read_bytes(), wanted)
    }


def worn(content: bytes, words: Iterable[str]) -> set[tuple[str, str]]:
    """Return which words are somewhere in `content`, and in which forms."""
    folded = content.lower()
    return {
        (word, form)
        for word in words
        for form, needle in forms(word).items()
        if needle in (content if form.startswith("base64") else folded)
    }


def _inner_base64(plain: bytes, shift: int) -> bytes:
    """Give the letters that stand for a word wherever it begins within three bytes."""
    encoded = base64.b64encode(b"\0" * shift + plain)
    first = -(-shift * 8 // 6)
    last = (shift + len(plain)) * 8 // 6
    return encoded[first:last]
