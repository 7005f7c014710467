from __future__ import annotations

import random
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.metrics.facts import Connected, Handled, OfferSettled, Outcome, WaitEnded
from server.metrics.instruments import Gauges, Instruments, Now
from server.metrics.staffing import StaffClock
from server.metrics.survey import survey
from signaling import events
from signaling.identifiers import EncounterId, Instant, PractitionerId, plus
from signaling.offers import OfferState
from tests.unit.server.metrics.watched import AZ, START, Watched

NAMES = {
    "gfe_queue_wait_seconds",
    "gfe_connect_seconds",
    "gfe_patients_waiting",
    "gfe_oldest_wait_seconds",
    "gfe_providers",
    "gfe_providers_eligible",
    "gfe_offers",
    "gfe_offer_response_seconds",
    "gfe_abandoned",
    "gfe_encounter_handle_seconds",
    "gfe_provider_busy_seconds",
    "gfe_provider_online_seconds",
    "gfe_matcher_decision_seconds",
    "gfe_wait_prediction_error_seconds",
}
BOUNDS = "1.0 2.0 5.0 10.0 15.0 20.0 31.0 45.0 60.0 90.0 120.0 180.0 300.0 600.0 1200.0 +Inf"


def samples(instruments: Instruments) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(instruments.exposition().decode())
    return {
        (one.name, frozenset(one.labels.items())): one.value
        for family in families
        for one in family.samples
    }


def value(instruments: Instruments, name: str, **labels: str) -> float:
    found = samples(instruments)
    wanted = labels.items()
    return sum(
        amount for (one, held), amount in found.items() if one == name and wanted <= held
    )


def shown(*rooms: Watched) -> Instruments:
    instruments = Instruments()
    clock = StaffClock(START)

    def look() -> tuple[Instant, list[Now]]:
        now = max(room.now for room in rooms)
        clock.advance(now)
        online_s, busy_s = clock.seconds()
        seen = [survey(room.switchboard, room.observer.line, {}) for room in rooms]
        return now, [Now(one, online_s, busy_s) for one in seen]

    instruments.show(look)
    return instruments


def test_the_names_are_exactly_those_that_are_documented() -> None:
    text = shown(Watched()).exposition().decode()
    families = {one.name for one in text_string_to_metric_families(text)}
    assert families == NAMES


def test_31_seconds_are_a_bound_of_both_waits() -> None:
    instruments = Instruments()
    instruments.record(WaitEnded("AZ", Outcome.ANSWERED, 31.0, None, START))
    instruments.record(Connected(EncounterId("e"), "AZ", 31.01, START))
    text = instruments.exposition().decode()
    for name, within in (("gfe_queue_wait_seconds", 1.0), ("gfe_connect_seconds", 0.0)):
        bounds = re.findall(rf'{name}_bucket{{le="([^"]+)"', text)
        assert " ".join(bounds) == BOUNDS
        assert value(instruments, f"{name}_bucket", le="31.0", state="AZ") == within


def test_every_fact_reaches_its_instrument() -> None:
    instruments = Instruments()
    who = PractitionerId("casey")
    instruments.record(WaitEnded("AZ", Outcome.ABANDONED, 12.0, None, START))
    instruments.record(WaitEnded("AZ", Outcome.ANSWERED, 10.0, 20.0, START))
    instruments.record(OfferSettled(who, "AZ", OfferState.DECLINED, 4.0, START))
    instruments.record(OfferSettled(who, "AZ", OfferState.MISSED, 15.0, START))
    instruments.record(Handled(480.0))
    instruments.decided(0.000_02)
    labels = {"state": "AZ", "modality": "live_video", "outcome": "abandoned"}
    assert value(instruments, "gfe_queue_wait_seconds_sum", **labels) == 12.0
    assert value(instruments, "gfe_abandoned_total", state="AZ") == 1.0
    assert value(instruments, "gfe_wait_prediction_error_seconds_sum") == 20.0
    assert value(instruments, "gfe_offers_total") == 2.0
    assert value(instruments, "gfe_offer_response_seconds_count") == 1.0
    assert value(instruments, "gfe_encounter_handle_seconds_sum") == 480.0
    assert value(instruments, "gfe_matcher_decision_seconds_count") == 1.0


def test_a_place_that_does_not_exist_opens_no_series_of_its_own() -> None:
    instruments = Instruments()
    for name in ("", "XX", "Zephyrine Quillfeather"):
        instruments.record(WaitEnded(name, Outcome.ANSWERED, 1.0, None, START))
    assert value(instruments, "gfe_queue_wait_seconds_count", state="unknown") == 3.0
    assert b"Zephyrine" not in instruments.exposition()


def test_waiting_rooms_of_several_networks_add_up() -> None:
    one, other = Watched(), Watched()
    one.ready("ana")
    one.wait(40)
    other.ready("ben")
    instruments = shown(one, other)
    assert value(instruments, "gfe_patients_waiting", state="AZ") == 2.0
    assert value(instruments, "gfe_oldest_wait_seconds", state="AZ") == 40.0
    assert value(instruments, "gfe_oldest_wait_seconds", state="NV") == 0.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_exported_numbers_obey_littles_law(seed: int) -> None:
    """L = lambda W (Little 1961): over a time that begins and ends with an empty line."""
    chance = random.Random(seed)
    room, instruments = Watched(), Instruments()

    def look() -> tuple[Instant, list[Now]]:
        seen = survey(room.switchboard, room.observer.line, {})
        return room.now, [Now(seen, 0, 0)]

    scrape = Gauges(look)
    room.may_serve(AZ, "casey", "avery")
    patient_seconds = waiting = 0.0
    for number in range(1_500):
        passed_s = round(chance.expovariate(1 / 20), 6)
        room.now = plus(room.now, passed_s)
        patient_seconds += waiting * passed_s
        something_happens(room, chance, arrivals=number < 1_200)
        waiting = gauge(scrape, "gfe_patients_waiting")
    for patient in room.switchboard.waiting():
        room.apply(events.PatientLeft(patient.encounter_id))
    for fact in room.facts:
        instruments.record(fact)
    elapsed_s = (room.now - START) / 1_000_000
    ended = value(instruments, "gfe_queue_wait_seconds_count")
    rate = ended / elapsed_s
    mean_wait_s = value(instruments, "gfe_queue_wait_seconds_sum") / ended
    assert ended > 200
    assert patient_seconds / elapsed_s > 0.5
    assert patient_seconds / elapsed_s == pytest.approx(rate * mean_wait_s, rel=1e-6)


def gauge(scrape: Gauges, name: str) -> float:
    return sum(
        one.value for family in scrape.collect() for one in family.samples if one.name == name
    )


def something_happens(room: Watched, chance: random.Random, *, arrivals: bool) -> None:
    """An arrival, an answer, somebody free again, or somebody who leaves."""
    room.on_duty("casey")
    room.on_duty("avery")
    ringing = room.switchboard.ringing()
    busy = [one for one in room.switchboard.practitioners() if one.encounter_id]
    line = room.switchboard.waiting()
    kind = chance.random()
    if kind < 0.3 and arrivals:
        room.ready(f"patient-{next(room.numbers)}")
    elif kind < 0.6 and ringing:
        room.accept(ringing[0].practitioner_id)
    elif kind < 0.9 and busy:
        room.free(busy[0].practitioner_id, str(busy[0].encounter_id))
    elif kind > 0.97 and line:
        room.apply(events.PatientLeft(chance.choice(line).encounter_id))
