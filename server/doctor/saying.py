"""Findings as text for people and as JSON for programs. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from server.doctor.finding import Finding


def as_json(found: Sequence[Finding]) -> str:
    """Return all of it, with how many there are of each severity."""
    counted = Counter(one.severity for one in found)
    told = {"unsafe": counted["unsafe"], "weak": counted["weak"]}
    return json.dumps({**told, "findings": [asdict(one) for one in found]}, indent=2)


def lines(found: Sequence[Finding]) -> Iterator[str]:
    """Yield what a person reads: each finding, what mends it, and how many there are."""
    for one in found:
        yield f"{one.severity:<7} {one.code}"
        yield f"        {one.what}"
        if one.mend:
            yield f"        {one.mend}"
    counted = Counter(one.severity for one in found)
    yield f"{counted['unsafe']} unsafe, {counted['weak']} weak."
