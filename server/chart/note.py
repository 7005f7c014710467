"""The note, saved as it is typed: small changes, with the whole text now and then.

    save(entries, text, base_revision) -> entries to append (none: nothing new)
    fold(entries) -> NoteState                         the text, as the last save left it

A save says which revision it was typed on. Typed on the last one, it is a change of it; typed
on an older one, because another window saved meanwhile or an answer was lost, it is joined
with what was saved since (`server.chart.note_merging`). The same save again changes nothing.

Positions count Unicode code points. The first save, and every twentieth change after a
snapshot, is a snapshot: reading never needs more than twenty changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

from server.chart.exam_entries import NoteDelta, NoteSnapshot
from server.chart.note_entries import NoteMerged
from server.chart.note_merging import merged
from server.errors import Conflict, Internal, StaleRevision

DELTAS_MAX: Final = 20
WINDOW: Final = 3 * DELTAS_MAX
"""So many of a note's last entries are enough to read and change it, nearly always."""
KINDS: Final = ("note.snapshot", "note.delta", "note.merged")
NOTE_MAX: Final = 20_000
"""Code points, as `NoteText` has it."""
NoteEntry: TypeAlias = NoteSnapshot | NoteDelta | NoteMerged


class NoteTooLong(Conflict):
    """What two windows typed is too long together; both texts still exist."""

    code = "note_too_long"
    message = "Together with what was saved in another window the note is too long. Shorten it."


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


def save(entries: Sequence[NoteEntry], text: str, *, base_revision: int) -> list[NoteEntry]:
    """Return the entries to append for a save; none when everything in it is saved already.

    Args:
        entries: the note's entries, in order; from a snapshot on is enough if they reach the
            revision that it was typed on.
        text: the whole note as typed, at most `NOTE_MAX` long.
        base_revision: the revision that it was typed on; 0 for none.

    Raises:
        StaleRevision: it was typed on a revision that this note never had.
        NoteTooLong: joined with what was saved since it is; nothing is lost.
        NoteBroken: the entries are not those of one note.
    """
    state = fold(entries)
    if base_revision > state.revision:
        raise StaleRevision
    if text == state.text:
        return []
    if base_revision < state.revision:
        return _joining(entries, state, text, base_revision)
    if state.revision == 0 or state.deltas >= DELTAS_MAX:
        return [NoteSnapshot(revision=state.revision + 1, text=text)]
    at, deleted, inserted = difference(state.text, text)
    return [
        NoteDelta(
            revision=state.revision + 1,
            base_revision=state.revision,
            at=at,
            delete=deleted,
            insert=inserted,
        )
    ]


def _joining(
    entries: Sequence[NoteEntry], state: NoteState, text: str, typed_on: int
) -> list[NoteEntry]:
    base = fold([one for one in entries if one.revision <= typed_on])
    if _was_saved([one for one in entries if one.revision > typed_on], base, text):
        return []
    joined = merged(base.text, text, state.text)
    if joined == state.text:
        return []
    if len(joined) > NOTE_MAX:
        raise NoteTooLong
    # A joined text is never a snapshot: that would hide what was typed.
    before: list[NoteEntry] = []
    if state.deltas >= DELTAS_MAX:
        before = [NoteSnapshot(revision=state.revision + 1, text=state.text)]
    revision = state.revision + len(before)
    at, deleted, inserted = difference(state.text, joined)
    entry = NoteMerged(
        revision=revision + 1,
        base_revision=revision,
        at=at,
        delete=deleted,
        insert=inserted,
        typed_on=typed_on,
        typed_sha256=sha256_of(text),
    )
    return [*before, entry]


def _was_saved(since: Sequence[NoteEntry], base: NoteState, text: str) -> bool:
    """Tell whether this very save, typed on `base`, is among the entries after it."""
    if not isinstance(since[0], NoteMerged) and apply(base, since[0]).text == text:
        return True
    typed = (base.revision, sha256_of(text))
    return any(
        (one.typed_on, one.typed_sha256) == typed
        for one in since
        if isinstance(one, NoteMerged)
    )


def is_save(entry: object) -> TypeGuard[NoteEntry]:
    """Tell whether an entry is one of the note's."""
    return isinstance(entry, NoteSnapshot | NoteDelta | NoteMerged)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of the UTF-8 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


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

    Entries from some snapshot on are enough: it holds all that was there before.

    Raises:
        NoteBroken: an entry is missing or not of this note.
    """
    state: NoteState | None = None
    for entry in entries:
        if state is None:
            before = entry.revision - 1 if isinstance(entry, NoteSnapshot) else 0
            state = NoteState(revision=before)
        state = apply(state, entry)
    return state or EMPTY


def since_snapshot(entries: Sequence[NoteEntry]) -> Sequence[NoteEntry]:
    """Return the entries from the first snapshot among them on; what is before it is of no use.

    The last `WINDOW` entries of a note have one among them, unless they are all.
    """
    first = next((n for n, one in enumerate(entries) if isinstance(one, NoteSnapshot)), 0)
    return entries[first:]


def reaches(entries: Sequence[NoteEntry], revision: int) -> bool:
    """Tell whether these entries, from a snapshot on, say what the note was at a revision."""
    first = entries[0].revision if entries else 1
    return first == 1 or revision >= first


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
