"""What a policy is good for: the order of policies on the same patients, and the cap."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from server.simulation.disciplines import DISCIPLINES, Discipline
from server.simulation.figures import Figures, figures
from server.simulation.intervals import Estimate, estimate
from server.simulation.replications import observe
from server.simulation.scenario import Scenario, read_scenario
from signaling.effects import Effect, SendOfferRinging
from signaling.events import Event
from signaling.identifiers import EncounterId, Instant, seconds_between
from signaling.participants import WaitingPatient
from signaling.policy import Policy, ScarcestFirst
from signaling.presence import PresenceState
from signaling.switchboard import Switchboard

SHIPPED: Final = Path(__file__).resolve().parents[2] / "docs" / "scenarios"
CAP_S: Final = 120.0


@cache
def sixty(hours: int) -> Scenario:
    whole = read_scenario((SHIPPED / "60-practitioners.json").read_bytes())
    return whole.model_copy(update={"horizon_s": hours * 3_600.0, "warmup_s": 7_200.0})


@cache
def played(policy: str, replication: int) -> Figures:
    seen = observe(sixty(30), DISCIPLINES[policy], seed=1, replication=replication)
    return figures(seen)


def above(
    one: str, other: str, figure: Callable[[Figures], float] = lambda one: one.mean_s
) -> Estimate:
    """Return by how much one policy is above another, run by run on the same patients."""
    runs = range(3)
    return estimate([figure(played(one, run)) - figure(played(other, run)) for run in runs])


def test_the_fewest_licences_first_beats_the_longest_idle_first() -> None:
    gain = above("audit", "fifo")
    assert gain.low is not None
    assert gain.low > 0


def test_the_scarcest_class_first_helps_the_mean() -> None:
    assert above("fifo", "scarcest").value > 0


def test_the_fair_mode_is_no_worse_than_the_longest_idle() -> None:
    assert above("audit", "fair").value > 0


def test_a_random_class_is_worse_above_all_for_the_worst_jurisdiction() -> None:
    def worst(one: Figures) -> float:
        return max(one.by_jurisdiction.values())

    assert above("random", "scarcest").value > 0
    assert above("random", "scarcest", worst).value > 100


def test_assigning_at_arrival_is_worse_by_orders_of_magnitude() -> None:
    run = observe(sixty(30), DISCIPLINES["assign_at_arrival"], seed=1)
    assert figures(run).mean_s > 10 * played("scarcest", 0).mean_s


class Watched(Switchboard):
    """Notes how old those were who were overtaken at an offer that they could have had."""

    overtaken_s: list[float]

    def apply(self, event: Event, *, now: Instant) -> tuple[Effect, ...]:
        done = super().apply(event, now=now)
        for effect in done:
            if isinstance(effect, SendOfferRinging):
                self._note(effect, now)
        return done

    def _note(self, ringing: SendOfferRinging, now: Instant) -> None:
        patient = self.patient(ringing.offer.encounter_id)
        assert patient is not None
        for older in self.waiting():
            if older.order >= patient.order:
                break
            if self._could_have_had(older, ringing):
                self.overtaken_s.append(seconds_between(older.ages_from, now))

    def _could_have_had(self, older: WaitingPatient, ringing: SendOfferRinging) -> bool:
        practitioner_id = ringing.offer.practitioner_id
        return (
            older.presence is PresenceState.PRESENT
            and not self.offers_for(EncounterId(older.encounter_id))
            and practitioner_id in self.members(older.eligibility)
            and practitioner_id not in older.excluded
        )


def overtaken_s(patients: ScarcestFirst) -> list[float]:
    """Return the ages at which people were overtaken by somebody younger."""
    ages: list[float] = []
    watched = type("WatchedHere", (Watched,), {"overtaken_s": ages})
    policy = Discipline("watched", Policy(patients))
    observe(sixty(8), policy, seed=1, switchboard=watched)
    return ages


def test_nobody_is_overtaken_when_it_is_first_come_first_served() -> None:
    assert overtaken_s(ScarcestFirst(cap_s=0)) == []


def test_nobody_older_than_the_cap_is_overtaken_by_anybody_younger() -> None:
    ages = overtaken_s(ScarcestFirst(CAP_S))
    assert ages
    assert max(ages) < CAP_S


def test_without_a_cap_people_are_overtaken_at_any_age() -> None:
    assert max(overtaken_s(ScarcestFirst(cap_s=1e9))) > 2 * CAP_S


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("name", ["60", "150", "400"])
def test_the_chosen_policy_is_best_on_what_we_ship(name: str) -> None:
    whole = read_scenario((SHIPPED / f"{name}-practitioners.json").read_bytes())
    day = whole.model_copy(update={"horizon_s": 100_000.0, "warmup_s": 10_000.0})

    def mean_s(policy: str, replication: int) -> float:
        seen = observe(day, DISCIPLINES[policy], seed=1, replication=replication)
        return figures(seen).mean_s

    chosen = [mean_s("scarcest", replication) for replication in range(2)]
    for policy in ("audit", "random"):
        others = [mean_s(policy, replication) for replication in range(2)]
        assert all(other > mine for other, mine in zip(others, chosen, strict=True))
