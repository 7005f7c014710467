"""What a roster file would change, and changing it: all or nothing.

    text -> parse -> who is meant -> what is there already -> overlaps -> Import
                                                                           | no errors
                                                                           v
                                                              remove, then add, one commit

The same file twice changes nothing the second time. With a stretch to replace, what is planned
to begin in it and is not in the file goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from server.accounts import new_id
from server.services import Core
from server.staffing.meant import Names, names_of, who_is
from server.staffing.refusals import ShiftOverlaps, ShiftsFull
from server.staffing.roster_csv import PlannedLine, Remark, parse
from server.staffing.shift_rules import AHEAD_US, OF_NETWORK_MAX
from server.staffing.spans import DAY_US, Span
from server.storage import shifts
from server.storage.database import Tx
from server.storage.shifts import Shift, ShiftSource

TWICE: Final = "The same shift stands in an earlier line: it was taken once."
REMARKS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Import:
    """What a file comes to.

    Attributes:
        lines: how many shifts it has.
        added: those that are not there yet.
        removed: those that go, because they are replaced.
        unchanged: how many are there already.
        errors: what bars it; then nothing is changed.
        notes: what somebody should look at; it bars nothing.
    """

    lines: int
    added: tuple[Shift, ...]
    removed: tuple[Shift, ...]
    unchanged: int
    errors: tuple[Remark, ...]
    notes: tuple[Remark, ...]


async def plan(
    tx: Tx,
    core: Core,
    network_id: str,
    text: str,
    *,
    source: ShiftSource,
    replaced: Span | None = None,
) -> Import:
    """Return what a file would change in a network's roster; nothing is written."""
    now = core.clock.now()
    roster = parse(text, now=now)
    names = await names_of(tx, network_id, active_only=True)
    errors, notes = list(roster.errors), list(roster.notes)
    wanted = _wanted(roster.lines, names, errors, notes)
    await shifts.lock_of(tx, sorted({who for who, _ in wanted}))
    there = await _there(tx, network_id, wanted, replaced)
    known = {_key(one): one for one in there}
    removed = tuple(
        one
        for key, one in known.items()
        if replaced is not None and replaced.contains(one.starts_at) and key not in wanted
    )
    gone = {one.shift_id for one in removed}
    errors += _overlaps(wanted, [one for one in there if one.shift_id not in gone])
    added = tuple(
        Shift(new_id(core), network_id, who, span.starts_at, span.ends_at, source, now)
        for who, span in wanted
        if (who, span) not in known
    )
    planned = await shifts.count_since(tx, network_id, now)
    if planned + len(added) - len(removed) > OF_NETWORK_MAX:
        errors.append(Remark(0, "", ShiftsFull.code, ShiftsFull.message))
    errors.sort(key=lambda one: one.line)
    return Import(
        lines=len(roster.lines),
        added=added,
        removed=removed,
        unchanged=len(wanted) - len(added),
        errors=tuple(errors[:REMARKS_MAX]),
        notes=tuple(sorted(notes, key=lambda one: one.line)[:REMARKS_MAX]),
    )


async def apply(tx: Tx, planned: Import) -> None:
    """Write what `plan` found, in its transaction. One with errors is never written."""
    if planned.errors:
        return
    await shifts.remove(tx, [one.shift_id for one in planned.removed])
    await shifts.add(tx, planned.added)


Key = tuple[str, Span]


def _key(one: Shift) -> Key:
    return one.practitioner_id, Span(one.starts_at, one.ends_at)


def _wanted(
    lines: Sequence[PlannedLine],
    names: Names,
    errors: list[Remark],
    notes: list[Remark],
) -> dict[Key, int]:
    """Return the shifts of a file with their lines; what stands twice is taken once."""
    wanted: dict[Key, int] = {}
    for one in lines:
        who = who_is(names, one.practitioner, one.line)
        if isinstance(who, Remark):
            errors.append(who)
        elif (who, one.span) in wanted:
            notes.append(Remark(one.line, "", "line_twice", TWICE))
        else:
            wanted[who, one.span] = one.line
    return wanted


async def _there(
    tx: Tx, network_id: str, wanted: Mapping[Key, int], replaced: Span | None
) -> list[Shift]:
    """Return the shifts that a file may meet: near its own, and in what it replaces."""
    spans = [span for _, span in wanted] + ([replaced] if replaced else [])
    if not spans:
        return []
    start = min(one.starts_at for one in spans) - DAY_US
    end = min(max(one.ends_at for one in spans), start + AHEAD_US + 2 * DAY_US)
    found: list[Shift] = []
    at = start
    while at < end:  # by the week, so that no page is cut off
        until = min(at + 7 * DAY_US, end)
        found += await shifts.between(tx, network_id, at, until)
        at = until
    return list({one.shift_id: one for one in found}.values())


def _overlaps(wanted: Mapping[Key, int], kept: Sequence[Shift]) -> list[Remark]:
    """Return every line whose shift lies over another one of the same practitioner."""
    taken: defaultdict[str, list[tuple[Span, int | None]]] = defaultdict(list)
    for (who, span), line in wanted.items():
        taken[who].append((span, line))
    for one in kept:
        if _key(one) not in wanted:
            taken[one.practitioner_id].append((Span(one.starts_at, one.ends_at), None))
    remarks: list[Remark] = []
    for spans in taken.values():
        spans.sort(key=lambda one: (one[0], one[1] or 0))
        for (before, before_line), (after, after_line) in pairwise(spans):
            lines = [one for one in (after_line, before_line) if one is not None]
            if lines and before.overlaps(after):
                remarks.append(_overlap(*lines))
    return remarks


def _overlap(line: int, other: int | None = None) -> Remark:
    words = f" It stands in line {other}." if other is not None else ""
    return Remark(line, "", ShiftOverlaps.code, ShiftOverlaps.message + words)
