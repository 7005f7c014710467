from __future__ import annotations

from server.metrics.staffing import HALF_HOUR_US, StaffClock, StaffTime
from signaling.identifiers import Instant
from signaling.participants import PractitionerStatus

AWAY = PractitionerStatus.AWAY
AVAILABLE = PractitionerStatus.AVAILABLE
OFFERED = PractitionerStatus.OFFERED
IN_EXAM = PractitionerStatus.IN_EXAM
WRAP_UP = PractitionerStatus.WRAP_UP
NOON = Instant(1_000_000 * HALF_HOUR_US)


def at(seconds: float) -> Instant:
    return Instant(NOON + round(seconds * 1_000_000))


def test_ringing_talking_and_writing_up_are_busy() -> None:
    clock = StaffClock(NOON)
    clock.change(AWAY, AVAILABLE, at(0))
    clock.change(AVAILABLE, OFFERED, at(100))
    clock.change(OFFERED, IN_EXAM, at(105))
    clock.change(IN_EXAM, WRAP_UP, at(305))
    clock.change(WRAP_UP, AVAILABLE, at(345))
    clock.change(AVAILABLE, AWAY, at(400))
    clock.advance(at(1_000))
    assert clock.seconds() == (400.0, 245.0)
    assert clock.unsaved() == {NOON: StaffTime(400_000, 5_000, 200_000, 40_000)}
    assert clock.unsaved()[NOON].occupancy == 245 / 400


def test_time_is_split_at_the_half_hours() -> None:
    clock = StaffClock(NOON)
    clock.change(AWAY, AVAILABLE, at(1_700))
    clock.advance(at(5_500))
    assert [time.online_ms for time in clock.unsaved().values()] == [
        100_000,
        1_800_000,
        1_800_000,
        100_000,
    ]


def test_what_was_stored_is_not_stored_again_and_no_fraction_is_lost() -> None:
    clock = StaffClock(NOON)
    clock.change(AWAY, IN_EXAM, NOON)
    stored = 0
    for step in range(1, 1_001):
        clock.advance(Instant(NOON + step * 1_500))  # 1.5 ms
        times = clock.unsaved()
        stored += sum(time.in_exam_ms for time in times.values())
        clock.saved(times)
    assert stored == 1_500


def test_nobody_on_duty_makes_no_rows_however_long() -> None:
    clock = StaffClock(NOON)
    clock.advance(Instant(NOON + 10_000 * HALF_HOUR_US))
    assert clock.unsaved() == {}
    assert StaffTime().occupancy is None


def test_half_hours_that_are_over_and_stored_are_forgotten() -> None:
    clock = StaffClock(NOON)
    clock.change(AWAY, AVAILABLE, NOON)
    for hour in range(1, 50):
        clock.advance(Instant(NOON + hour * HALF_HOUR_US))
        clock.saved(clock.unsaved())
    assert len(clock._unsaved) <= 1
