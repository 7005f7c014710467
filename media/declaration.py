"""What the browsers declare about themselves: muted, camera off, screen hidden, page frozen.

A declaration is a claim. It can only take away from the evidence: a camera declared off is
never live video, but a camera declared on proves nothing. The instant is the server's, on
arrival, because the clocks of browsers are not trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from media.call import Side
from media.sample import MICROSECONDS_PER_SECOND


class Declared(StrEnum):
    """What may hold of a browser; the values are those of the wire and the chart."""

    MICROPHONE_MUTED = "microphone_muted"
    CAMERA_OFF = "camera_off"
    SCREEN_HIDDEN = "screen_hidden"
    PAGE_FROZEN = "page_frozen"


@dataclass(frozen=True, slots=True)
class Declaration:
    """From `at_us` on (microseconds UTC), `what` holds of `side`, or does no more."""

    at_us: int
    side: Side
    what: Declared
    holds: bool


def held(
    declarations: Iterable[Declaration], side: Side, seconds: range
) -> tuple[frozenset[Declared], ...]:
    """Return for each second what held of `side` at any instant in it."""
    changes = sorted((one for one in declarations if one.side is side), key=_instant)
    present: set[Declared] = set()
    told: list[frozenset[Declared]] = []
    place = 0
    for second in seconds:
        touched = set(present)
        ends_at = (second + 1) * MICROSECONDS_PER_SECOND
        while place < len(changes) and changes[place].at_us < ends_at:
            change = changes[place]
            place += 1
            if change.holds:
                present.add(change.what)
                touched.add(change.what)
            else:
                if change.at_us <= second * MICROSECONDS_PER_SECOND:
                    touched.discard(change.what)
                present.discard(change.what)
        told.append(frozenset(touched))
    return tuple(told)


def _instant(declaration: Declaration) -> int:
    return declaration.at_us
