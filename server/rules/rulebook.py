"""A snapshot made ready for decisions: who is asked what, where, and from when until when.

For one case all matching rules apply together (`Floor`):

- the minimum is the strictest that any of them states; none stated means live video;
- conditions and consents are the union;
- a minimum *permits* something less than live video only if it rests on an explicit text, or
  on a definition with a counsel's opinion recorded, is cited, and its review is not overdue.
  As a restriction it binds whatever it rests on.

What names no profession or class is unknown for it: rules for physicians are not read for NPs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from server.local_days import begins, ends
from server.rules.law import Cited, FederalLaw, JurisdictionLaw, Rule, Source
from server.rules.snapshot import Fault, SignedSnapshot, instant_of
from server.rules.words import (
    DEMANDS,
    EVERY_CLASS,
    Basis,
    Consent,
    DrugBar,
    Duty,
    Minimum,
    PatientKind,
    Profession,
    TreatmentClass,
)
from signaling.identifiers import Instant

ALWAYS: Final = -(2**62)
FOREVER: Final = 2**62


@dataclass(frozen=True, slots=True)
class Citation:
    """A source under the name by which a decision cites it."""

    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant until just before another, microseconds UTC."""

    begins: int
    ends: int

    def __contains__(self, instant: int) -> bool:
        return self.begins <= instant < self.ends


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule, with instants for days.

    Attributes:
        binds: while it restricts: from the first midnight anywhere to the last.
        permits: while it may permit: a little shorter, and not beyond its review.
    """

    name: str
    minimum: Minimum | None
    basis: Basis
    codes: frozenset[str]
    consents: frozenset[Consent]
    binds: Span
    permits: Span
    minimum_cited: tuple[Citation, ...]
    codes_cited: tuple[Citation, ...]

    def stated(self, *, opinion: bool) -> Minimum | None:
        """Return the minimum that it states; an opinion makes a definition state one."""
        if self.minimum is None and opinion and self.basis is Basis.DEFINITION_ONLY:
            return Minimum.STORE_AND_FORWARD
        return self.minimum

    def may_permit(self, now: int, *, opinion: bool) -> bool:
        """Tell whether its minimum may permit less than live video at `now`."""
        if self.basis is Basis.EXPLICIT:
            return now in self.permits
        return opinion and self.basis is Basis.DEFINITION_ONLY and now in self.permits


@dataclass(frozen=True, slots=True)
class Floor:
    """What all matching rules ask together.

    Attributes:
        minimum: the strictest stated; None if none is.
        permitted: whether a rule that may permit states just this minimum.
        codes: all conditions, each to be evidenced.
        consents: all consents that are asked for beside our own.
        minimum_cited: what the minimum is cited by.
        codes_cited: what the conditions are cited by.
        rules: names of the rules that matched.
        overdue: names of those that would permit, had they been reviewed in time.
        holds: while all of this is so.
    """

    minimum: Minimum | None
    permitted: bool
    codes: frozenset[str]
    consents: frozenset[Consent]
    minimum_cited: tuple[Citation, ...]
    codes_cited: tuple[Citation, ...]
    rules: tuple[str, ...]
    overdue: tuple[str, ...]
    holds: Span


NOTHING_KNOWN: Final = Floor(
    minimum=None,
    permitted=False,
    codes=frozenset(),
    consents=frozenset(),
    minimum_cited=(),
    codes_cited=(),
    rules=(),
    overdue=(),
    holds=Span(ALWAYS, FOREVER),
)

Key: TypeAlias = tuple[str, Profession, TreatmentClass, PatientKind]


@dataclass(frozen=True, slots=True)
class JurisdictionBook:
    """The rest of what one jurisdiction asks.

    Attributes:
        name: in English.
        barred: drugs that need an exam in person.
        barred_cited: what that is cited by.
        duties: what is done before care.
        nurse_practice_known: whether an NP may practise alone is known at all.
    """

    name: str
    barred: frozenset[DrugBar]
    barred_cited: tuple[Citation, ...]
    duties: frozenset[Duty]
    nurse_practice_known: bool


class Rulebook:
    """A snapshot, compiled; it never changes, but remembers floors that were asked for.

    Args:
        signed: the snapshot, signed or not: whether it counts is asked with the time.
    """

    def __init__(self, signed: SignedSnapshot) -> None:
        self.signed = signed
        self.version = signed.snapshot.version
        self.holds = Span(
            instant_of(signed.snapshot.effective_from),
            instant_of(signed.snapshot.effective_until),
        )
        self.federal: FederalLaw = signed.snapshot.federal
        self.window_ends = instant_of(self.federal.controlled_window_until.value)
        self.window_cited = _citations(
            self.federal.sources,
            self.federal.controlled_window_until,
            self.federal.controlled_in_person_rule,
        )
        laws = signed.snapshot.jurisdictions
        self.jurisdictions: Mapping[str, JurisdictionBook] = {
            code: _book(law) for code, law in laws.items()
        }
        self._rules = _by_key(laws.values())
        self._floors: dict[tuple[Key, bool], Floor] = {}

    def fault(self, now: Instant) -> Fault | None:
        """Say why these rules cannot be relied upon at `now`, if so."""
        if self.signed.signed_by is not None and now in self.holds:
            return None
        return self.signed.fault(now)

    def floor(self, key: Key, now: int, *, opinion: bool) -> Floor:
        """Return what all rules that speak of a key ask at `now`; see `floor`."""
        remembered = self._floors.get((key, opinion))
        if remembered is not None and now in remembered.holds:
            return remembered
        found = floor(self._rules.get(key, ()), now, opinion=opinion)
        self._floors[key, opinion] = found
        return found


def floor(rules: Sequence[CompiledRule], now: int, *, opinion: bool) -> Floor:
    """Return what rules ask together at `now`.

    Args:
        rules: those that speak of the case.
        now: microseconds UTC.
        opinion: whether a counsel's opinion on the definition is recorded.
    """
    binding = [rule for rule in rules if now in rule.binds]
    holds = _holds(rules, now)
    if not binding:
        return replace(NOTHING_KNOWN, holds=holds)
    stated = [(rule.stated(opinion=opinion), rule) for rule in binding]
    minimum = max(
        (found for found, _ in stated if found is not None),
        key=DEMANDS.__getitem__,
        default=None,
    )
    stating = [rule for found, rule in stated if found is minimum and found is not None]
    permitting = [rule for rule in stating if rule.may_permit(now, opinion=opinion)]
    return Floor(
        minimum=minimum,
        permitted=bool(permitting),
        codes=frozenset().union(*(rule.codes for rule in binding)),
        consents=frozenset().union(*(rule.consents for rule in binding)),
        minimum_cited=_merged(rule.minimum_cited for rule in stating),
        codes_cited=_merged(rule.codes_cited for rule in binding),
        rules=tuple(rule.name for rule in binding),
        overdue=tuple(
            rule.name for rule in stating if rule.minimum_cited and now >= rule.permits.ends
        ),
        holds=holds,
    )


def _holds(rules: Iterable[CompiledRule], now: int) -> Span:
    """Return the span around `now` in which no rule begins or ends to bind or to permit."""
    turns = [
        turn
        for rule in rules
        for span in (rule.binds, rule.permits)
        for turn in (span.begins, span.ends)
    ]
    return Span(
        max((turn for turn in turns if turn <= now), default=ALWAYS),
        min((turn for turn in turns if turn > now), default=FOREVER),
    )


def _by_key(laws: Iterable[JurisdictionLaw]) -> Mapping[Key, tuple[CompiledRule, ...]]:
    found: dict[Key, list[CompiledRule]] = {}
    for law in laws:
        for rule in law.rules:
            ready = compiled(law, rule)
            for key in _keys(law.jurisdiction, rule):
                found.setdefault(key, []).append(ready)
    return {key: tuple(rules) for key, rules in found.items()}


def _keys(jurisdiction: str, rule: Rule) -> Iterable[Key]:
    named = rule.treatment_classes.value
    classes = TreatmentClass if EVERY_CLASS in named else map(TreatmentClass, named)
    asked = rule.patient.value
    kinds = (PatientKind.NEW, PatientKind.ESTABLISHED) if asked is PatientKind.ANY else (asked,)
    return [
        (jurisdiction, profession, treatment_class, kind)
        for treatment_class in classes
        for profession in rule.professions.value
        for kind in kinds
    ]


def compiled(law: JurisdictionLaw, rule: Rule) -> CompiledRule:
    """Return a rule of a jurisdiction with instants for days, and sources for their names."""
    code = law.jurisdiction
    since, until = rule.effective_from, rule.effective_until
    review = min(rule.minimum.review_by, rule.basis.review_by) + timedelta(days=1)
    minimum_cited = _citations(law.sources, rule.minimum, rule.basis)
    last = _earliest(code, until)
    return CompiledRule(
        name=rule.name,
        minimum=rule.minimum.value,
        basis=rule.basis.value,
        codes=frozenset(rule.condition_codes.value),
        consents=frozenset(rule.consent_codes.value),
        binds=Span(
            ends(code, since) if since else ALWAYS, begins(code, until) if until else FOREVER
        ),
        permits=Span(
            begins(code, since) if since else ALWAYS,
            min(last, ends(code, review)) if minimum_cited else ALWAYS,
        ),
        minimum_cited=minimum_cited,
        codes_cited=_citations(law.sources, rule.condition_codes),
    )


def _earliest(code: str, until: date | None) -> int:
    return ends(code, until) if until else FOREVER


def _book(law: JurisdictionLaw) -> JurisdictionBook:
    return JurisdictionBook(
        name=law.name,
        barred=frozenset(law.controlled_barred.value),
        barred_cited=_citations(law.sources, law.controlled_barred),
        duties=frozenset(law.duties.value),
        nurse_practice_known=law.np_practice.value is not None,
    )


def _citations(sources: Mapping[str, Source], *cited: Cited[object]) -> tuple[Citation, ...]:
    names = dict.fromkeys(name for one in cited for name in one.citations)
    return tuple(Citation(name, sources[name]) for name in names)


def _merged(groups: Iterable[tuple[Citation, ...]]) -> tuple[Citation, ...]:
    return tuple({one.name: one for group in groups for one in group}.values())
