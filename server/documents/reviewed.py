"""What a paper says of a review: what was sent and looked at, and that it was not live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from server.chart.forward import ForwardRecord
from server.documents.paper import Facts, Items

MICROSECONDS: Final = 1_000_000
MODALITY: Final = "store_and_forward (what the patient sent was reviewed, not live)"


def encounter_part(record: ForwardRecord, encounter_id: str) -> Facts:
    """Return how the exam was held, in the place of the call's times."""
    review = record.review
    images, pages = len(record.of_kind("image")), len(record.of_kind("record"))
    return Facts(
        "Encounter",
        (
            ("Modality used", MODALITY),
            ("Submitted by the patient", _time(record.submitted_at)),
            ("Review begun", _time(review.begun_at if review else None)),
            ("Sent", f"{images} photos, {pages} pages of records, health answers"),
            ("Encounter", encounter_id),
        ),
    )


def review_part(record: ForwardRecord) -> Items:
    """Return what the reviewer opened, judged and attested."""
    return Items("What the reviewer did", tuple(_lines(record)) or ("Nothing",))


def _lines(record: ForwardRecord) -> Iterator[str]:
    review = record.review
    if review is None:
        return
    sent = record.submitted.items if record.submitted else []
    opened = sum(one.upload_id in review.opened for one in sent)
    yield f"Opened {opened} of {len(sent)} pictures, each logged"
    if record.submitted and record.submitted.answers_sha256 in review.opened:
        yield "Read the health answers, logged"
    found = review.sufficiency
    if found is not None:
        words = "enough" if found.sufficient else "not enough"
        reason = f": {found.reason}" if found.reason.strip() else ""
        yield f"Found what was sent {words} to decide{reason}"
    for code, statement in sorted(review.attested.items()):
        yield f"Attested ({code.replace('_', ' ')}): {statement}"


def _time(at: int | None) -> str:
    if at is None:
        return "-"
    return f"{datetime.fromtimestamp(at // MICROSECONDS, UTC):%Y-%m-%d %H:%M} UTC"
