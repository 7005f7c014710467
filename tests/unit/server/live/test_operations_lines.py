"""Who waits, as operations see it: nobody before it is committed, nobody without a place."""

from __future__ import annotations

from server.live.operations import lines
from signaling import events
from signaling.identifiers import EncounterId
from tests.unit.server.metrics.watched import AZ, Watched


def test_somebody_whose_coming_is_not_committed_is_told_with_the_commit() -> None:
    room = Watched()
    room.ready("ana-ortiz")
    ben = EncounterId("ben-soto")
    coming = events.PatientReady(ben, AZ, next(room.numbers), room.now)
    room.switchboard.apply(coming, now=room.now)
    assert [one.encounter_id for one in room.switchboard.waiting()] == ["ana-ortiz", "ben-soto"]
    told = lines(room.switchboard, room.observer.line, {"ana-ortiz": "NV"})
    assert [(one.encounter_id, one.jurisdiction) for one in told] == [("ana-ortiz", "AZ")]
    assert told[0].site_jurisdiction == "NV"
    assert told[0].presence == "present"


def test_a_site_that_is_not_read_yet_counts_as_where_the_patient_is() -> None:
    room = Watched()
    room.ready("ana-ortiz", place="AZ")
    (line,) = lines(room.switchboard, room.observer.line, {})
    assert (line.jurisdiction, line.site_jurisdiction) == ("AZ", "AZ")
