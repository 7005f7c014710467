"""What was added to a chart after it was signed: who said what, when.

The original stays as it was signed; both are always shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from server.chart.entries import AnyEntry
from server.chart.exam_entries import Addendum
from server.chart.leaf import Leaf

Author: TypeAlias = Literal["practitioner", "staff", "software", "system"]


@dataclass(frozen=True, slots=True)
class Amendment:
    """An addendum.

    Attributes:
        at: when it was added, microseconds UTC.
        author: in which role.
        author_id: their identifier; empty for the system.
        text: as it was typed.
    """

    at: int
    author: Author
    author_id: str
    text: str


def amendments(leaves: Iterable[Leaf], entries: Iterable[AnyEntry]) -> tuple[Amendment, ...]:
    """Return the addenda of a chart, in order; its leaves and entries go side by side."""
    return tuple(
        Amendment(leaf.at, _role(leaf.actor), leaf.actor.partition(":")[2], entry.text)
        for leaf, entry in zip(leaves, entries, strict=True)
        if isinstance(entry, Addendum)
    )


def _role(actor: str) -> Author:
    match actor.partition(":")[0]:
        case "practitioner" | "staff" | "software" as role:
            return role
        case _:
            return "system"
