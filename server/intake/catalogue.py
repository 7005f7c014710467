"""The health questions as data: `questionnaires.json`, read once and typed.

What they mean for a patient is worked out in `server.intake.questionnaire`. The data are a
draft until a clinician has signed a set of them off (`server.intake.sets`), and every page that
shows a draft must say so.

How `when` of a flag is read: a boolean for yes_no; for a choice, equality; for a multi, "is
among them"; for a number, a bound. `applies_to` names treatment classes and products.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, TypedDict, cast

from signaling.messages import Severity

Kind: TypeAlias = Literal["yes_no", "choice", "multi", "number", "text", "medicine_list"]
GENERAL: Final = "general"
NONE: Final = "none"  # the choice of a multi that excludes all others


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on a number; one of the two is set."""

    lt: float | None
    gte: float | None

    def holds(self, number: float) -> bool:
        """Tell whether `number` is inside."""
        if self.lt is not None:
            return number < self.lt
        return self.gte is not None and number >= self.gte


@dataclass(frozen=True, slots=True)
class Flag:
    """An answer that a practitioner must look at."""

    when: bool | str | Bound
    severity: Severity
    code: str
    reason: str
    applies_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice, with its label by language."""

    value: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only when that question has this answer."""

    question_id: str
    equals: bool | str


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `text`, `help` and labels are by language."""

    question_id: str
    section: str
    kind: Kind
    text: Mapping[str, str]
    help: Mapping[str, str]
    choices: tuple[Choice, ...]
    show_if: Condition | None
    sensitive: bool
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class TreatmentClass:
    """What the data say about one treatment class, beside its questions."""

    products: tuple[str, ...]
    live_findings: tuple[str, ...]
    vitals_required: tuple[str, ...]
    photo_views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All questions by section (`general` or a treatment class), and all classes."""

    version: str
    sections: Mapping[str, tuple[Question, ...]]
    classes: Mapping[str, TreatmentClass]


class _RawFlag(TypedDict):
    when: bool | str | dict[str, float]
    severity: Severity
    code: str
    reason_en: str
    applies_to: list[str]


class _RawChoice(TypedDict):
    value: str
    en: str
    es: str


class _RawCondition(TypedDict):
    question: str
    equals: bool | str


class _RawQuestion(TypedDict):
    id: str
    kind: Kind
    en: str
    es: str
    help_en: str | None
    help_es: str | None
    choices: list[_RawChoice] | None
    show_if: _RawCondition | None
    sensitive: bool
    flags: list[_RawFlag]


class _RawClass(TypedDict):
    products: list[str]
    questions: list[_RawQuestion]
    live_findings: list[str]
    vitals_required: list[str]
    photo_views: list[str]


class _Raw(TypedDict):
    version: str
    general: list[_RawQuestion]
    classes: dict[str, _RawClass]


@lru_cache(maxsize=1)
def raw() -> _Raw:
    """Return the data as they came with this release; read on the first call."""
    source = files("server.intake").joinpath("questionnaires.json").read_bytes()
    return cast("_Raw", json.loads(source))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the questions of this release, typed."""
    source = raw()
    sections = {GENERAL: source["general"]} | {
        name: one["questions"] for name, one in source["classes"].items()
    }
    return Catalogue(
        version=source["version"],
        sections=MappingProxyType(
            {
                name: tuple(_question(name, one) for one in questions)
                for name, questions in sections.items()
            }
        ),
        classes=MappingProxyType(
            {
                name: TreatmentClass(
                    products=tuple(one["products"]),
                    live_findings=tuple(one["live_findings"]),
                    vitals_required=tuple(one["vitals_required"]),
                    photo_views=tuple(one["photo_views"]),
                )
                for name, one in source["classes"].items()
            }
        ),
    )


def _question(section: str, raw: _RawQuestion) -> Question:
    condition = raw["show_if"]
    return Question(
        question_id=raw["id"],
        section=section,
        kind=raw["kind"],
        text=MappingProxyType({"en": raw["en"], "es": raw["es"]}),
        help=MappingProxyType({"en": raw["help_en"] or "", "es": raw["help_es"] or ""}),
        choices=tuple(
            Choice(one["value"], MappingProxyType({"en": one["en"], "es": one["es"]}))
            for one in raw["choices"] or ()
        ),
        show_if=Condition(condition["question"], condition["equals"]) if condition else None,
        sensitive=raw["sensitive"],
        flags=tuple(map(_flag, raw["flags"])),
    )


def _flag(raw: _RawFlag) -> Flag:
    when = raw["when"]
    return Flag(
        when=Bound(when.get("lt"), when.get("gte")) if isinstance(when, dict) else when,
        severity=raw["severity"],
        code=raw["code"],
        reason=raw["reason_en"],
        applies_to=frozenset(raw["applies_to"]),
    )
