import json

import pytest

from server.delivery.channels import Delivered, Later, Refused
from server.delivery.emr_outcomes import gravest, judged, seconds
from server.delivery.outcomes import FhirWord


def outcome(*issues: tuple[str, object]) -> bytes:
    told = [{"severity": severity, "code": code} for severity, code in issues]
    return json.dumps({"resourceType": "OperationOutcome", "issue": told}).encode()


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_one_whatever_it_is_told_with(status: int) -> None:
    for body in (b"", None, b"<html>", outcome(("warning", "informational")), b"[1]"):
        assert judged(status, body, None) == Delivered(status)


@pytest.mark.parametrize("status", [408, 409, 423, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_later(status: int) -> None:
    assert judged(status, outcome(("error", "processing")), "9") == Later("answered", status, 9)


@pytest.mark.parametrize("status", [400, 404, 405, 410, 412, 413, 422])
def test_what_would_be_refused_again_is_not_sent_again(status: int) -> None:
    assert judged(status, b"", "9") == Refused("refused", gone=False, status=status)
    refused = judged(status, outcome(("error", "required")), None)
    assert refused == Refused(FhirWord("fhir_required"), status=status)


def test_the_gravest_issue_counts() -> None:
    assert gravest(outcome(("warning", "value"), ("error", "value"), ("fatal", "lock-error")))
    both = outcome(("error", "value"), ("fatal", "lock-error"))
    assert gravest(both) == "lock-error"


@pytest.mark.parametrize("code", ["Ana Núñez", 3, None, ["a"]])
def test_a_word_that_r4_does_not_know_is_not_repeated(code: object) -> None:
    assert gravest(outcome(("error", code))) == "unknown"


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"resourceType":"OperationOutcome","issue":7}', b"\xff"]
)
def test_an_answer_that_means_harm_says_nothing(body: bytes) -> None:
    assert gravest(body) is None


@pytest.mark.parametrize(
    ("text", "found"), [("12", 12), (None, None), ("-1", None), ("1" * 9, None), ("Wed", None)]
)
def test_only_plain_seconds_are_believed(text: str | None, found: int | None) -> None:
    assert seconds(text) == found


def test_words_of_outcomes_fit_where_they_are_kept() -> None:
    longest = judged(400, outcome(("error", "multiple-matches")), None)
    assert isinstance(longest, Refused)
    assert len(longest.reason) <= 40
