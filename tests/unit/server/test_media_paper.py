from __future__ import annotations

from server.chart import entries as e
from server.chart.media import MediaRecord, recorded
from server.documents.media import SOURCES, STATEMENT, media_part
from tests.unit.server.measured import entries, witnessed

WHOLE = "The record is complete: every part is in the chart and fits its seal."


def lines(record: MediaRecord) -> tuple[str, ...]:
    part = media_part(record)
    assert part is not None
    return part.items


def test_a_paper_says_what_flowed_who_measured_it_and_whose_statement_it_is() -> None:
    record = recorded([*entries(witnessed("t" * 30 + "a" * 30, "t" * 60))])
    assert lines(record) == (
        "Live video both ways: 30 s, witnessed by the relay; sound only 30 s",
        "UTC: 08:00:00-08:00:30 live video both ways; 08:00:30-08:01:00 sound only",
        f"{SOURCES['witnessed']} {WHOLE}",
        STATEMENT,
    )


def test_a_paper_says_why_a_record_is_incomplete() -> None:
    parts = witnessed("t" * 45, "t" * 45, sealed=False)
    lost = e.MediaEvidenceIncomplete(ledger=1, why="relay_lost", parts=len(parts))
    shown = lines(recorded([*entries(parts), lost]))
    assert "The record is incomplete: the relay was lost." in shown[2]
    unsealed = lines(recorded([*entries(parts)]))
    assert "The record is incomplete: it was not sealed." in unsealed[2]


def test_a_long_list_of_intervals_is_cut_and_says_so() -> None:
    changing = ("t" * 20 + "." * 5) * 20
    shown = lines(recorded([*entries(witnessed(changing, "t" * len(changing)))]))
    assert shown[1].endswith("and 28 further intervals, in the chart")


def test_without_measurement_there_is_nothing_to_say() -> None:
    assert media_part(MediaRecord()) is None
