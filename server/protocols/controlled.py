"""Which products are controlled drugs, and the port that may allow one. Pure.

Off unless somebody injects a policy: nothing controlled is ordered. Whether a jurisdiction, the
federal rules of the day and the practitioner's registration allow one is not known here: in an
exam `server.rulings.controlled` answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from server.rulings import cases

SCHEDULES: Final[Mapping[str, str]] = MappingProxyType(
    {product: schedule.value for product, schedule in cases.SCHEDULES.items()}
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
