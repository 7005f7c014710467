"""What a waiting patient is told is an honest range, or who is missing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from server.waiting.estimate import CONNECTING, NOBODY, Line
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.messages import WaitEstimate
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.presence import PresenceState

NOW = Instant(1_000_000)
TX, AZ = EligibilityClass("TX"), EligibilityClass("AZ")


def waiting(name: str, eligibility: EligibilityClass, place: int) -> WaitingPatient:
    return WaitingPatient(
        EncounterId(name), eligibility, NOW, place, PresenceState.PRESENT, NOW, NOW
    )


def on_duty(name: str, status: PractitionerStatus) -> PractitionerOnDuty:
    return PractitionerOnDuty(PractitionerId(name), 1, status, NOW, PresenceState.PRESENT, NOW)


def line(
    patients: list[WaitingPatient],
    practitioners: list[PractitionerOnDuty],
    members: Mapping[EligibilityClass, set[str]],
) -> Line:
    who = {one: frozenset(map(PractitionerId, names)) for one, names in members.items()}
    return Line(tuple(patients), tuple(practitioners), who)


def estimate(room: Line, who: EncounterId, *, ringing: bool) -> WaitEstimate:
    for patient, ahead in room.with_ahead():
        if patient.encounter_id == who:
            return room.told(patient, ahead, ringing=ringing)
    pytest.fail("not in line")


BUSY, FREE = PractitionerStatus.IN_EXAM, PractitionerStatus.AVAILABLE


def test_nobody_on_duty_is_said_and_not_dressed_up_as_a_range() -> None:
    empty = line([waiting("a", TX, 1)], [], {TX: {"ana"}})
    assert estimate(empty, EncounterId("a"), ringing=False) == NOBODY


def test_somebody_on_duty_for_another_jurisdiction_is_nobody() -> None:
    other = line([waiting("a", TX, 1)], [on_duty("ben", FREE)], {AZ: {"ben"}})
    assert estimate(other, EncounterId("a"), ringing=False) == NOBODY


def test_an_idle_practitioner_means_connecting_now() -> None:
    idle = line([waiting("a", TX, 1)], [on_duty("ana", FREE)], {TX: {"ana"}})
    assert estimate(idle, EncounterId("a"), ringing=False) == CONNECTING


def test_while_somebody_is_rung_it_says_connecting() -> None:
    busy = line([waiting("a", TX, 1)], [on_duty("ana", BUSY)], {TX: {"ana"}})
    assert estimate(busy, EncounterId("a"), ringing=True) == CONNECTING


def test_more_people_ahead_mean_a_longer_range() -> None:
    room = line(
        [waiting(name, TX, place) for place, name in enumerate("abcd")],
        [on_duty("ana", BUSY)],
        {TX: {"ana"}},
    )
    first = estimate(room, EncounterId("a"), ringing=False)
    last = estimate(room, EncounterId("d"), ringing=False)
    assert first.kind == last.kind == "range"
    assert first.low_min < first.high_min
    assert last.low_min > first.low_min
    assert last.high_min > first.high_min


def test_people_ahead_whom_others_serve_count_only_by_the_overlap() -> None:
    members = {TX: {"ana"}, AZ: {"ana", "ben", "cy", "dee"}}
    practitioners = [on_duty(name, BUSY) for name in ("ana", "ben", "cy", "dee")]
    behind_az = line([waiting("x", AZ, 1), waiting("a", TX, 2)], practitioners, members)
    behind_tx = line([waiting("x", TX, 1), waiting("a", TX, 2)], practitioners, members)
    assert (
        estimate(behind_az, EncounterId("a"), ringing=False).high_min
        < estimate(behind_tx, EncounterId("a"), ringing=False).high_min
    )


def test_the_expected_wait_is_nothing_for_the_next_and_unknown_without_anybody() -> None:
    members = {TX: {"ana"}, AZ: {"ben"}}
    room = line([waiting("a", TX, 1), waiting("b", AZ, 2)], [on_duty("ana", FREE)], members)
    assert room.expected_s(EncounterId("a")) == 0.0
    assert room.expected_s(EncounterId("b")) is None
    assert room.expected_s(EncounterId("stranger")) is None


def test_the_expected_wait_is_inside_of_what_is_told() -> None:
    room = line([waiting("a", TX, 1)], [on_duty("ana", BUSY)], {TX: {"ana"}})
    expected_s = room.expected_s(EncounterId("a"))
    said = estimate(room, EncounterId("a"), ringing=False)
    assert expected_s is not None
    assert said.low_min * 60 <= expected_s <= said.high_min * 60
