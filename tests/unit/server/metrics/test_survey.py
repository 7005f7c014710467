from __future__ import annotations

from server.jurisdictions import JURISDICTIONS
from server.metrics.survey import Tile, survey
from signaling import events
from signaling.identifiers import EncounterId, PractitionerId
from signaling.participants import PractitionerStatus
from tests.unit.server.metrics.watched import AZ, AZ_NV, START, Watched

CASEY, AVERY = PractitionerId("casey"), PractitionerId("avery")
LICENSED = {CASEY: frozenset({"AZ"}), AVERY: frozenset({"AZ", "NV"})}


def test_all_51_jurisdictions_are_there_even_when_nothing_is() -> None:
    seen = survey(Watched().switchboard, {}, {})
    assert seen.tiles.keys() == JURISDICTIONS.keys()
    assert all(tile == Tile() for tile in seen.tiles.values())
    assert seen.oldest_ready_at is None


def test_who_waits_is_counted_where_they_are_with_the_oldest_wait() -> None:
    room = Watched()
    room.ready("ana")
    room.wait(60)
    room.ready("ben")
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    assert (seen.tiles["AZ"].waiting, seen.tiles["AZ"].oldest_ready_at) == (2, START)
    assert seen.tiles["AZ"].licensed == 2
    assert seen.tiles["NV"].licensed == 1


def test_covered_is_a_matter_of_patient_and_site_together() -> None:
    room = Watched()
    room.may_serve(AZ, "casey", "avery")
    room.may_serve(AZ_NV, "avery")
    room.on_duty("casey")
    room.ready("ana", AZ_NV, place="NV")
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    assert seen.tiles["NV"].uncovered == 1, "casey may not act in NV"
    assert (seen.tiles["AZ"].on_duty.total(), seen.tiles["AZ"].idle) == (1, 1)
    room.on_duty("avery")
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    assert seen.tiles["NV"].uncovered == 0
    assert seen.tiles["NV"].on_duty == {PractitionerStatus.OFFERED: 1}


def test_who_is_about_to_leave_covers_nobody() -> None:
    room = Watched()
    room.may_serve(AZ, "casey")
    room.on_duty("casey")
    room.ready("ana")
    room.accept("casey")
    room.apply(events.PractitionerAway(CASEY))
    room.ready("ben")
    seen = survey(room.switchboard, room.observer.line, LICENSED)
    assert seen.tiles["AZ"].uncovered == 1
    assert (
        seen.tiles["AZ"].uncovered_ready_at == room.observer.line[EncounterId("ben")].ready_at
    )
    assert seen.statuses == {PractitionerStatus.IN_EXAM: 1}
