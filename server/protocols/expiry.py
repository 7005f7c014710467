"""How long an order may last, by jurisdiction and treatment class: at most a year. Pure.

No text that fixes another period was found for any jurisdiction, so the table ships empty; a
row may only be shorter. A protocol may be shorter still (`order_months_max`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

MONTHS_DEFAULT: Final = 12
MONTHS_MIN: Final = 1
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class ExpiryRule:
    """A shorter period; `*` stands for every jurisdiction, or every class."""

    jurisdiction: str
    treatment_class: str
    months: int
    source: str


RULES: Final[Sequence[ExpiryRule]] = ()


def months_max(
    jurisdictions: Collection[str],
    treatment_class: str,
    *,
    protocol_months: int = MONTHS_DEFAULT,
    rules: Sequence[ExpiryRule] = RULES,
) -> int:
    """Return for how many months at most an order lasts: the shortest that applies.

    Args:
        jurisdictions: where the patient and the site are.
        treatment_class: of the order.
        protocol_months: what the protocol allows.
        rules: shorter periods.
    """
    applying = [
        one.months
        for one in rules
        if one.jurisdiction in {ANY, *jurisdictions}
        and one.treatment_class in {ANY, treatment_class}
    ]
    return max(MONTHS_MIN, min(MONTHS_DEFAULT, protocol_months, *applying))
