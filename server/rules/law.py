"""The law of one jurisdiction, as it stands in its file; and the federal part.

Everything that decides is a `Cited` value: structured, with citations of its own, the day it
was verified on and the day by which it must be verified again. Notes are for people and decide
nothing. Values are checked here and nowhere else; `server.rules.rulebook` compiles them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from server.jurisdictions import JURISDICTIONS
from server.rules.condition_codes import CONDITION_CODES
from server.rules.words import (
    Basis,
    Consent,
    DrugBar,
    Duty,
    Minimum,
    PatientKind,
    Profession,
    TreatmentClass,
)

TEXT_MAX = 2_000
LIST_MAX = 120
RULES_MAX = 40
CITATIONS_MAX = 300

T_co = TypeVar("T_co", covariant=True)

Text = Annotated[str, Field(max_length=TEXT_MAX)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._-]+$")]
Classes = Annotated[
    tuple[TreatmentClass | Literal["*"], ...], Field(min_length=1, max_length=LIST_MAX)
]


def _known_code(code: str) -> str:
    if code not in CONDITION_CODES:
        raise ValueError("no condition has this code")
    return code


Code = Annotated[str, AfterValidator(_known_code)]


class Frozen(BaseModel):
    """A value that says all it has: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Frozen):
    """Where something was read.

    Attributes:
        cite: the section, where one was named.
        title: of the page or document.
        url: where it was read, often on a mirror.
        read: how near it is to the text itself.
        as_of: the date that the source gives itself, in its own words.
    """

    cite: Text | None
    title: Text
    url: Text | None
    read: Literal["statute", "rule", "board", "secondary"]
    as_of: Text | None


class Cited(Frozen, Generic[T_co]):
    """A value that decides something.

    Attributes:
        value: what it is.
        citations: names of sources, in the file's `sources`; empty where none was read.
        verified_on: when somebody last held it against its sources.
        review_by: the last day on which it may still permit something.
    """

    value: T_co
    citations: Annotated[tuple[Name, ...], Field(max_length=LIST_MAX)] = ()
    verified_on: date
    review_by: date


class Rule(Frozen):
    """What is asked for some professions, treatment classes and patients.

    Attributes:
        name: of the rule, in this file.
        effective_from: its first day; None where none was found.
        effective_until: the day on which it no longer holds.
    """

    name: Name
    professions: Cited[tuple[Profession, ...]]
    treatment_classes: Cited[Classes]
    patient: Cited[PatientKind]
    effective_from: date | None
    effective_until: date | None
    minimum: Cited[Minimum | None]
    basis: Cited[Basis]
    condition_codes: Cited[tuple[Code, ...]]
    consent_codes: Cited[tuple[Consent, ...]]
    questionnaire_only_refused: Cited[bool | None]
    note: Text
    note_citations: tuple[Name, ...] = ()


class Route(Frozen):
    """A way in for somebody licensed elsewhere; for people, it decides nothing."""

    kind: Literal["compact", "exception", "registration", "permit"]
    note: Text
    citation: Text


class JurisdictionLaw(Frozen):
    """All that is known of one jurisdiction."""

    jurisdiction: str
    name: str
    confidence: Literal["statute", "secondary"]
    conflict: Text | None
    rules: Annotated[tuple[Rule, ...], Field(max_length=RULES_MAX)]
    controlled_barred: Cited[tuple[DrugBar, ...]]
    duties: Cited[tuple[Duty, ...]]
    telehealth_consent: Cited[Literal["documented", "either", "none", "written"] | None]
    separate_store_and_forward_consent: Cited[bool | None]
    np_practice: Cited[Literal["full", "reduced", "restricted"] | None]
    np_transition_hours: Cited[int | None]
    pa_supervision: Cited[Literal["supervision", "collaboration", "independent"] | None]
    exam_required_by: Cited[Text | None]
    exam_by: Cited[tuple[Profession, ...] | None]
    exam_validity_months: Cited[int | None]
    records_adult_years: Cited[int | None]
    records_minor_rule: Cited[Text | None]
    recording_consent: Cited[Literal["one_party", "all_party"] | None]
    interstate_compact: bool | None
    out_of_state: Annotated[tuple[Route, ...], Field(max_length=LIST_MAX)]
    notes: dict[Name, Text]
    sources: Annotated[dict[Name, Source], Field(max_length=CITATIONS_MAX)]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if JURISDICTIONS.get(self.jurisdiction) != self.name:
            raise ValueError("code and name are not of one jurisdiction")
        unknown = {name for cited in self.cited() for name in cited[1].citations}
        if unknown - set(self.sources):
            raise ValueError("a citation names no source")
        names = [rule.name for rule in self.rules]
        if len(set(names)) != len(names):
            raise ValueError("two rules have one name")
        return self

    def cited(self) -> Iterator[tuple[str, Cited[object]]]:
        """Yield everything that is cited, with its place in the file."""
        yield from _cited_in(self, "")
        for rule in self.rules:
            yield from _cited_in(rule, f"{rule.name}.")


class FederalLaw(Frozen):
    """What binds everywhere: prescribing controlled drugs at a distance.

    Attributes:
        controlled_window_until: when prescribing without an in-person examination ends.
        controlled_in_person_rule: what holds without that window.
    """

    controlled_window_until: Cited[datetime]
    controlled_in_person_rule: Cited[Text]
    notes: dict[Name, Text]
    sources: dict[Name, Source]

    def cited(self) -> Iterator[tuple[str, Cited[object]]]:
        """Yield everything that is cited, with its place in the file."""
        yield from _cited_in(self, "")


def _cited_in(model: BaseModel, place: str) -> Iterator[tuple[str, Cited[object]]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Cited):
            yield f"{place}{name}", value
