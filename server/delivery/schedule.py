"""When a delivery is tried again, and when it is given up. Pure.

The pauses are those that the Standard Webhooks specification publishes: ten attempts within
about three days. Each but the first is longer by up to `JITTER_SHARE`, so that what failed
together does not come back together.
"""

from __future__ import annotations

from typing import Final

SECOND: Final = 1_000_000
MINUTE_S: Final = 60
HOUR_S: Final = 3_600
PAUSES_S: Final = (
    0,
    5,
    5 * MINUTE_S,
    30 * MINUTE_S,
    2 * HOUR_S,
    5 * HOUR_S,
    10 * HOUR_S,
    14 * HOUR_S,
    20 * HOUR_S,
    24 * HOUR_S,
)
ATTEMPTS_MAX: Final = len(PAUSES_S)
JITTER_SHARE: Final = 0.2
RETRY_AFTER_MAX_S: Final = HOUR_S
FAILING_S: Final = 3 * 24 * HOUR_S


def next_attempt(
    attempts: int, now: int, *, chance: float, asked_s: int | None = None
) -> int | None:
    """Return when to try again, or None: it is given up.

    Args:
        attempts: how often it was tried, from 1.
        now: when the last attempt failed, microseconds UTC.
        chance: from 0 to 1, made anew for each attempt.
        asked_s: how long the receiver asked to be left alone; it is believed for an hour at
            most, and never to come back sooner.
    """
    if attempts >= ATTEMPTS_MAX:
        return None
    pause_s = PAUSES_S[attempts] * (1 + JITTER_SHARE * chance)
    if asked_s is not None:
        pause_s = max(pause_s, min(asked_s, RETRY_AFTER_MAX_S))
    return now + round(pause_s * SECOND)


def is_failing(since: int | None, now: int) -> bool:
    """Tell whether an endpoint failed so long without a success that it is disabled."""
    return since is not None and now - since >= FAILING_S * SECOND
