from __future__ import annotations

import pytest

from server.spool.record import CallRow, Record, RecordUnreadable

ROW = CallRow(2, "relay", 10, 11, None, None, 12, "failed")
RECORD = Record(
    record_id="r1",
    encounter_id="e1",
    at=5,
    written_in=("waiting",),
    entries=(("leg_closed", "system", '{"é":1}'),),
    call=ROW,
    entries_max=100,
)


@pytest.mark.parametrize("record", [RECORD, Record("r2", "e1", 6, ("in_progress", "waiting"))])
def test_a_record_is_read_as_it_was_written(record: Record) -> None:
    assert Record.of(record.text()) == record


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\xff", b'{"call":null}', b"null"])
def test_what_is_no_record_is_refused(text: bytes) -> None:
    with pytest.raises(RecordUnreadable):
        Record.of(text)
