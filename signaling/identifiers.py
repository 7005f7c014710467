"""The names of things in the waiting room, and the one unit of time.

Identifiers are opaque strings: nothing is read out of them, and none of them is PHI.
An `Instant` is a whole number of microseconds since 1970-01-01 UTC. Callers pass it in;
nothing below reads a clock.
"""

from typing import Final, NewType

EncounterId = NewType("EncounterId", str)
PractitionerId = NewType("PractitionerId", str)
OfferId = NewType("OfferId", str)
EligibilityClass = NewType("EligibilityClass", str)
Instant = NewType("Instant", int)

MICROSECONDS_PER_SECOND: Final = 1_000_000


def plus(instant: Instant, seconds: float) -> Instant:
    """Return the instant `seconds` later (earlier when negative), to the microsecond."""
    return Instant(instant + round(seconds * MICROSECONDS_PER_SECOND))


def seconds_between(earlier: Instant, later: Instant) -> float:
    """Return the seconds from `earlier` to `later`; negative when they are swapped."""
    return (later - earlier) / MICROSECONDS_PER_SECOND
