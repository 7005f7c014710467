from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import Kind
from media.ledger import Part
from media.sample import EvidenceError, Source
from server.chart import entries as e
from server.chart.entries import AnyEntry, UnreadableEntry, decode, encode, summary
from server.chart.media import MediaRecord, Span, live_line, recorded
from server.chart.media_entries import MediaEvidence, duration, evidence_entry
from server.chart.reading import read
from tests.unit.server.measured import START, US, entries, witnessed

LIVE, SOUND, NOTHING = Kind.LIVE_VIDEO, Kind.AUDIO_ONLY, Kind.INTERRUPTED


def media_of(*found: AnyEntry) -> MediaRecord:
    """Return what a chart says after its entries were written and read back."""
    return read([decode(encode(entry)) for entry in found]).media


def call(patient: str, practitioner: str, *said: Declaration) -> MediaRecord:
    return media_of(*entries(witnessed(patient, practitioner, *said)))


def test_two_people_talking_are_live_video_in_the_chart() -> None:
    record = call("t" * 60, "t" * 60)
    assert record.complete
    assert record.spans == (Span(LIVE, START, START + 60, "witnessed"),)
    assert live_line(record) == "Live video both ways: 1 min, witnessed by the relay"


@pytest.mark.parametrize(
    ("what", "letters"),
    [("camera off", "a" * 60), ("a black picture", "b" * 60), ("a still picture", "s" * 60)],
)
@pytest.mark.parametrize("side", list(Side))
def test_no_camera_no_light_and_no_movement_are_never_live_video_in_the_chart(
    what: str, letters: str, side: Side
) -> None:
    lines = (letters, "t" * 60) if side is Side.PATIENT else ("t" * 60, letters)
    record = call(*lines)
    assert record.complete
    assert record.totals.live_video_s == 0, what
    assert record.totals.seconds == {SOUND: 60}
    assert live_line(record) == "Live video both ways: none measured"


def test_a_camera_that_was_declared_off_is_not_live_video_whatever_flows() -> None:
    off = Declaration(START * US, Side.PATIENT, Declared.CAMERA_OFF, holds=True)
    assert call("t" * 40, "t" * 40, off).totals.seconds == {SOUND: 40}


def test_a_picture_that_becomes_still_ends_the_interval_and_the_chart_says_when() -> None:
    record = call("t" * 30 + "s" * 30, "t" * 60)
    assert [(one.kind, one.first - START, one.end - START) for one in record.spans] == [
        (LIVE, 0, 30),
        (SOUND, 30, 60),
    ]


def test_before_the_seal_the_chart_says_what_is_known_so_far() -> None:
    parts = witnessed("t" * 45, "t" * 45, sealed=False)
    record = media_of(*entries(parts))
    assert not record.complete
    assert record.totals.seconds == {LIVE: 40}
    assert live_line(record).endswith("40 s, witnessed by the relay, so far")


@pytest.mark.parametrize("missing", range(5))
def test_a_part_that_is_missing_shows(missing: int) -> None:
    parts = witnessed("t" * 40, "t" * 40)
    assert len(parts) == 6
    record = media_of(*entries(parts[:missing] + parts[missing + 1 :]))
    assert not record.complete
    assert record.ledgers[0].faults == ("part_missing",)


def test_a_part_that_was_changed_breaks_the_seal() -> None:
    parts = witnessed("t" * 40, "t" * 40)
    other = witnessed("t" * 9 + "s" + "t" * 30, "t" * 40)
    record = media_of(*entries((other[0], *parts[1:])))
    assert record.ledgers[0].faults == ("seal_broken",)


def test_a_part_that_is_there_twice_counts_once() -> None:
    parts = witnessed("t" * 40, "t" * 40)
    assert media_of(*entries((parts[0], *parts))).complete


def test_nothing_comes_behind_a_seal() -> None:
    parts = witnessed("t" * 40, "t" * 40)
    late = replace(parts[0], number=parts[-1].number + 1)
    assert media_of(*entries((*parts, late))).ledgers[0].faults == ("out_of_order",)


