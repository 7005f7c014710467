"""What bars a signature where findings were not seen on the video."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.chart.media import recorded
from server.chart.requirements import APPROVALS, missing_for_signature
from server.chart.state import CallRecord
from signaling.messages import Disposition
from tests.unit.server.chart_of_ana import APPROVED, NEUROTOXIN
from tests.unit.server.measured import START, US, entries, witnessed
from tests.unit.server.test_requirements import (
    BOTH,
    FILLER,
    IN_FORCE,
    TICK,
    chart,
    decided,
    deferred,
    missing,
)

ON_CALL = CallRecord(state="connected", connected_at=START * US)


def test_an_approval_needs_its_findings_looked_at_and_nothing_else_does() -> None:
    both = chart(APPROVED, decided(FILLER, "deferred"))
    state = replace(both, findings={})
    assert missing(state) == ["finding_missing seen-neurotoxin"]
    assert missing(replace(state, dispositions=deferred(BOTH))) == []


def test_a_finding_looked_at_without_video_is_named_as_such() -> None:
    state = chart(APPROVED)
    for letters in ("aaaaaaaaaaaaaaaaaaaa", "ssssssssssssssssssss"):
        measured = recorded([*entries(witnessed(letters, "t" * 20))])
        assert missing(replace(state, media=measured)) == ["finding_unseen seen-neurotoxin"]


def test_a_tick_that_is_still_being_measured_bars_nothing_before_signing() -> None:
    state = replace(chart(APPROVED), media=recorded([]), call=ON_CALL)
    found = missing_for_signature(
        state, connected=True, visit="in_progress", protocols=IN_FORCE, now=TICK + US
    )
    assert found == []
    assert missing(state) == ["finding_unseen seen-neurotoxin"]


@given(st.sampled_from(sorted(APPROVALS)), st.text("as.", min_size=20, max_size=40))
def test_no_call_without_two_way_video_lets_anything_be_approved(
    disposition: Disposition, letters: str
) -> None:
    measured = recorded([*entries(witnessed(letters, "t" * len(letters)))])
    state = replace(chart(decided(NEUROTOXIN, disposition)), media=measured)
    assert "finding_unseen seen-neurotoxin" in missing(state)
