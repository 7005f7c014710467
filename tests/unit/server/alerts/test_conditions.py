from __future__ import annotations

import pytest

from server.alerts.conditions import (
    AlertCode,
    Emergencies,
    Late,
    Measured,
    Opened,
    Thresholds,
    measure,
)
from server.metrics.survey import survey
from signaling.identifiers import PractitionerId
from tests.unit.server.metrics.watched import AZ, START, Watched

LICENSED = {PractitionerId("casey"): frozenset({"AZ"})}


def conditions(
    room: Watched, settled: int = 0, missed: int = 0
) -> dict[tuple[AlertCode, str | None], Measured]:
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    found = measure(seen, settled, missed, Thresholds(), room.now)
    return {(one.code, one.jurisdiction): one for one in found}


@pytest.mark.parametrize(
    ("waited_s", "holds", "over"),
    [(90, False, True), (90.1, False, False), (120, False, False), (120.1, True, False)],
)
def test_a_wait_is_too_long_over_two_minutes_and_over_at_ninety_seconds(
    waited_s: float, *, holds: bool, over: bool
) -> None:
    room = Watched()
    room.ready("ana")
    room.wait(waited_s)
    found = conditions(room)[AlertCode.OLDEST_WAIT, "AZ"]
    assert (found.holds, found.over) == (holds, over)
    assert (found.count, found.since) == (1, START)
    assert conditions(room)[AlertCode.OLDEST_WAIT, "NV"].over


def test_waiting_with_nobody_eligible_holds_until_somebody_comes() -> None:
    room = Watched()
    room.may_serve(AZ, "casey")
    room.ready("ana")
    assert conditions(room)[AlertCode.NOBODY_ELIGIBLE, "AZ"].holds
    room.on_duty("casey")
    assert conditions(room)[AlertCode.NOBODY_ELIGIBLE, "AZ"].over


@pytest.mark.parametrize(
    ("settled", "missed", "holds", "over"),
    [
        (0, 0, False, True),
        (19, 19, False, True),  # too few to tell
        (20, 1, False, False),  # 5 % exactly
        (100, 6, True, False),
        (100, 4, False, False),
        (100, 3, False, True),
    ],
)
def test_missed_offers_are_a_share_of_enough_offers(
    settled: int, missed: int, *, holds: bool, over: bool
) -> None:
    found = conditions(Watched(), settled, missed)[AlertCode.MISSED_OFFERS, None]
    assert (found.holds, found.over, found.count) == (holds, over, missed)


def test_every_jurisdiction_is_looked_at() -> None:
    assert len(conditions(Watched())) == 51 * 3 + 4


def test_a_review_is_late_in_its_jurisdiction_until_none_is() -> None:
    room = Watched()
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    late = {"AZ": Late(2, START)}
    found = {
        one.jurisdiction: one
        for one in measure(seen, 0, 0, Thresholds(), room.now, late)
        if one.code is AlertCode.REVIEW_OVERDUE
    }
    assert (found["AZ"].holds, found["AZ"].count, found["AZ"].since) == (True, 2, START)
    assert found["NV"].over
    assert len(found) == 51


def test_notices_of_what_ends_hold_until_compliance_has_seen_them() -> None:
    room = Watched()
    seen = survey(room.switchboard, room.observer.line, LICENSED)

    def measured(unseen: Late) -> Measured:
        (found,) = (
            one
            for one in measure(seen, 0, 0, Thresholds(), room.now, {}, unseen)
            if one.code is AlertCode.CREDENTIALS_EXPIRING
        )
        return found

    some = measured(Late(3, START))
    assert (some.jurisdiction, some.holds, some.over) == (None, True, False)
    assert (some.count, some.since) == (3, START)
    assert measured(Late()).over


def test_an_emergency_sign_in_holds_until_it_was_seen() -> None:
    room = Watched()
    seen = survey(room.switchboard, room.observer.line, LICENSED)

    def found(entered: Opened) -> Measured:
        every = measure(
            seen, 0, 0, Thresholds(), room.now, emergencies=Emergencies(entered=entered)
        )
        return next(one for one in every if one.code is AlertCode.EMERGENCY_SIGN_IN)

    one = found(Opened(1, START, START))
    assert (one.holds, one.over, one.count, one.since) == (True, False, 1, START)
    assert found(Opened()).over


def test_an_emergency_access_holds_until_it_is_reviewed() -> None:
    room = Watched()
    seen = survey(room.switchboard, room.observer.line, LICENSED)

    def found(opened: Opened) -> Measured:
        every = measure(seen, 0, 0, Thresholds(), room.now, emergencies=Emergencies(opened))
        return next(one for one in every if one.code is AlertCode.EMERGENCY_ACCESS)

    one = found(Opened(2, START, room.now))
    assert (one.holds, one.over, one.count) == (True, False, 2)
    assert (one.jurisdiction, one.since, one.newest) == (None, START, room.now)
    assert found(Opened()).over