def test_a_call_that_moved_to_another_relay_counts_each_second_once_and_as_the_better() -> None:
    # The first relay sees the call leave at 30 and is sealed at 40; the second has it from 28.
    first = witnessed("t" * 30 + "." * 10, "t" * 30 + "." * 10)
    second = witnessed("t" * 32, "t" * 32, first=START + 28)
    record = media_of(*entries(first), *entries(second, ledger=2))
    assert record.complete
    assert record.totals.seconds == {LIVE: 60}
    assert record.spans == (Span(LIVE, START, START + 60, "witnessed"),)


def test_what_the_browsers_reported_is_told_apart() -> None:
    seen = witnessed("t" * 30, "t" * 30)
    said = witnessed("t" * 30, "t" * 30, source=Source.REPORTED, first=START + 30)
    record = media_of(*entries(seen), *entries(said, ledger=2, source=Source.REPORTED))
    assert (record.totals.live_witnessed_s, record.totals.live_reported_s) == (30, 30)
    assert (
        live_line(record)
        == "Live video both ways: 30 s, witnessed by the relay; 30 s, reported by the browsers"
    )


def test_an_incomplete_record_says_so_and_keeps_what_it_has() -> None:
    parts = witnessed("t" * 45, "t" * 45, sealed=False)
    entry = e.MediaEvidenceIncomplete(ledger=1, why="relay_lost", parts=len(parts))
    record = media_of(*entries(parts), entry)
    assert record.totals.live_video_s == 40
    assert record.ledgers[0].settled
    assert live_line(record).endswith("; the record is incomplete")


def test_a_ledger_of_which_nothing_came_is_on_record() -> None:
    record = media_of(e.MediaEvidenceIncomplete(ledger=1, why="seal_missing", parts=0))
    assert (record.complete, record.totals.live_video_s) == (False, 0)


def test_a_chart_without_media_has_no_record() -> None:
    assert (recorded([]).complete, recorded([]).spans) == (False, ())


def test_every_part_has_a_line_for_the_log() -> None:
    off = Declaration((START + 5) * US, Side.PATIENT, Declared.CAMERA_OFF, holds=True)
    on = replace(off, at_us=(START + 6) * US, holds=False)
    lines = [summary(one) for one in entries(witnessed("t" * 20, "t" * 20, off, on))]
    assert lines == [
        "Camera of the patient off",
        "Camera of the patient on",
        "Media 08:00:00-08:00:10 UTC: 200 pictures of the patient, 200 of the practitioner",
        "Media 08:00:10-08:00:20 UTC: 200 pictures of the patient, 200 of the practitioner",
        "Live video both ways from 08:00:00 UTC",
        "Sound only from 08:00:05 UTC",
        "Live video both ways from 08:00:06 UTC",
        "Record of what flowed sealed: 08:00:00-08:00:20 UTC, live video both ways 19 s",
    ]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"type":"seal","v":2}', '{"v":1}', "x" * 9])
def test_what_is_no_evidence_is_no_entry(text: str) -> None:
    part = entries(witnessed("t", "t"))[0]
    written = encode(part).replace(b"samples", b"nothing")
    with pytest.raises(UnreadableEntry):
        decode(written)
    with pytest.raises(EvidenceError):
        evidence_entry(1, Part(1, text), Source.WITNESSED)


def test_a_part_of_another_source_is_refused() -> None:
    part = witnessed("t" * 10, "t" * 10, source=Source.REPORTED)[0]
    with pytest.raises(EvidenceError):
        evidence_entry(1, part, Source.WITNESSED)


@given(st.text(max_size=40))
@example("{}")
@example('{"type":"nothing"}')
def test_an_entry_with_a_text_nobody_wrote_does_not_break_the_reading(noise: str) -> None:
    (part, *_) = entries(witnessed("t", "t"))
    broken = MediaEvidence.model_construct(**{**dict(part), "text": noise})
    assert "unreadable" in recorded([broken]).ledgers[0].faults
    assert summary(broken) == "Media measured, in a form that cannot be read"


def test_an_hour_of_media_fits_into_a_chart() -> None:
    parts = witnessed("t" * 3_600, "t" * 3_600)
    assert len(parts) <= 365
    assert media_of(*entries(parts)).totals.live_video_s == 3_600


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (12, "12 s"), (252, "4 min 12 s"), (3_600, "1 h"), (3_661, "1 h 1 min 1 s")],
)
def test_a_duration_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert duration(seconds) == words
