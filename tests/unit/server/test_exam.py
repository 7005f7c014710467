from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.chart.reading import read
from server.chart.state import ChartState
from server.documents.exam import (
    ChartIncomplete,
    SignedExam,
    exam_document,
    outcomes,
    valid_until,
)
from server.signing import fingerprint, verification_code
from tests.unit.server.chart_of_ana import (
    APPROVED,
    IDENTITY,
    NEUROTOXIN,
    NOW,
    ONE_OF_EACH,
    SITE,
)

DAY = 86_400_000_000
SIGNED = SignedExam(
    encounter_id="encounter-1",
    network_name="North Network",
    signed_at=NOW,
    chart_head="ab" * 32,
    public_key=bytes(32),
    signature=bytes(64),
    demo=False,
)
STATE = read(ONE_OF_EACH, range(NOW, NOW + len(ONE_OF_EACH)))


def test_a_paper_says_what_the_chart_says() -> None:
    data = exam_document(STATE, SIGNED)
    assert data.identity == IDENTITY
    assert data.site == SITE
    assert data.modality == "hybrid"
    assert data.gates == (("seen_on_video", STATE.gates_at["seen_on_video"]),)
    assert data.note == "Brow symmetric. No ptosis. Skin clear."
    assert data.authorities[0].number == "AZ-55120"
    assert data.key_fingerprint == fingerprint(bytes(32))
    assert data.verification_code == verification_code(bytes(64))


def test_an_exam_without_video_has_no_modality() -> None:
    unseen = replace(STATE.call, connected_at=None)
    assert exam_document(replace(STATE, call=unseen, modality=None), SIGNED).modality is None


def test_a_chart_from_before_modality_was_computed_is_read_from_its_call() -> None:
    data = exam_document(replace(STATE, modality=None), SIGNED)
    assert (data.modality, data.held) == ("live_video", None)


def test_a_gate_taken_back_is_not_on_the_paper() -> None:
    state = replace(STATE, gates={"identity": False}, gates_at={"identity": 1})
    assert exam_document(state, SIGNED).gates == ()


@pytest.mark.parametrize(
    "incomplete",
    [
        replace(STATE, requested=None),
        replace(STATE, identity=None),
        replace(STATE, location=None),
        replace(STATE, consents=None),
        replace(STATE, authority=None),
        replace(STATE, attestation=None),
    ],
)
def test_no_paper_is_made_of_half_a_chart(incomplete: ChartState) -> None:
    with pytest.raises(ChartIncomplete):
        exam_document(incomplete, SIGNED)


def test_only_an_approval_is_valid_for_a_time() -> None:
    declined = APPROVED.model_copy(update={"disposition": "declined"})
    for decided, until in ((APPROVED, "2027-09-21"), (declined, None)):
        state = replace(STATE, dispositions={"neurotoxin": decided})
        (outcome,) = outcomes(state, signed_at=NOW)
        assert outcome.valid_until == until
        assert outcome.product == NEUROTOXIN.product


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2026-11-23", 12, "2027-11-23"),
        ("2026-11-23", 1, "2026-12-23"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
    ],
)
def test_an_approval_ends_on_the_same_day_of_a_later_month(
    day: str, months: int, last: str
) -> None:
    at = int(datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC).timestamp())
    assert valid_until(at * 1_000_000 + 999_999, months) == last
