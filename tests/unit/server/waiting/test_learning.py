"""What waits and exams teach, and what teaches nothing."""

from __future__ import annotations

import pytest

from server.waiting.learning import Waits
from server.waiting.watching import Committed
from signaling import events
from signaling.effects import Effect
from signaling.identifiers import (
    EligibilityClass,
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
)
from signaling.limits import Limits
from signaling.prediction import ClassWaits, Signs, WaitModel
from signaling.switchboard import Switchboard

ANN, TX = PractitionerId("ann"), EligibilityClass("tx")
NOW = Instant(1_790_000_000_000_000)


class Room:
    """A switchboard whose batches are watched, one event each."""

    def __init__(self) -> None:
        self.now = NOW
        self.numbers = iter(range(1_000))
        self.board = Switchboard(Limits(), lambda: OfferId(f"o{next(self.numbers)}"))
        self.waits = Waits()
        self.waits.rebuilt(self.board, {}, NOW)
        self.happens(events.EligibilityChanged(TX, frozenset({ANN})))
        self.happens(events.PractitionerAvailable(ANN, 1))

    def happens(self, event: events.Event, after_s: float = 0.0) -> None:
        self.now = plus(self.now, after_s)
        effects: tuple[Effect, ...] = self.board.apply(event, now=self.now)
        self.waits.committed(Committed(self.now, effects))

    def comes(self, name: str) -> None:
        place = next(self.numbers)
        self.happens(events.PatientReady(EncounterId(name), TX, place, self.now))

    def accepted(self, name: str, after_s: float = 0.0) -> None:
        self.happens(events.TimePassed(), after_s)
        offer = self.board.offer_for(EncounterId(name))
        assert offer is not None
        self.happens(events.OfferAccepted(offer.offer_id, ANN))

    def freed(self, name: str, after_s: float) -> None:
        self.happens(events.PractitionerFreed(ANN, EncounterId(name)), after_s)


@pytest.fixture
def room() -> Room:
    return Room()


def test_an_exam_teaches_how_long_a_practitioner_is_busy(room: Room) -> None:
    room.comes("first")
    room.accepted("first", after_s=3.0)
    room.freed("first", after_s=700.0)
    assert room.waits.model == WaitModel().learned_exam(700.0)


def test_writing_up_belongs_to_the_exam(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.happens(events.CallEnded(EncounterId("first")), after_s=300.0)
    room.freed("first", after_s=200.0)
    assert room.waits.model == WaitModel().learned_exam(500.0)


def test_somebody_who_goes_away_after_the_exam_taught_as_well(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.happens(events.PractitionerAway(ANN))
    room.freed("first", after_s=400.0)
    assert room.waits.model.exams_learned == 1


def test_a_wait_teaches_what_became_of_the_prediction(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.comes("second")
    raw_s = WaitModel().handle_s  # the one ahead is being seen, and ann is the only one
    room.freed("first", after_s=200.0)
    room.accepted("second", after_s=4.0)
    signs = Signs.of(raw_s, None)
    learned = WaitModel().learned_exam(200.0).learned_wait(signs, 204.0)
    assert room.waits.model == learned


def test_who_is_rung_for_at_once_teaches_nothing_about_waits(room: Room) -> None:
    room.comes("first")
    room.accepted("first", after_s=9.0)
    assert room.waits.model.waits_learned == 0


def test_who_leaves_teaches_nothing(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.comes("second")
    room.happens(events.PatientLeft(EncounterId("second")), after_s=100.0)
    room.freed("first", after_s=100.0)
    assert room.waits.model.waits_learned == 0


def test_what_was_going_on_over_a_restart_teaches_nothing(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.comes("second")
    room.waits.rebuilt(room.board, {}, room.now)
    room.freed("first", after_s=200.0)
    room.accepted("second")
    assert room.waits.model == WaitModel()


def test_the_line_is_estimated_with_what_was_learned(room: Room) -> None:
    room.waits.model = WaitModel().learned_exam(9_000.0)
    assert room.waits.line(room.board).model is room.waits.model


def test_recent_waits_of_a_class_count_for_the_next_of_it(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    room.comes("second")
    before = room.waits.line(room.board).expected_s(EncounterId("second"))
    room.happens(events.PatientLeft(EncounterId("second")))
    room.waits._waits[TX] = ClassWaits(250.0, 500.0, 3_000.0)
    room.comes("third")
    after = room.waits.line(room.board).expected_s(EncounterId("third"))
    assert before is not None
    assert after is not None
    assert after > before


def test_recent_waits_count_for_what_is_left_of_the_line(room: Room) -> None:
    room.comes("first")
    room.accepted("first")
    for name in ("second", "third"):
        room.comes(name)
    began = room.waits.line(room.board).expected_s(EncounterId("third"))
    room.happens(events.PatientLeft(EncounterId("second")))
    left = room.waits.line(room.board).expected_s(EncounterId("third"))
    assert began is not None
    assert left == pytest.approx(began / 2)
