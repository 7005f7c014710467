"""How the law of a jurisdiction is printed for a person."""

from __future__ import annotations

from typing import Final

from server.commands.terminal import out
from server.rules.law import Cited, JurisdictionLaw, Rule
from server.rules.verifying import says_something

WIDTH: Final = 26


def print_law(law: JurisdictionLaw) -> None:
    """Print rules first, then the rest, then conflict, notes and sources."""
    out.print(f"{law.jurisdiction}  {law.name}  (read: {law.confidence})", style="bold")
    for rule in law.rules:
        _print_rule(rule)
    out.print()
    for place, cited in law.cited():
        if "." not in place:
            _print_cited(place, cited, unknown="unknown")
    if law.conflict:
        out.print(f"\nconflict: {law.conflict}", style="yellow", markup=False)
    for name, note in law.notes.items():
        out.print(f"\nnote on {name}: {note}", markup=False)
    out.print()
    for name, source in law.sources.items():
        dated = f", as of {source.as_of}" if source.as_of else ""
        out.print(
            f"[{name}] {source.cite or source.title} ({source.read}{dated}) {source.url or ''}",
            markup=False,
        )


def _print_rule(rule: Rule) -> None:
    who = "/".join(rule.professions.value)
    classes = ", ".join(rule.treatment_classes.value)
    out.print(f"\n{rule.name}  {who}; {classes}; {rule.patient.value} patients", markup=False)
    if rule.effective_from or rule.effective_until:
        out.print(
            f"  in force {rule.effective_from or '...'} to {rule.effective_until or '...'}"
        )
    for name in (
        "minimum",
        "basis",
        "condition_codes",
        "consent_codes",
        "questionnaire_only_refused",
    ):
        _print_cited(f"  {name}", getattr(rule, name), unknown=None)
    if rule.note:
        out.print(f"  note: {rule.note}", markup=False)


def _print_cited(place: str, cited: Cited[object], *, unknown: str | None) -> None:
    """Print a value with its sources and days; an unknown one only where that is told."""
    value = cited.value
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    if not says_something(cited):
        if unknown is None:
            return
        value = "none" if cited.value == () else unknown
    sources = f" [{', '.join(cited.citations)}]" if cited.citations else ""
    days = f"  ({cited.verified_on}, review by {cited.review_by})"
    out.print(f"{place:<{WIDTH}} {value}{sources}{days}", markup=False)
