"""Every refusal has a stable code on the wire, and what is ours to blame says nothing more."""

from __future__ import annotations

import pytest

from media.call import IllegalCallEvent, StaleGeneration
from server import charting
from server.errors import ChartFull, Internal, Retry
from server.problems import is_unexpected, problem, status_of
from server.storage import errors as storage
from signaling.errors import OfferAlreadySettled, SdpFault, SdpRejected
from signaling.identifiers import OfferId
from tests.contract.storage import rows


@pytest.mark.parametrize(
    ("error", "code", "status", "retry"),
    [
        (StaleGeneration("1"), "stale_generation", 409, False),
        (IllegalCallEvent("ended"), "illegal_transition", 409, False),
        (storage.OnDutyElsewhere("practitioner-ana"), "on_duty_elsewhere", 409, False),
        (storage.CommitFailed("disk"), "retry", 503, True),
        (storage.RowMissing("encounters", "x"), "not_found", 404, False),
        (ChartFull(), "chart_full", 409, False),
        (Retry(), "retry", 503, True),
        (OfferAlreadySettled(OfferId("offer-1")), "offer_settled", 409, False),
        (
            SdpRejected(SdpFault.FINGERPRINT_MISSING, "m-line"),
            "sdp_fingerprint_missing",
            409,
            False,
        ),
        (Internal(), "internal", 500, False),
        (ZeroDivisionError("Zephyrine Quillfeather"), "internal", 500, False),
    ],
)
def test_an_error_has_one_code_and_one_status(
    error: Exception, code: str, status: int, *, retry: bool
) -> None:
    shown = problem(error)
    assert (shown.code, status_of(error), shown.retry) == (code, status, retry)
    assert "Quillfeather" not in shown.message


def test_only_a_fault_of_ours_is_logged_as_one() -> None:
    assert is_unexpected(ZeroDivisionError())
    assert not is_unexpected(StaleGeneration("1"))


def test_a_chart_takes_entries_up_to_its_limit_and_no_more() -> None:
    charting.require_room(rows.encounter(chart_seq=99), entries_max=100)
    with pytest.raises(ChartFull):
        charting.require_room(rows.encounter(chart_seq=100), entries_max=100)
