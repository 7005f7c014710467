from __future__ import annotations

from media.call import Side
from media.declaration import Declaration, Declared
from server.chart import entries as e
from server.chart.entries import AnyEntry, encode
from server.chart.leaf import GENESIS, Leaf
from server.chart.reading import read
from server.console.chart_view import entry_views, media_view
from server.storage.chart_log import StoredEntry
from tests.unit.server.chart_of_ana import NOW
from tests.unit.server.measured import START, US, entries, witnessed


def lines(*found: AnyEntry) -> list[str]:
    stored = [
        StoredEntry(
            Leaf("encounter-1", seq, one.kind, NOW, "system", GENESIS, "ab" * 32, "cd" * 32),
            "ab" * 32,
            encode(one),
        )
        for seq, one in enumerate(found, start=1)
    ]
    return [f"{one.seq} {one.summary}" for one in entry_views(stored, list(found))]


def test_the_log_shows_each_change_and_of_the_samples_the_last_ones() -> None:
    off = Declaration((START + 5) * US, Side.PATIENT, Declared.CAMERA_OFF, holds=True)
    parts = entries(witnessed("t" * 30, "t" * 30, off))
    assert lines(*parts, e.ChartParked(parked=True)) == [
        "1 Camera of the patient off",
        "4 Live video both ways from 08:00:00 UTC",
        "5 Sound only from 08:00:05 UTC",
        "6 Media 08:00:20-08:00:30 UTC: 200 pictures of the patient, 200 of the practitioner",
        "7 Record of what flowed sealed: 08:00:00-08:00:30 UTC, live video both ways 5 s",
        "8 Chart put aside unsigned",
    ]


def test_the_samples_of_each_ledger_have_a_line_of_their_own() -> None:
    first = entries(witnessed("t" * 20, "t" * 20, sealed=False))
    second = entries(witnessed("t" * 20, "t" * 20, sealed=False), ledger=2)
    assert [one.split()[0] for one in lines(*first, *second)] == ["2", "4"]


def test_the_console_has_a_line_once_something_was_measured() -> None:
    assert media_view(read([])) is None
    view = media_view(read(entries(witnessed("t" * 30 + "a" * 30, "t" * 60))))
    assert view is not None
    assert (view.live_video_s, view.audio_only_s, view.interrupted_s) == (30, 30, 0)
    assert view.complete
    assert view.line == "Live video both ways: 30 s, witnessed by the relay"
