"""DEA registrations: what lets a practitioner order a controlled drug in a jurisdiction. Pure.

One is needed wherever the patient or the site is; what was not verified at its source is never
entered. That a practitioner has one allows nothing by itself: rule R70 asks for more.

Source: 21 USC 822 and 21 CFR 1301.12, a registration for each place, read strictly: per
jurisdiction. A number is two letters and seven digits, of which the last is a checksum.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NUMBER: Final = re.compile(r"[A-Z][A-Z9][0-9]{7}")


@dataclass(frozen=True, slots=True)
class DeaRegistration:
    """One registration in one jurisdiction; instants in microseconds UTC.

    Attributes:
        number: as the certificate prints it.
        valid_until: it counts until just before.
        verified_by: who looked it up.
        source: where.
        ended_at: it was taken back then.
    """

    registration_id: str
    jurisdiction: str
    number: str
    valid_until: int
    verified_at: int
    verified_by: str
    source: str
    ended_at: int | None = None

    def holds(self, now: int) -> bool:
        """Tell whether it counts at an instant."""
        over = self.ended_at is not None and self.ended_at <= now
        return self.verified_at <= now < self.valid_until and not over


def registered_in(registrations: Iterable[DeaRegistration], now: int) -> frozenset[str]:
    """Return the jurisdictions in which somebody is registered."""
    return frozenset(one.jurisdiction for one in registrations if one.holds(now))


def is_number(text: str) -> bool:
    """Tell whether a text may be the number of a registration: its form and its checksum."""
    if NUMBER.fullmatch(text) is None:
        return False
    digits = [int(one) for one in text[2:]]
    checked = sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])
    return checked % 10 == digits[6]
