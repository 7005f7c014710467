"""What changed between two snapshots: every value that was added, removed or is another now.

Rules are compared by their names, sources by theirs, so that a change inside a rule is told
as such. `decides` tells which changes a decision may feel; the rest is for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from server.chart.canonical import JsonValue
from server.rules.snapshot import Snapshot

PROSE: Final = frozenset(
    {"note", "note_citations", "notes", "conflict", "title", "url", "published_on"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was; None stands for a value that is not there.

    Attributes:
        where: the place in the snapshot, as `TX.rules.TX-1.minimum.value`.
        before: canonical text of what it was.
        after: canonical text of what it is.
    """

    where: str
    before: str | None
    after: str | None

    @property
    def decides(self) -> bool:
        """Tell whether a decision may feel it."""
        return not PROSE & set(self.where.split(".")) and ".sources." not in self.where


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """Return what changed, in the order of the places."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return tuple(
        Change(where, old.get(where), new.get(where))
        for where in sorted({*old, *new})
        if old.get(where) != new.get(where)
    )


def _leaves(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    content: dict[str, JsonValue] = snapshot.model_dump(mode="json")
    laws = content.pop("jurisdictions")
    assert isinstance(laws, Mapping)
    yield from _walk(content, "")
    yield from _walk(laws, "")


def _walk(value: JsonValue, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from _walk(one, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and _named(value):
        for one in value:
            assert isinstance(one, Mapping)
            yield from _walk(one, f"{place}.{one['name']}")
    else:
        yield place, json.dumps(value, ensure_ascii=False, sort_keys=True)


def _named(value: list[JsonValue]) -> bool:
    return bool(value) and all(isinstance(one, Mapping) and "name" in one for one in value)
