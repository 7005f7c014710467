"""The note, saved as it is typed: small changes, with the whole text now and then.

    save(state, text, base_revision) -> NoteSnapshot | NoteDelta | None (nothing changed)
    fold(entries) -> NoteState                         the text, as the last save left it

A save says which revision it was typed on, so a second window cannot silently undo the first.
Positions count Unicode code points. The first save, and every twentieth change after a
snapshot, is a snapshot: reading never needs more than twenty changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from server.chart.exam_entries import NoteDelta, NoteSnapshot
from server.errors import Internal, StaleRevision

DELTAS_MAX: Final = 20
NoteEntry: TypeAlias = NoteSnapshot | NoteDelta


class NoteBroken(Internal):
    """A change that does not fit the text before it: the entries are not those of one note."""


@dataclass(frozen=True, slots=True)
class NoteState:
    """The note so far.

    Attributes:
        text: as typed.
        revision: 0 before the first save, then one more with each.
        deltas: changes since the last snapshot.
    """

    text: str = ""
    revision: int = 0
    deltas: int = 0


EMPTY: Final = NoteState()


def save(state: NoteState, text: str, *, base_revision: int) -> NoteEntry | None:
    """Return the entry to append for a save, or None when the text is the same.

    Args:
        state: the note as it stands.
        text: the whole note as typed, at most `NoteText` long.
        base_revision: the revision that it was typed on; 0 for none.

    Raises:
        StaleRevision: the note was saved in another place since; nothing is lost, both texts
            still exist.
    """
    if base_revision != state.revision:
        raise StaleRevision
    if text == state.text:
        return None
    revision = state.revision + 1
    if state.revision == 0 or state.deltas >= DELTAS_MAX:
        return NoteSnapshot(revision=revision, text=text)
    at, deleted, inserted = difference(state.text, text)
    return NoteDelta(
        revision=revision, base_revision=base_revision, at=at, delete=deleted, insert=inserted
    )


def difference(before: str, after: str) -> tuple[int, int, str]:
    """Return where `after` begins to differ, how much went there, and what came instead."""
    prefix = _shared(before, after)
    before_rest, after_rest = before[prefix:], after[prefix:]
    suffix = _shared(before_rest[::-1], after_rest[::-1])
    return prefix, len(before_rest) - suffix, after_rest[: len(after_rest) - suffix]


def apply(state: NoteState, entry: NoteEntry) -> NoteState:
    """Return the note after one saved entry.

    Raises:
        NoteBroken: the entry does not follow on `state`.
    """
    if entry.revision != state.revision + 1:
        raise NoteBroken
    if isinstance(entry, NoteSnapshot):
        return NoteState(entry.text, entry.revision)
    end = entry.at + entry.delete
    if entry.base_revision != state.revision or end > len(state.text):
        raise NoteBroken
    text = state.text[: entry.at] + entry.insert + state.text[end:]
    return NoteState(text, entry.revision, state.deltas + 1)


def fold(entries: Iterable[NoteEntry]) -> NoteState:
    """Return the note that these entries, in order, amount to.

    Raises:
        NoteBroken: an entry is missing or not of this note.
    """
    state = EMPTY
    for entry in entries:
        state = apply(state, entry)
    return state


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
