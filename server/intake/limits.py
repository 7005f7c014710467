"""Limits of vital signs and of the body mass index: `vital_limits.json`, read once and typed.

Every figure is an unsigned draft, and part of the set that a clinician signs off for its class
(`server.intake.sets`). A limit that is crossed gives a flag to review, never more: only a
clinician could make one absolute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NotRequired, TypedDict, cast


@dataclass(frozen=True, slots=True)
class Limit:
    """A flag for a figure at or over `gte`, and under `lt`, where they are given.

    Attributes:
        measure: `systolic_mmhg`, `bmi` and so on; see `server.intake.vitals`.
        unless: a question; another answer to it than `but` lifts the limit.
    """

    code: str
    measure: str
    gte: float | None
    lt: float | None
    unless: str | None
    but: str | None
    reason: str
    applies_to: frozenset[str]

    def crossed(self, figure: float) -> bool:
        """Tell whether a figure is where the flag is raised."""
        return (self.gte is None or figure >= self.gte) and (
            self.lt is None or figure < self.lt
        )


class _RawUnless(TypedDict):
    question: str
    any_but: str


class _RawLimit(TypedDict):
    code: str
    measure: str
    gte: NotRequired[float]
    lt: NotRequired[float]
    unless: NotRequired[_RawUnless]
    reason_en: str
    applies_to: list[str]
    source: str


class _Raw(TypedDict):
    status: str
    limits: list[_RawLimit]


@cache
def _raw() -> _Raw:
    source = files("server.intake").joinpath("vital_limits.json").read_bytes()
    return cast("_Raw", json.loads(source))


def raw_limits(treatment_class: str) -> list[_RawLimit]:
    """Return the limits that count for a class, as they are written."""
    return [one for one in _raw()["limits"] if treatment_class in one["applies_to"]]


@cache
def limits() -> tuple[Limit, ...]:
    """Return every limit."""
    return tuple(_limit(one) for one in _raw()["limits"])


def _limit(raw: _RawLimit) -> Limit:
    unless = raw.get("unless")
    return Limit(
        code=raw["code"],
        measure=raw["measure"],
        gte=raw.get("gte"),
        lt=raw.get("lt"),
        unless=unless["question"] if unless else None,
        but=unless["any_but"] if unless else None,
        reason=raw["reason_en"],
        applies_to=frozenset(raw["applies_to"]),
    )
