"""Rules about people: how they sign in, what of theirs ends, what they did unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from server.doctor.facts import Facts, People
from server.doctor.finding import Broken, Rule, weak

DAY_US: Final = 86_400_000_000
SECOND_US: Final = 1_000_000
NAMED_MAX: Final = 10


def _one_factor(facts: Facts) -> Broken | None:
    found = _people(facts).one_factor
    if not found or facts.door.local:
        return None
    told = ", ".join(found[:NAMED_MAX])
    more = f" and {len(found) - NAMED_MAX} more" if len(found) > NAMED_MAX else ""
    return weak(
        f"A password alone is enough for people of: {told}{more}.",
        "Set second_factor = required, or `goodfaith network sign-in ID required`.",
    )


def _without_factor(facts: Facts) -> Broken | None:
    count = _people(facts).without_factor
    if not count or facts.door.local:
        return None
    return weak(
        f"People who sign in and have no second factor yet: {count}.",
        "Have them set one up, or close their accounts (docs/sign-in.md).",
    )


def _credentials(facts: Facts) -> Broken | None:
    count = _people(facts).credentials_ending
    if not count:
        return None
    return weak(
        f"Licences and other parts of practitioners' files over or ending soon: {count}.",
        "Have compliance renew them: /ops, Practitioners (docs/practitioner-files.md).",
    )


def _unreviewed(facts: Facts) -> Broken | None:
    since = _people(facts).unreviewed_since
    if since is None or facts.now - since <= DAY_US:
        return None
    return weak(
        f"Charts were opened in an emergency, and nobody has reviewed it since {_day(since)}.",
        "Have compliance review it: /ops, Emergency access (docs/audit.md).",
    )


def _people(facts: Facts) -> People:
    assert facts.stored is not None, "a rule that asks the database"
    return facts.stored.people


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant / SECOND_US, UTC).strftime("%Y-%m-%d %H:%M UTC")


PEOPLE: Final = (
    Rule(
        "second_factor_optional",
        "Nobody signs in by a password alone.",
        _one_factor,
        asks_database=True,
    ),
    Rule(
        "accounts_without_factor",
        "Everybody who signs in has a second factor.",
        _without_factor,
        asks_database=True,
    ),
    Rule(
        "credentials_ending",
        "Nothing in practitioners' files is over or ends soon.",
        _credentials,
        asks_database=True,
    ),
    Rule(
        "break_glass_unreviewed",
        "Every emergency access was reviewed within a day.",
        _unreviewed,
        asks_database=True,
    ),
)
