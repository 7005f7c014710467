from __future__ import annotations

from server.metrics.facts import (
    Connected,
    DutyChanged,
    Handled,
    OfferSettled,
    Outcome,
    WaitBegan,
    WaitEnded,
)
from signaling import events
from signaling.effects import StatusReason
from signaling.identifiers import EncounterId, PractitionerId
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from tests.unit.server.metrics.watched import AZ, AZ_NV, Watched

ANA = EncounterId("ana")
CASEY = PractitionerId("casey")


def one_answered(room: Watched) -> None:
    room.may_serve(AZ, "casey")
    room.ready("ana")
    room.wait(20)
    room.on_duty("casey")
    room.wait(5)
    room.accept("casey")


def test_a_wait_is_from_ready_to_accepted() -> None:
    room = Watched()
    one_answered(room)
    (ended,) = room.of(WaitEnded)
    assert ended == WaitEnded("AZ", Outcome.ANSWERED, 25.0, None, room.now)
    (settled,) = room.of(OfferSettled)
    assert settled == OfferSettled(CASEY, "AZ", OfferState.ACCEPTED, 5.0, room.now)


def test_a_prediction_is_measured_by_the_wait_that_came() -> None:
    room = Watched(told_s=60.0)
    one_answered(room)
    (ended,) = room.of(WaitEnded)
    assert isinstance(ended, WaitEnded)
    assert ended.missed_s == 35.0


def test_leaving_and_being_gone_for_too_long_are_both_abandoning() -> None:
    room = Watched(told_s=60.0)
    room.ready("ana")
    room.ready("ben")
    room.wait(4)
    room.apply(events.PatientLeft(ANA))
    room.apply(events.PatientLost(EncounterId("ben")))
    room.wait(121)
    ended = [fact for fact in room.facts if isinstance(fact, WaitEnded)]
    assert [(fact.outcome, fact.waited_s) for fact in ended] == [
        (Outcome.ABANDONED, 4.0),
        (Outcome.ABANDONED, 125.0),
    ]
    assert [fact.missed_s for fact in ended] == [None, None], "nobody was answered"


def test_a_visit_called_off_is_no_abandonment() -> None:
    room = Watched()
    room.ready("ana")
    room.apply(events.EncounterCancelled(ANA))
    (ended,) = room.of(WaitEnded)
    assert isinstance(ended, WaitEnded)
    assert ended.outcome is Outcome.CANCELLED


def test_a_patient_counts_where_they_are_not_where_the_site_is() -> None:
    room = Watched()
    room.ready("ana", AZ_NV, place="NV")
    (began,) = room.of(WaitBegan)
    assert began == WaitBegan("NV", room.now)


def test_a_patient_who_moves_is_not_a_new_one() -> None:
    room = Watched()
    room.ready("ana")
    room.apply(events.ClassChanged(ANA, AZ_NV), ana="NV")
    assert len(room.of(WaitBegan)) == 1
    assert room.observer.line[ANA].jurisdiction == "NV"


def test_handling_is_talk_and_wrap_up() -> None:
    room = Watched()
    one_answered(room)
    room.wait(300)
    room.apply(events.CallEnded(ANA))
    room.wait(60)
    room.free("casey", "ana")
    assert room.of(Handled) == [Handled(360.0)]
    assert not room.observer.examined


def test_an_exam_that_is_given_back_handled_nothing_and_its_wait_begins_anew() -> None:
    room = Watched()
    one_answered(room)
    room.wait(30)
    room.apply(events.PractitionerReleased(PractitionerId("casey"), ANA), ana="AZ")
    room.apply(events.PatientSeen(ANA))
    assert room.of(Handled) == []
    assert len(room.of(WaitBegan)) == 2
    room.wait(7)
    room.apply(events.PatientLeft(ANA))
    ended = [fact for fact in room.facts if isinstance(fact, WaitEnded)]
    assert [fact.waited_s for fact in ended] == [25.0, 7.0]


def test_connecting_counts_once_and_from_ready() -> None:
    room = Watched()
    one_answered(room)
    room.wait(2)
    room.observer.connected("ana", room.now)
    first = room.now
    room.wait(60)
    room.observer.connected("ana", room.now)
    room.observer.connected("nobody", room.now)
    assert room.of(Connected) == [Connected(ANA, "AZ", 27.0, first)]


def test_missing_two_offers_says_why_somebody_left() -> None:
    room = Watched()
    room.may_serve(AZ, "casey")
    room.on_duty("casey")
    room.ready("ana")
    room.wait(15)
    room.wait(200)
    room.wait(15)
    changes = [fact for fact in room.facts if isinstance(fact, DutyChanged)]
    assert changes[0].before is PractitionerStatus.AWAY
    assert changes[-1].after is PractitionerStatus.AWAY
    assert changes[-1].reason is StatusReason.MISSED_OFFERS_MAX
    results = [fact.result for fact in room.facts if isinstance(fact, OfferSettled)]
    assert results == [OfferState.MISSED, OfferState.MISSED]


def test_a_rebuild_takes_up_what_the_switchboard_holds() -> None:
    room = Watched()
    one_answered(room)
    room.ready("ben")
    before = list(room.facts)
    room.observer.rebuilt(room.switchboard, {EncounterId("ben"): "NV"}, room.now)
    assert room.facts == before, "nothing happened"
    assert room.observer.line[EncounterId("ben")].jurisdiction == "NV"
    room.wait(60)
    room.observer.connected("ana", room.now)
    assert len(room.of(Connected)) == 1
    room.apply(events.CallEnded(ANA))
    room.free("casey", "ana")
    assert room.of(Handled) == [], "when the exam began is not known any more"


def test_who_went_away_while_nobody_looked_is_told_at_the_rebuild() -> None:
    room = Watched()
    room.on_duty("casey")
    room.switchboard.apply(events.PractitionerAway(CASEY), now=room.now)
    room.observer.rebuilt(room.switchboard, {}, room.now)
    assert room.facts[-1] == DutyChanged(
        CASEY,
        PractitionerStatus.AVAILABLE,
        PractitionerStatus.AWAY,
        None,
        room.now,
        witnessed=False,
    )
