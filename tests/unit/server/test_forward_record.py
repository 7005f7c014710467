from __future__ import annotations

from dataclasses import replace

from server.chart import forward_entries as f
from server.chart.entries import AnyEntry
from server.chart.forward import ForwardRecord, ReviewRecord
from server.chart.reading import read
from tests.unit.server.chart_of_ana import NOW
from tests.unit.server.forward_of_ana import BEGUN, ONE_OF_EACH, PHOTO, SENT, SHA, UPGRADED

ASKED = f.ModalityRequested(modality="store_and_forward")
OPENED = f.ReviewItemOpened(item="upload", upload_id="upload-1", sha256=SHA)


def said(*entries: AnyEntry) -> ForwardRecord:
    return read(entries, range(NOW, NOW + len(entries))).forward


def test_a_chart_is_live_as_long_as_nobody_asked_for_anything_else() -> None:
    assert said() == ForwardRecord()
    assert not said().forward
    assert said(ASKED).forward


def test_the_patient_may_change_their_mind_before_anything_was_sent() -> None:
    back = said(ASKED, f.ModalityRequested(modality="live_video"))
    assert (back.forward, back.chosen) == (False, True)


def test_what_was_taken_back_is_not_there_any_more() -> None:
    other = PHOTO.model_copy(update={"upload_id": "upload-2"})
    removed = f.UploadRemoved(upload_id="upload-1", sha256=SHA)
    assert list(said(ASKED, PHOTO, other, removed).uploads) == ["upload-2"]
    assert said(PHOTO, other).of_kind("image") == (PHOTO, other)
    assert said(PHOTO).of_kind("record") == ()


def test_a_review_gathers_what_the_reviewer_saw_and_said() -> None:
    first = f.ReviewConditionAttested(code="one", statement="Seen.", attested=True)
    second = f.ReviewConditionAttested(code="two", statement="Read.", attested=True)
    taken_back = f.ReviewConditionAttested(code="one", statement="", attested=False)
    enough = f.ReviewSufficiency(sufficient=True, reason="Sharp.")
    record = said(ASKED, PHOTO, SENT, BEGUN, OPENED, first, second, taken_back, enough)
    assert record.submitted_at == NOW + 2
    assert record.review == ReviewRecord(
        begun=BEGUN,
        begun_at=NOW + 3,
        opened=frozenset({"upload-1"}),
        attested={"two": "Read."},
        sufficiency=enough,
    )


def test_another_reviewer_begins_with_nothing_of_the_first() -> None:
    returned = f.ReviewReturned(reason="released", said="")
    assert said(ASKED, PHOTO, SENT, BEGUN, OPENED, returned).review is None
    again = said(ASKED, PHOTO, SENT, BEGUN, OPENED, returned, BEGUN).review
    assert again == ReviewRecord(begun=BEGUN, begun_at=NOW + 6)


def test_once_it_went_on_live_it_stays_live() -> None:
    live = said(ASKED, PHOTO, SENT, BEGUN, UPGRADED)
    assert (live.forward, live.review, live.upgraded) == (False, None, UPGRADED)
    assert said(ASKED, PHOTO, SENT, UPGRADED, ASKED) == replace(live, submitted_at=NOW + 2)


def test_what_a_reviewer_says_without_a_review_is_no_review() -> None:
    assert said(ASKED, PHOTO, OPENED).review is None
    assert said(*ONE_OF_EACH).review is None
