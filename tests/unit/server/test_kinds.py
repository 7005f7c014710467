"""The closed set of entries: what the record must hold, and where each kind counts."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from server.chart.entries import ENTRIES, KINDS, AnyEntry
from server.chart.entry import Entry
from server.chart.intake_entries import PrivacyRequested
from server.chart.note import NoteBroken
from server.chart.reading import STEPS
from server.chart.state import UNWRITTEN, ChartState
from server.conditions.showing import EVIDENCING
from server.records.holders import CONFIDENTIAL, OF_A_SPA
from tests.unit.server.chart_of_ana import NOW, ONE_OF_EACH

PAGE = Path(__file__).parents[3] / "docs" / "record-format.md"

# What a record of an encounter holds, and the kinds that hold it.
HELD = {
    "intake": {
        "exam.requested", "link.redeemed", "kiosk.holder", "intake.identity",
        "intake.location", "intake.treatments", "intake.answers", "intake.device_test",
        "privacy.requested", "questions.asked", "answers.carried", "answers.read",
        "vitals.recorded", "minor.admitted", "guardian.identified", "location.heard",
        "room.declared", "emergency.raised", "emergency.cleared",
    },
    "decision": {"rules.decided", "authority.checked", "modality.computed"},
    "consent": {"intake.consents", "consent.withdrawn"},
    "gates": {"gate.confirmed", "finding.seen"},
    "roster": {"queue.joined", "queue.prioritized", "queue.left", "callback.asked",
               "callback.due", "callback.ended"},
    "offers": {"offer.rung", "offer.accepted", "offer.declined", "offer.missed",
               "offer.withdrawn"},
    "call": {"call.started", "call.connected", "call.interrupted", "call.recovered",
             "call.failed", "call.ended", "media.switched", "exam.resumed",
             "exam.rescheduled"},
    "legs": {"leg.offered", "leg.connected", "leg.linked", "leg.stalled", "leg.restarted",
             "leg.replaced", "leg.closed"},
    "evidence": {"media.evidence", "media.evidence_incomplete"},
    "chat": {"chat.said"},
    "notes as typed": {"note.snapshot", "note.delta", "note.merged"},
    "photos and records": {
        "modality.requested", "upload.added", "upload.removed", "packet.submitted",
        "review.begun", "review.item_opened", "review.returned",
        "review.condition_attested", "review.sufficiency", "modality.upgraded",
    },
    "flags": {"flags.reasoned"},
    "dispositions": {"disposition.set", "visit.changed", "chart.parked"},
    "attestation": {"attestation"},
    "addenda": {"addendum"},
}  # fmt: skip
# Kinds that no reading of a chart turns into anything: `docs/record-format.md` says so.
EVIDENCE_ONLY = {
    "link.redeemed", "rules.decided", "queue.prioritized", "queue.left", "callback.asked",
    "callback.due", "callback.ended", "offer.rung", "offer.declined", "offer.missed",
    "offer.withdrawn", "media.switched", "exam.resumed", "leg.offered", "leg.connected",
    "leg.linked", "leg.stalled", "leg.restarted", "leg.replaced", "leg.closed",
}  # fmt: skip


def test_the_record_holds_the_whole_encounter_and_nothing_without_a_place() -> None:
    assert set().union(*HELD.values()) == set(KINDS)
    assert sum(map(len, HELD.values())) == len(KINDS)


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda one: f"{one.__name__}")
def test_every_kind_is_typed_versioned_closed_and_says_itself(kind: type[Entry]) -> None:
    assert kind in _within(AnyEntry)
    assert kind.model_config["extra"] == "forbid"
    assert kind.model_config["frozen"]
    assert isinstance(kind.model_fields["v"].default, int)
    assert kind.summary is not Entry.summary


def _within(union: object) -> set[object]:
    """Return the classes of a union, and of the unions in it."""
    parts = get_args(union)
    return {union} if not parts else {each for part in parts for each in _within(part)}


def test_the_page_says_which_kinds_are_evidence_only() -> None:
    page = PAGE.read_text(encoding="utf-8")
    said = page.partition("Evidence only:")[2].partition("\n\n")[0]
    assert {kind for kind in KINDS if f"`{kind}`" in said} == EVIDENCE_ONLY


def test_every_other_kind_changes_what_the_chart_says_and_those_never_do() -> None:
    states = [UNWRITTEN]
    for entry in ONE_OF_EACH:
        states.append(_after(states[-1], entry))
    counts = {
        entry.kind
        for entry in (*ONE_OF_EACH, PrivacyRequested(alone=False))
        if any(_counts(state, entry) for state in states)
    }
    assert set(KINDS) - counts == EVIDENCE_ONLY


def test_who_reads_some_kinds_only_reads_all_of_the_note() -> None:
    """A note with a kind left out cannot be read at all."""
    assert HELD["notes as typed"] <= set(EVIDENCING)


def test_what_was_typed_or_written_is_nothing_for_a_spa_nor_for_a_guardian() -> None:
    typed = HELD["notes as typed"] | HELD["chat"]
    assert typed <= CONFIDENTIAL
    assert not typed & OF_A_SPA


def _after(state: ChartState, entry: AnyEntry) -> ChartState:
    for step in STEPS:
        state = step(state, entry, NOW)
    return state


def _counts(state: ChartState, entry: AnyEntry) -> bool:
    try:
        return _after(state, entry) != state
    except NoteBroken:
        return False  # a change of another revision of the note
