"""What is wrong with an installation, of all that is known of it. Pure.

A subject is a module with its rules, which stands in `RULES`; what a rule asks for is in
`server.doctor.facts` and read in `server.doctor.reading`. Each has a row in
docs/operations/doctor.md.
"""

from __future__ import annotations

from typing import Final

from server.doctor.about_doors import DOORS
from server.doctor.about_keys import KEYS
from server.doctor.about_people import PEOPLE
from server.doctor.about_upkeep import UPKEEP
from server.doctor.facts import Facts
from server.doctor.finding import Finding, Rule, Severity

RULES: Final[tuple[Rule, ...]] = (*KEYS, *DOORS, *PEOPLE, *UPKEEP)
SETTINGS_UNUSABLE: Final = "settings_unusable"
ORDER: Final[tuple[Severity, ...]] = ("unsafe", "weak", "unseen", "fine")


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return what does not hold, the gravest first."""
    return tuple(one for one in verdicts(facts) if one.severity in {"unsafe", "weak"})


def verdicts(facts: Facts) -> tuple[Finding, ...]:
    """Return what came of every rule, the gravest first."""
    found = [verdict(rule, facts) for rule in RULES]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.severity)))


def verdict(rule: Rule, facts: Facts) -> Finding:
    """Return what came of one rule."""
    if rule.asks_database and facts.stored is None:
        return Finding(rule.code, "unseen", "The database could not be asked.", "")
    broken = rule.judge(facts)
    if broken is None:
        return Finding(rule.code, "fine", rule.holds, "")
    return Finding(rule.code, broken.severity, broken.what, broken.mend)


def unusable(fault: str) -> Finding:
    """Return the only finding that there is when the settings cannot be used.

    Args:
        fault: what the settings say; they repeat no value.
    """
    return Finding(
        SETTINGS_UNUSABLE,
        "unsafe",
        f"The settings cannot be used: {fault}.",
        "Mend them; the server does not start with them.",
    )
