"""Behind the head that a practitioner has read may stand only what need not be read."""

from __future__ import annotations

import pytest

from server.chart import entries as e
from server.chart.entries import AnyEntry, encode
from server.chart.leaf import GENESIS, Leaf, leaf_hash
from server.console.signing import was_read
from server.storage.chart_log import StoredEntry
from tests.unit.server.chart_of_ana import NOW, ONE_OF_EACH
from tests.unit.server.measured import entries, witnessed

NOTE = e.NoteSnapshot(revision=1, text="Brow symmetric.")
PART = entries(witnessed("t", "t"))[0]
GAP = e.MediaEvidenceIncomplete(ledger=1, why="seal_missing", parts=1)
ENDED = e.CallEnded(generation=1, by="practitioner")
WRAP_UP = e.VisitChanged(before="in_progress", after="wrap_up")


def chart(*found: AnyEntry) -> tuple[list[StoredEntry], list[AnyEntry]]:
    stored, head = [], GENESIS
    for seq, entry in enumerate(found, start=1):
        leaf = Leaf("encounter-1", seq, entry.kind, NOW, "system", head, "ab" * 32, "cd" * 32)
        head = leaf_hash(leaf)
        stored.append(StoredEntry(leaf, head, encode(entry)))
    return stored, list(found)


def read_up_to(count: int, *found: AnyEntry, ended: bool = False) -> bool:
    stored, decoded = chart(*found)
    return was_read(stored, decoded, stored[count - 1].leaf_hash, ended=ended)


def test_the_last_entry_was_read() -> None:
    assert read_up_to(1, NOTE)


def test_what_was_measured_need_not_be_read() -> None:
    assert read_up_to(1, NOTE, PART, PART, GAP)


@pytest.mark.parametrize(
    "other", [one for one in ONE_OF_EACH if not one.kind.startswith("media.evidence")]
)
def test_anything_else_must_be(other: AnyEntry) -> None:
    assert not read_up_to(1, NOTE, PART, other)


def test_the_end_of_the_call_need_not_be_read_by_whoever_ended_it_by_signing() -> None:
    assert read_up_to(1, NOTE, ENDED, WRAP_UP, PART, ended=True)
    assert not read_up_to(1, NOTE, ENDED, WRAP_UP)
    assert not read_up_to(1, NOTE, ENDED, NOTE, ended=True)
    signed = e.VisitChanged(before="wrap_up", after="signed")
    assert not read_up_to(1, NOTE, signed, ended=True)


def test_a_head_that_never_was_was_not_read() -> None:
    stored, decoded = chart(NOTE)
    assert not was_read(stored, decoded, "ab" * 32)
    assert not was_read(stored, decoded, GENESIS)
