"""What is worth waking somebody for, as measurements against thresholds. Pure.

    oldest_wait       somebody in a jurisdiction has waited longer than that
    nobody_eligible   somebody waits whom nobody on duty may serve
    missed_offers     practitioners miss too many of the offers that ring them
    review_overdue    what a patient sent has not been reviewed by the time that they were told
    credentials_expiring   what of a practitioner's file ends soon was not seen by compliance
    emergency_access  charts were opened in an emergency, and compliance has not reviewed it
    emergency_sign_in   somebody signed in without the provider, and compliance has not seen it

A condition is said to hold, not to hold, or to be in between: what is raised stays raised until
it is clearly over (`CLEAR_SHARE` of the threshold), so that a value at the edge does not flap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.metrics.survey import Survey, Tile
from signaling.identifiers import Instant

SECOND: Final = 1_000_000
CLEAR_SHARE: Final = 0.75


class AlertCode(StrEnum):
    """Which condition."""

    OLDEST_WAIT = "oldest_wait"
    NOBODY_ELIGIBLE = "nobody_eligible"
    MISSED_OFFERS = "missed_offers"
    REVIEW_OVERDUE = "review_overdue"
    CREDENTIALS_EXPIRING = "credentials_expiring"
    EMERGENCY_ACCESS = "emergency_access"
    EMERGENCY_SIGN_IN = "emergency_sign_in"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What an operator finds too much.

    Attributes:
        oldest_wait_s: seconds that a patient may wait.
        missed_share: of the offers that were settled by practitioners, 0 to 1.
        missed_window_s: over how many seconds that share is taken.
        missed_offers_min: fewer settled offers than this say nothing.
    """

    oldest_wait_s: float = 120.0
    missed_share: float = 0.05
    missed_window_s: float = 1_800.0
    missed_offers_min: int = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """One condition as it is now.

    Attributes:
        code: which.
        jurisdiction: where; None for a whole network.
        holds: it is too much.
        over: it clearly is not any more; both are False in between.
        count: patients who wait there, reviews that are late, offers that were missed, or
            notices that were not seen, or emergency accesses that nobody has reviewed, or
            accounts that signed in in an emergency.
        since: when the oldest of those patients was ready, the oldest review was due, the
            oldest notice came, or the oldest access began; None for offers.
        newest: when the last of them began, where each is worth telling by itself.
    """

    code: AlertCode
    jurisdiction: str | None
    holds: bool
    over: bool
    count: int
    since: Instant | None
    newest: Instant | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was done in an emergency and nobody has seen: how much, when first and last.

    Emergency accesses that nobody has reviewed, or accounts that signed in.
    """

    count: int = 0
    since: Instant | None = None
    newest: Instant | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """What is overdue somewhere, reviews or looks: how many, and since when the oldest is."""

    count: int = 0
    since: Instant | None = None


NOTHING_LATE: Final = Late()
NOTHING_OPENED: Final = Opened()


@dataclass(frozen=True, slots=True)
class Emergencies:
    """What was done in an emergency and compliance has not seen.

    Attributes:
        opened: emergency accesses that nobody has reviewed.
        entered: accounts that signed in without their provider.
    """

    opened: Opened = NOTHING_OPENED
    entered: Opened = NOTHING_OPENED


NO_EMERGENCIES: Final = Emergencies()


def measure(
    survey: Survey,
    settled: int,
    missed: int,
    thresholds: Thresholds,
    now: Instant,
    late: Mapping[str, Late] = MappingProxyType({}),
    unseen: Late = NOTHING_LATE,
    emergencies: Emergencies = NO_EMERGENCIES,
) -> Iterator[Measured]:
    """Yield every condition of a network.

    Args:
        survey: the waiting room.
        settled: offers that practitioners answered or missed within the window.
        missed: those of them that they missed.
        thresholds: what is too much.
        now: microseconds UTC.
        late: overdue reviews, by the patient's jurisdiction.
        unseen: notices of what ends, which compliance has not seen.
        emergencies: what was done in one, and compliance has not seen.
    """
    for name, tile in survey.tiles.items():
        yield _late(AlertCode.REVIEW_OVERDUE, name, late.get(name, NOTHING_LATE))
        yield _oldest_wait(name, tile, thresholds, now)
        yield Measured(
            AlertCode.NOBODY_ELIGIBLE,
            name,
            holds=tile.uncovered > 0,
            over=tile.uncovered == 0,
            count=tile.uncovered,
            since=tile.uncovered_ready_at,
        )
    yield _missed(settled, missed, thresholds)
    yield _late(AlertCode.CREDENTIALS_EXPIRING, None, unseen)
    yield _emergency(AlertCode.EMERGENCY_ACCESS, emergencies.opened)
    yield _emergency(AlertCode.EMERGENCY_SIGN_IN, emergencies.entered)


def _emergency(code: AlertCode, done: Opened) -> Measured:
    return Measured(
        code,
        None,
        holds=done.count > 0,
        over=done.count == 0,
        count=done.count,
        since=done.since,
        newest=done.newest,
    )


def _oldest_wait(name: str, tile: Tile, thresholds: Thresholds, now: Instant) -> Measured:
    since = tile.oldest_ready_at
    waited_s = 0.0 if since is None else (now - since) / SECOND
    return Measured(
        AlertCode.OLDEST_WAIT,
        name,
        holds=waited_s > thresholds.oldest_wait_s,
        over=waited_s <= thresholds.oldest_wait_s * CLEAR_SHARE,
        count=tile.waiting,
        since=since,
    )


def _late(code: AlertCode, name: str | None, late: Late) -> Measured:
    return Measured(
        code,
        name,
        holds=late.count > 0,
        over=late.count == 0,
        count=late.count,
        since=late.since,
    )


def _missed(settled: int, missed: int, thresholds: Thresholds) -> Measured:
    enough = settled >= thresholds.missed_offers_min
    share = missed / settled if settled else 0.0
    return Measured(
        AlertCode.MISSED_OFFERS,
        None,
        holds=enough and share > thresholds.missed_share,
        # Too few offers to tell is not good news by itself, but nobody is woken by it either.
        over=not enough or share <= thresholds.missed_share * CLEAR_SHARE,
        count=missed,
        since=None,
    )
