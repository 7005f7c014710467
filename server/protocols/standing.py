"""Which version of a protocol counts at an instant, and why another does not. Pure.

    draft --signed--> scheduled --valid_from--> in_force --valid_until--> lapsed
                                                   |--a later version begins--> superseded
                                                   |--withdrawn----------------> withdrawn
                                                   |--director's licence ends--> director_lapsed

The version that governs is the highest one that was signed and has begun. When it lapses or is
withdrawn, an older one does not come back: the site has no protocol until the next is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.protocols.protocol import Protocol
from server.protocols.signature import is_signed
from server.views import ProtocolStanding

OrderBar = Literal[
    "no_protocol",
    "protocol_unsigned",
    "protocol_lapsed",
    "protocol_withdrawn",
    "director_lapsed",
    "protocol_broken",
]
BARS: Final[dict[ProtocolStanding, OrderBar]] = {
    "draft": "protocol_unsigned",
    "scheduled": "protocol_unsigned",
    "lapsed": "protocol_lapsed",
    "withdrawn": "protocol_withdrawn",
    "director_lapsed": "director_lapsed",
    "broken": "protocol_broken",
}


@dataclass(frozen=True, slots=True)
class Governing:
    """What a site may be ordered to do: a protocol in force, or why there is none."""

    protocol: Protocol | None
    bar: OrderBar | None


NOTHING: Final = Governing(None, "no_protocol")


def governing(versions: Iterable[Protocol], at: int) -> Governing:
    """Return the protocol in force among the versions of one site and class.

    Args:
        versions: all of them, in any order.
        at: microseconds UTC.
    """
    known = sorted(versions, key=lambda one: one.version)
    if not known:
        return NOTHING
    leading = _leading(known, at)
    if leading is None:
        return Governing(None, "protocol_unsigned")
    standing = _own_standing(leading, at)
    if standing == "in_force":
        return Governing(leading, None)
    return Governing(None, BARS[standing])


def standings(versions: Sequence[Protocol], at: int) -> list[ProtocolStanding]:
    """Return how each version of one site and class stands, in the order given."""
    leading = _leading(versions, at)
    return [_standing(one, leading, at) for one in versions]


def _leading(versions: Iterable[Protocol], at: int) -> Protocol | None:
    begun = (one for one in versions if _has_begun(one, at))
    return max(begun, key=lambda one: one.version, default=None)


def _has_begun(one: Protocol, at: int) -> bool:
    return one.signed_at is not None and one.signed_at <= at and one.valid_from <= at


def _standing(one: Protocol, leading: Protocol | None, at: int) -> ProtocolStanding:
    if one.signed_at is None and one.withdrawn_at is None:
        return "draft"
    if one.withdrawn_at is not None and one.withdrawn_at <= at:
        return "withdrawn"
    if leading is not None and one.version < leading.version:
        return "superseded"
    return _own_standing(one, at)


def _own_standing(one: Protocol, at: int) -> ProtocolStanding:
    if one.withdrawn_at is not None and one.withdrawn_at <= at:
        return "withdrawn"
    if not is_signed(one) or one.director is None:
        return "broken"
    if not one.director.answers_in(one.jurisdiction, at):
        return "director_lapsed"
    if at < one.valid_from:
        return "scheduled"
    return "in_force" if at < one.valid_until else "lapsed"
