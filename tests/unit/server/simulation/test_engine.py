"""Small days whose outcome can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from server.simulation.disciplines import DISCIPLINES
from server.simulation.figures import figures
from server.simulation.observations import Ending, Observations
from server.simulation.replications import observe
from signaling.effects import Effect
from signaling.events import DemandMeasured, Event, OfferAccepted, PatientReady, TimePassed
from signaling.identifiers import Instant
from signaling.switchboard import Switchboard
from tests.unit.server.simulation.small import play, scenario

SECOND: Final = 1_000_000
FIXED: Final = {"distribution": "deterministic", "mean_s": 100}
NOBODY: Final = [{"jurisdictions": ["TX"], "count": 2}]


def rows(seen: Observations) -> list[tuple[int, float, Ending]]:
    """Return jurisdiction, wait in seconds, and ending of everybody, as they ended."""
    return [
        (which, waited / SECOND, Ending(ending))
        for which, waited, ending in zip(
            seen.jurisdiction, seen.waited, seen.ending, strict=True
        )
    ]


@pytest.mark.parametrize("policy", DISCIPLINES)
def test_the_same_patients_come_whatever_the_policy(policy: str) -> None:
    def patients(name: str) -> list[tuple[int, int]]:
        seen = play(name)
        return sorted(zip(seen.arrived, seen.jurisdiction, strict=True))

    assert patients(policy) == patients("scarcest")


def test_the_same_seed_plays_the_same_day() -> None:
    rough: dict[str, Any] = {
        "offer": {"accept_s": 5, "no_answer": 0.1, "decline": 0.1},
        "disconnects": {"patients_per_hour": 4, "practitioners_per_hour": 2},
        "patience": 900,
    }
    assert play(**rough) == play(**rough)
    assert play(**rough) != play(seed=2, **rough)


def test_somebody_who_is_alone_waits_as_long_as_an_accept_takes() -> None:
    seen = play(arrivals={"CA": 1e-4}, service=FIXED, offer={"accept_s": 7})
    assert seen.patients > 0
    assert {waited for _, waited, _ in rows(seen)} == {7.0}


def test_work_is_ringing_service_and_writing_up() -> None:
    seen = play(
        practitioners=[["CA"]],
        arrivals={"CA": 1e-4},
        service=FIXED,
        wrap_up=20,
        offer={"accept_s": 5},
    )
    served = [ending for _, _, ending in rows(seen)].count(Ending.SERVED)
    assert sum(seen.busy_us) == served * 125 * SECOND
    assert sum(seen.on_duty_us) == 40_000 * SECOND


def test_whoever_nobody_may_see_waits_to_the_end_and_is_counted() -> None:
    seen = play(practitioners=NOBODY)
    found = figures(seen)
    assert found.still_waiting == found.ready == seen.patients
    waits = [waited for _, waited, _ in rows(seen)]
    assert max(waits) == pytest.approx(40_000 - min(seen.arrived) / SECOND)


def test_patience_ends_a_wait() -> None:
    seen = play(practitioners=NOBODY, patience={"distribution": "deterministic", "mean_s": 60})
    left = [waited for _, waited, ending in rows(seen) if ending is Ending.LEFT]
    assert set(left) == {60.0}
    assert len(left) >= seen.patients - 2


def test_a_connection_that_stays_away_loses_its_place_after_the_grace() -> None:
    seen = play(
        practitioners=NOBODY,
        disconnects={"patients_per_hour": 3_600, "back_s": 1_000},
    )
    left = [waited for _, waited, ending in rows(seen) if ending is Ending.LEFT]
    assert left
    assert min(left) > 120
    assert max(left) < 150


def test_a_connection_that_comes_back_keeps_its_place() -> None:
    flapping = {"patients_per_hour": 120, "back_s": 10}
    seen = play(practitioners=NOBODY, disconnects=flapping, horizon_s=10_000)
    assert {ending for _, _, ending in rows(seen)} == {Ending.STILL_WAITING}


def test_who_never_answers_is_set_away_and_comes_back_to_miss_again() -> None:
    seen = play(practitioners=[["CA"]], offer={"no_answer": 1, "back_s": 300})
    assert seen.missed == seen.offers - 1 or seen.missed == seen.offers
    assert seen.missed > 10
    assert all(ending is Ending.STILL_WAITING for _, _, ending in rows(seen))
    # Two misses of 15 s and a pause of 120 s on duty; then 300 s away.
    share = sum(seen.on_duty_us) / (40_000 * SECOND)
    assert share == pytest.approx(150 / 450, abs=0.02)


def test_an_accept_that_takes_longer_than_it_rings_is_a_miss() -> None:
    seen = play(offer={"accept_s": 20, "ring_s": 15})
    assert seen.missed > 0
    assert figures(seen).served == 0


def test_declined_offers_go_to_somebody_else() -> None:
    seen = play(offer={"decline": 0.5})
    assert seen.declined > 10
    assert figures(seen).served > 0.8 * seen.patients


def test_nobody_is_rung_outside_their_shift() -> None:
    seen = play(
        practitioners=[{"jurisdictions": ["CA", "NY"], "shifts": [[0, 10_000]], "count": 2}]
    )
    assert sum(seen.on_duty_us) < 2 * 12_500 * SECOND
    late = [
        ending
        for arrived, ending in zip(seen.arrived, seen.ending, strict=True)
        if arrived > 10_000 * SECOND
    ]
    assert set(late) == {Ending.STILL_WAITING}


def test_shifts_that_touch_are_one_shift() -> None:
    halves = [[0, 20_000], [20_000, 40_000]]
    one = play(practitioners=[{"jurisdictions": ["CA"], "shifts": halves}])
    other = play(practitioners=[{"jurisdictions": ["CA"], "shifts": [[0, 40_000]]}])
    assert sum(one.on_duty_us) == sum(other.on_duty_us) == 40_000 * SECOND


def test_practitioners_who_drop_off_come_back_to_work() -> None:
    seen = play(disconnects={"practitioners_per_hour": 6, "back_s": 90})
    assert 0 < sum(seen.on_duty_us) < 2 * 40_000 * SECOND
    assert figures(seen).served > 0.8 * seen.patients


def test_nothing_before_the_warm_up_is_measured() -> None:
    whole, later = play(), play(warmup_s=20_000)
    expected = sorted(one for one in whole.arrived if one >= 20_000 * SECOND)
    assert sorted(later.arrived) == expected
    assert sum(later.on_duty_us) == 2 * 20_000 * SECOND


class Listening(Switchboard):
    """Keeps what it was told, and when."""

    told: list[tuple[Event, Instant]]

    def apply(self, event: Event, *, now: Instant) -> tuple[Effect, ...]:
        deadline = self.next_deadline()
        assert deadline is None or deadline >= now, "time had not passed up to now"
        self.told.append((event, now))
        return super().apply(event, now=now)


class Scrupulous(Switchboard):
    """Lets time pass before every event, as its contract says, even where nothing is due."""

    def apply(self, event: Event, *, now: Instant) -> tuple[Effect, ...]:
        if not isinstance(event, TimePassed):
            assert super().apply(TimePassed(), now=now) == ()
        return super().apply(event, now=now)


def test_time_need_not_pass_where_no_deadline_came() -> None:
    rough = scenario(
        offer={"accept_s": 5, "no_answer": 0.2, "decline": 0.1},
        disconnects={"patients_per_hour": 6, "practitioners_per_hour": 3},
        patience=900,
    )
    policy = DISCIPLINES["scarcest"]
    assert observe(rough, policy, seed=1, switchboard=Scrupulous) == observe(
        rough, policy, seed=1
    )


def told(**other: object) -> list[tuple[Event, Instant]]:
    told: list[tuple[Event, Instant]] = []
    listening = type("ListeningHere", (Listening,), {"told": told})
    observe(scenario(**other), DISCIPLINES["scarcest"], seed=1, switchboard=listening)
    return told


def test_time_has_passed_before_every_event_and_never_goes_back() -> None:
    instants = [now for _, now in told(offer={"no_answer": 0.2}, patience=600)]
    assert instants == sorted(instants)


def test_demand_is_told_as_often_as_it_changes() -> None:
    flat = [event for event, _ in told() if isinstance(event, DemandMeasured)]
    assert [dict(one.per_class) for one in flat] == [{"CA": 0.002, "NY": 0.001}]
    profile = [1.0] * 5 + [2.0] * 19
    hourly = [now for event, now in told(profile=profile) if isinstance(event, DemandMeasured)]
    assert hourly == [0, 5 * 3_600 * SECOND]


def test_a_patient_says_their_language() -> None:
    ready = [
        event for event, _ in told(languages={"es": 0.5}) if isinstance(event, PatientReady)
    ]
    spanish = [one for one in ready if one.language == "es"]
    assert 0.3 < len(spanish) / len(ready) < 0.7
    assert {one.language for one in ready} == {"es", ""}


def test_an_offer_that_was_withdrawn_is_not_answered() -> None:
    """Patience shorter than an accept takes: every answer would come too late."""
    heard = told(
        offer={"accept_s": 10}, patience={"distribution": "deterministic", "mean_s": 5}
    )
    assert not [event for event, _ in heard if isinstance(event, OfferAccepted)]


def test_observations_compare_by_what_was_seen() -> None:
    seen = play()
    assert replace(seen) == seen
