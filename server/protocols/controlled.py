"""Which products are controlled drugs, and the port that may allow one. Pure.

Off unless somebody injects a policy: nothing controlled is ordered. Schedules are those of
21 CFR 1308; whether a jurisdiction, the federal rules of the day and the practitioner's
registration allow one is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "phentermine": "IV",
        "phentermine_topiramate": "IV",
        "testosterone_cypionate": "III",
        "testosterone_enanthate": "III",
        "testosterone_pellet": "III",
    }
)
ControlledAllowed: TypeAlias = Callable[[str, str], bool]
"""Told a product and its schedule, answers whether it may be ordered in this case."""


def never(_product: str, _schedule: str) -> bool:
    """Allow nothing: what holds unless a policy says otherwise."""
    return False


def may_be_ordered(product: str, allowed: ControlledAllowed) -> bool:
    """Tell whether a product is no controlled drug, or one that this case allows."""
    schedule = SCHEDULES.get(product)
    return schedule is None or allowed(product, schedule)
