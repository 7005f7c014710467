"""When a finding counts as looked at: the tick, and the evidence that covers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from server.chart.call_entries import CallEnded
from server.chart.entries import AnyEntry, FindingSeen, MediaEvidenceIncomplete, OfferAccepted
from server.chart.findings import FINAL_AFTER_S, SEAL_WAIT_US, Standing, looked
from server.chart.media import recorded
from server.chart.media_entries import MediaEvidence
from server.chart.reading import read
from server.chart.state import CallRecord, ChartState
from server.intake.catalogue import catalogue
from signaling.messages import TreatmentRef
from tests.unit.server.chart_of_ana import NEUROTOXIN, PRACTITIONER
from tests.unit.server.measured import START, US, entries, witnessed

ON_CALL = CallRecord(state="connected", connected_at=START * US)
LONG = "t" * 120


def chart(
    measured: Sequence[MediaEvidence | MediaEvidenceIncomplete],
    *ticks: int,
    call: CallRecord = ON_CALL,
) -> ChartState:
    return ChartState(
        treatments=(NEUROTOXIN,),
        call=call,
        media=recorded(list(measured)),
        findings={"neurotoxin": tuple((START + one) * US for one in ticks)},
    )


def standing(state: ChartState, now_s: int | None = None) -> Standing:
    now = None if now_s is None else (START + now_s) * US
    (one,) = looked(state, now)
    return one.standing


def test_every_treatment_class_has_something_to_look_at() -> None:
    assert all(one.live_findings for one in catalogue().classes.values())


def test_without_a_tick_it_is_missing() -> None:
    assert standing(chart(entries(witnessed(LONG, LONG)))) == "missing"


def test_a_tick_while_video_flowed_both_ways_is_seen() -> None:
    state = chart(entries(witnessed(LONG, LONG)), 60)
    (one,) = looked(state)
    assert (one.standing, one.at) == ("seen", (START + 60) * US)
    assert one.findings


@pytest.mark.parametrize("letter", ["a", "b", "s", ".", "-"])
@pytest.mark.parametrize("side", Side)
def test_sound_a_still_picture_or_nothing_from_one_side_shows_nothing(
    letter: str, side: Side
) -> None:
    flows = {Side.PATIENT: LONG, Side.PRACTITIONER: LONG} | {side: letter * 120}
    measured = entries(witnessed(flows[Side.PATIENT], flows[Side.PRACTITIONER]))
    assert standing(chart(measured, 60)) == "unseen"


def test_a_camera_declared_off_shows_nothing_whatever_flows() -> None:
    off = Declaration((START + 50) * US, Side.PATIENT, Declared.CAMERA_OFF, holds=True)
    measured = entries(witnessed(LONG, LONG, off))
    assert standing(chart(measured, 60)) == "unseen"
    assert standing(chart(measured, 40)) == "seen"


def test_a_tick_just_behind_the_video_counts_and_no_later() -> None:
    measured = entries(witnessed("t" * 40 + "a" * 40, "t" * 80))
    found = [standing(chart(measured, at)) for at in (39, 40, 41, 42, 50)]
    assert found == ["seen", "seen", "seen", "unseen", "unseen"]


def test_of_several_ticks_one_is_enough() -> None:
    measured = entries(witnessed("a" * 60 + "t" * 60, "t" * 120))
    assert standing(chart(measured, 10)) == "unseen"
    assert standing(chart(measured, 10, 100)) == "seen"
    assert standing(chart(measured, 100, 110)) == "seen"


def test_a_tick_of_the_last_seconds_is_pending_until_evidence_is_final() -> None:
    running = entries(witnessed(LONG, LONG, sealed=False))
    assert standing(chart(running, 119), 120) == "pending"
    assert standing(chart(running, 120 - FINAL_AFTER_S + 2), 120) == "pending"
    assert standing(chart(running, 120 - FINAL_AFTER_S + 1), 120) == "seen"


def test_before_anything_was_measured_a_tick_is_pending_while_the_call_goes_on() -> None:
    assert standing(chart([], 3), 5) == "pending"
    assert standing(chart([], 3), None) == "unseen"
    over = replace(ON_CALL, state="ended", ended_at=(START + 6) * US)
    assert standing(chart([], 3, call=over), 7) == "pending"
    assert standing(chart([], 3, call=over), 6 + SEAL_WAIT_US // US) == "unseen"


def test_once_the_call_is_sealed_nothing_is_pending() -> None:
    """The second in which the call ended is behind the last one of the ledger."""
    over = replace(ON_CALL, state="ended", ended_at=(START + 60) * US)
    assert (
        standing(chart(entries(witnessed("a" * 60, "t" * 60)), 60, call=over), 61) == "unseen"
    )
    assert standing(chart(entries(witnessed("t" * 60, "t" * 60)), 60, call=over), 61) == "seen"


def test_what_a_lost_relay_told_before_it_was_judged_for_good_proves_nothing() -> None:
    lost = MediaEvidenceIncomplete(ledger=1, why="relay_lost", parts=9)
    measured: list[MediaEvidence | MediaEvidenceIncomplete] = [
        *entries(witnessed(LONG, LONG, sealed=False)),
        lost,
    ]
    assert standing(chart(measured, 119)) == "unseen"
    assert standing(chart(measured, 60)) == "seen"


def test_after_a_call_was_taken_up_again_the_new_ledger_counts() -> None:
    first = entries(witnessed("a" * 40, "t" * 40))
    then = entries(witnessed("t" * 40, "t" * 40, first=START + 300), ledger=2)
    assert standing(chart([*first, *then], 20)) == "unseen"
    assert standing(chart([*first, *then], 20, 320)) == "seen"
    assert standing(chart(first, 20, 320), 321) == "pending"


def read_at(*entries_at: tuple[AnyEntry, int]) -> ChartState:
    return read([one for one, _ in entries_at], [at for _, at in entries_at])


def tick(*, seen: bool = True) -> FindingSeen:
    return FindingSeen(treatment_class="neurotoxin", seen=seen, findings=["Brow"])


def test_a_tick_taken_back_does_not_count() -> None:
    assert read_at((tick(), 5), (tick(), 6)).findings == {"neurotoxin": (5, 6)}
    assert read_at((tick(), 5), (tick(seen=False), 6)).findings == {"neurotoxin": ()}


def test_what_another_practitioner_saw_does_not_count() -> None:
    other = PRACTITIONER.model_copy(update={"practitioner_id": "practitioner-2"})
    first = OfferAccepted(offer_id="offer-0001", practitioner=PRACTITIONER)
    again = OfferAccepted(offer_id="offer-0002", practitioner=PRACTITIONER)
    theirs = OfferAccepted(offer_id="offer-0003", practitioner=other)
    assert read_at((first, 1), (tick(), 5), (again, 9)).findings == {"neurotoxin": (5,)}
    assert read_at((first, 1), (tick(), 5), (theirs, 9)).findings == {}


def test_a_chart_whose_call_ended_waits_for_its_seal_and_no_longer() -> None:
    ended = CallEnded(generation=1, by="practitioner")
    state = read_at((tick(), START * US), (ended, (START + 5) * US))
    state = replace(state, treatments=(NEUROTOXIN,))
    assert standing(state, 6) == "pending"
    assert standing(state, 60) == "unseen"


FLOWS = st.text("tas.", min_size=30, max_size=90)


@given(FLOWS, FLOWS, st.integers(0, 89))
def test_less_video_never_makes_a_finding_seen(patient: str, doctor: str, at: int) -> None:
    length = min(len(patient), len(doctor))
    patient, doctor = patient[:length], doctor[:length]
    less = patient.replace("t", "a")
    assert standing(chart(entries(witnessed(less, doctor)), at)) != "seen"


def test_findings_follow_the_treatments_as_they_stand() -> None:
    state = chart(entries(witnessed(LONG, LONG)), 60)
    both = replace(state, treatments=(NEUROTOXIN, TreatmentRef(treatment_class="filler")))
    assert [one.standing for one in looked(both)] == ["seen", "missing"]
    assert looked(replace(state, treatments=())) == ()
