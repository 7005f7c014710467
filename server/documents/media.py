"""What a paper says of the media: the server's own statement, apart from the attestation.

It says that media flowed, how long, and who measured it. That the patient was seen is what the
practitioner attests, elsewhere on the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from media.evidence import Kind
from server.chart.media import MediaRecord, Span, live_line
from server.chart.media_entries import KIND_WORDS, WHY_WORDS, clock, duration
from server.documents.paper import Items

SPANS_MAX: Final = 12
SOURCES: Final = {
    "witnessed": "Measured by the relay that passed the media on between the two browsers.",
    "reported": "Reported by the two browsers, which can be made to say anything.",
}
FAULTS: Final = WHY_WORDS | {
    "seal_broken": "its parts are not those that were sealed",
    "out_of_order": "its parts are out of order",
}
STATEMENT: Final = (
    "This is the server's statement that media flowed. That the patient was seen is the "
    "practitioner's, above and in the attestation."
)


def media_part(record: MediaRecord) -> Items | None:
    """Return the part of the paper; None when nothing was measured."""
    if not record.ledgers:
        return None
    return Items("Media that flowed, as measured", tuple(_lines(record)))


def _lines(record: MediaRecord) -> Iterator[str]:
    seconds = record.totals.seconds
    rest = [
        f"{KIND_WORDS[kind].lower()} {duration(seconds[kind])}"
        for kind in (Kind.AUDIO_ONLY, Kind.INTERRUPTED)
        if seconds.get(kind)
    ]
    yield "; ".join((live_line(record), *rest))
    spans = [_span(one) for one in record.spans[:SPANS_MAX]]
    if len(record.spans) > SPANS_MAX:
        spans.append(f"and {len(record.spans) - SPANS_MAX} further intervals, in the chart")
    if spans:
        yield f"UTC: {'; '.join(spans)}"
    sources = dict.fromkeys(SOURCES[one.source] for one in record.ledgers)
    yield " ".join((*sources, *_completeness(record)))
    yield STATEMENT


def _span(span: Span) -> str:
    return f"{clock(span.first)}-{clock(span.end)} {KIND_WORDS[span.kind].lower()}"


def _completeness(record: MediaRecord) -> Iterator[str]:
    if record.complete:
        yield "The record is complete: every part is in the chart and fits its seal."
        return
    faults = [fault for one in record.ledgers for fault in one.faults]
    refused = sum(one.seal.refused for one in record.ledgers if one.seal is not None)
    for fault in dict.fromkeys(faults):
        yield f"The record is incomplete: {FAULTS[fault]}."
    if refused:
        yield f"The record is incomplete: there was no room for {refused} of its parts."
    if not faults and not refused:
        yield "The record is incomplete: it was not sealed."
