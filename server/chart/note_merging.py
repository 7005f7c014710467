"""Two texts that grew from one, joined so that nothing typed in either is lost.

    merged(base, one, other) -> text          merged(base, other, one) is the same

Compared word by word. What was changed in different places is taken from both. Where both
changed the same place, both versions stay, each on lines of its own, in the order of their
code points (a version that begins with a line break last, so that a line that was being typed
goes on as a line). What one deleted and the other changed stays as changed. Two versions that
are the same are one.

So it does not matter which window saved first, and a word can stand twice but never be gone.
`web/src/console/note-merging.ts` is the same function; `tests/vectors/note_merging.json` holds
both together. Pure: it knows no entries and no revisions.

Source: three-way merge as in diff3 (Khanna, Kunal, Pierce 2007, "A formal investigation of
diff3"), on the shortest edit script of Myers 1986, "An O(ND) difference algorithm".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Spelled out, since `\w` and `\s` are other characters in other languages.
WORD: Final = re.compile(r"\n|[ \t]+|[^ \t\n]+")
BLANK: Final = " \t\n"
CHANGES_MAX: Final = 400
"""Words that may differ before two texts are compared as one changed piece: bounds the time."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words [start, end) of the base became `words`."""

    start: int
    end: int
    words: tuple[str, ...]


def merged(base: str, one: str, other: str) -> str:
    """Return what both made of `base`.

    Every word that `one` or `other` put in is in it, and what neither touched is in it once.
    The order of the two does not matter.
    """
    if other in {one, base}:
        return one
    if one == base:
        return other
    words = WORD.findall(base)
    left, right = hunks(words, WORD.findall(one)), hunks(words, WORD.findall(other))
    return "".join(_joined(words, left, right))


def hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """Return what turned `before` into `after`, in order; blanks alone do not part two."""
    found: list[Hunk] = []
    for hunk in _apart(before, after):
        last = found[-1] if found else None
        if last is not None and all(one[0] in BLANK for one in before[last.end : hunk.start]):
            between = tuple(before[last.end : hunk.start])
            found[-1] = Hunk(last.start, hunk.end, (*last.words, *between, *hunk.words))
        else:
            found.append(hunk)
    return found


def _apart(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    kept = _kept(old, new)
    if kept is None:
        return [Hunk(head, head + len(old), tuple(new))]
    found: list[Hunk] = []
    i = j = 0
    for x, y in [*kept, (len(old), len(new))]:
        if x > i or y > j:
            found.append(Hunk(head + i, head + x, tuple(new[j:y])))
        i, j = x + 1, y + 1
    return found


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return the pairs of words that stayed; None when too much differs to look further."""
    best: dict[int, int] = {1: 0}
    trail: list[dict[int, int]] = []
    for changes in range(min(len(old) + len(new), CHANGES_MAX) + 1):
        trail.append(dict(best))
        for k in range(-changes, changes + 1, 2):
            down = k == -changes or (k != changes and best[k - 1] < best[k + 1])
            x = best[k + 1] if down else best[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            best[k] = x
            if x >= len(old) and x - k >= len(new):
                return _walked_back(trail, len(old), len(new))
    return None


def _walked_back(trail: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for changes in range(len(trail) - 1, -1, -1):
        best, k = trail[changes], x - y
        down = k == -changes or (k != changes and best[k - 1] < best[k + 1])
        from_x = best[k + 1] if down else best[k - 1]
        from_y = from_x - (k + 1 if down else k - 1)
        while x > max(from_x, 0) and y > max(from_y, 0):
            x, y = x - 1, y - 1
            kept.append((x, y))
        x, y = from_x, from_y
    return kept[::-1]


def _joined(base: Sequence[str], left: list[Hunk], right: list[Hunk]) -> list[str]:
    out: list[str] = []
    at = 0
    left, right = left[::-1], right[::-1]
    while left or right:
        start, end, mine, theirs = _region(left, right)
        out.extend(base[at:start])
        versions = [_applied(base, start, end, one) for one in (mine, theirs) if one]
        out.append(versions[0] if len(versions) == 1 else _both(*versions))
        at = end
    out.extend(base[at:])
    return out


def _region(left: list[Hunk], right: list[Hunk]) -> tuple[int, int, list[Hunk], list[Hunk]]:
    """Take the next hunk, and all of either side that overlap it, off the ends of the lists.

    What was put in just before or behind a changed place overlaps nothing.
    """
    first = min((side[-1] for side in (left, right) if side), key=lambda h: (h.start, h.end))
    start, end = first.start, first.end
    taken: tuple[list[Hunk], list[Hunk]] = ([], [])
    grew = True
    while grew:
        grew = False
        for side, into in zip((left, right), taken, strict=True):
            while side and (
                side[-1].start < end or side[-1] == Hunk(start, end, side[-1].words)
            ):
                hunk = side.pop()
                end = max(end, hunk.end)
                into.append(hunk)
                grew = True
    return start, end, *taken


def _applied(base: Sequence[str], start: int, end: int, changed: Sequence[Hunk]) -> str:
    out: list[str] = []
    at = start
    for hunk in changed:
        out.extend((*base[at : hunk.start], *hunk.words))
        at = hunk.end
    out.extend(base[at:end])
    return "".join(out)


def _both(one: str, other: str) -> str:
    if one == other or not other:
        return one
    if not one:
        return other
    first, second = sorted((one, other), key=lambda text: (text.startswith("\n"), text))
    apart = "" if first.endswith("\n") or second.startswith("\n") else "\n"
    return f"{first}{apart}{second}"
