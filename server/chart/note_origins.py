"""Which saves the lines of the note are from: so that whoever reads a line can look there.

    origins(saves) -> numbers of entries, for each line of the text

A snapshot says all of its lines, so what was before the last one is of no use: a line has that
entry, and those of the changes since that put words into it or took some out of it. That is no
account of who typed which letter: it names the entries to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from server.chart.exam_entries import NoteSnapshot
from server.chart.note import NoteEntry, NoteState, apply

Seqs: TypeAlias = frozenset[int]
BREAK = "\n"


@dataclass(frozen=True, slots=True)
class _Traced:
    """A note, and for each of its lines the entries that it is from."""

    note: NoteState
    lines: tuple[Seqs, ...] = (frozenset(),)


def origins(saves: Iterable[tuple[int, NoteEntry]]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of the entries that say each line, in order.

    Args:
        saves: the note's entries with their numbers, in order; from the last snapshot on is
            enough. There are at most `DELTAS_MAX` after it, which bounds what a line has.

    Returns:
        One item for each line of the text as it is now, empty lines included; none without
        a save.

    Raises:
        NoteBroken: an entry is missing or not of this note.
    """
    traced: _Traced | None = None
    for seq, entry in saves:
        if traced is None:
            before = entry.revision - 1 if isinstance(entry, NoteSnapshot) else 0
            traced = _Traced(NoteState(revision=before))
        traced = _after(traced, entry, seq)
    return () if traced is None else tuple(tuple(sorted(one)) for one in traced.lines)


def _after(traced: _Traced, entry: NoteEntry, seq: int) -> _Traced:
    note = apply(traced.note, entry)
    lines = note.text.split(BREAK)
    if isinstance(entry, NoteSnapshot):
        return _Traced(note, (frozenset((seq,)),) * len(lines))
    text, end = traced.note.text, entry.at + entry.delete
    first, last = text.count(BREAK, 0, entry.at), text.count(BREAK, 0, end)
    made: list[Seqs] = [frozenset((seq,))] * (entry.insert.count(BREAK) + 1)
    if text[: entry.at].rpartition(BREAK)[2]:
        made[0] |= traced.lines[first]
    if text[end:].partition(BREAK)[0]:
        made[-1] |= traced.lines[last]
    # A line that reads as before is from where it was: another one came or went beside it.
    old = text.split(BREAK)
    if lines[first] == old[first]:
        made[0] = traced.lines[first]
    if lines[first + len(made) - 1] == old[last]:
        made[-1] = traced.lines[last]
    return _Traced(note, (*traced.lines[:first], *made, *traced.lines[last + 1 :]))
