"""What a chart says of the media: the parts of every ledger, put together again.

    noted(record, entry) -> record        one entry more; parts in order, each once
    record.spans, record.totals           live_video, audio_only, interrupted: when, how long
    record.complete                       nothing is missing, and every seal fits its parts

Pure. It judges nothing: the kinds are those that the witness told, second by second. Where two
ledgers overlap (a call moved to another relay) a second counts once, as the better of both.

It says that media flowed. That the patient was seen is the practitioner's statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from media.evidence import Kind
from media.ledger import Part, PartMissing, Receipt, received
from media.packing import CHUNK_S, Unpackable, read
from media.parts import said, unpack_change
from media.sample import SECOND_MAX, EvidenceError
from media.seal import BrokenSeal, Seal, unpack_seal, verify
from server.chart.media_entries import MediaEvidence, MediaEvidenceIncomplete, duration

Source: TypeAlias = Literal["witnessed", "reported"]
RANK: Final = {Kind.LIVE_VIDEO: 2, Kind.AUDIO_ONLY: 1, Kind.INTERRUPTED: 0}
# Said when the end was not there yet; not true any more when it came after all, and fits.
WAITED_FOR: Final = frozenset({"relay_lost", "seal_missing", "restarted"})
BY: Final = {
    "witnessed": "witnessed by the relay",
    "reported": "reported by the browsers",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of one kind, [first, end), and who says so."""

    kind: Kind
    first: int
    end: int
    source: Source


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One ledger, as far as the chart has it.

    Attributes:
        number: of the ledger in its encounter.
        source: who measured.
        receipt: how many parts there are, and the digest over them.
        changes: kinds, each with the second it began.
        known_until: the second behind the last one that is measured or judged.
        seal: the last part, once it is there.
        faults: why it is not whole; empty when nothing is known against it.
    """

    number: int
    source: Source
    receipt: Receipt = field(default_factory=Receipt)
    changes: tuple[tuple[int, Kind], ...] = ()
    known_until: int = 0
    seal: Seal | None = None
    faults: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Tell whether no further part is waited for."""
        return self.seal is not None or bool(self.faults)

    @property
    def complete(self) -> bool:
        """Tell whether all that was measured is there."""
        return self.seal is not None and self.seal.refused == 0 and not self.faults

    def spans(self) -> Iterator[Span]:
        """Yield what was told, in order; the last one lasts as far as is known."""
        ends = (*(first for first, _ in self.changes[1:]), self.known_until)
        for (first, kind), end in zip(self.changes, ends, strict=False):
            if first < end:
                yield Span(kind, first, end, self.source)


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """All ledgers of an encounter, in the order of their numbers."""

    ledgers: tuple[LedgerRecord, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every ledger is; False when there is none."""
        return bool(self.ledgers) and all(one.complete for one in self.ledgers)

    def ledger(self, number: int) -> LedgerRecord | None:
        """Return one ledger, or None."""
        return next((one for one in self.ledgers if one.number == number), None)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return intervals that do not overlap, in order; a gap was not measured at all."""
        told = [list(one.spans()) for one in self.ledgers]
        edges = sorted({at for line in told for span in line for at in (span.first, span.end)})
        places = [0] * len(told)
        spans: list[Span] = []
        for first, end in pairwise(edges):
            best = max(_at(told, places, first), key=_weight, default=None)
            last = spans[-1] if spans else None
            if best is None:
                continue
            if last and last.end == first and _same(last, best):
                spans[-1] = replace(last, end=end)
            else:
                spans.append(replace(best, first=first, end=end))
        return tuple(spans)

    @property
    def totals(self) -> MediaTotals:
        """Return how long it was what."""
        seconds: Counter[Kind] = Counter()
        live: Counter[Source] = Counter()
        for span in self.spans:
            seconds[span.kind] += span.end - span.first
            if span.kind is Kind.LIVE_VIDEO:
                live[span.source] += span.end - span.first
        return MediaTotals(dict(seconds), live["witnessed"], live["reported"])


@dataclass(frozen=True, slots=True)
class MediaTotals:
    """Seconds of each kind, and of live video by who says so."""

    seconds: Mapping[Kind, int]
    live_witnessed_s: int
    live_reported_s: int

    @property
    def live_video_s(self) -> int:
        """Return the seconds of live video both ways."""
        return self.live_witnessed_s + self.live_reported_s


def noted(record: MediaRecord, entry: MediaEvidence | MediaEvidenceIncomplete) -> MediaRecord:
    """Return the record with one entry more; a part that is out of order is a fault."""
    before = record.ledger(entry.ledger)
    if isinstance(entry, MediaEvidence):
        after = _with_part(before or LedgerRecord(entry.ledger, entry.source), entry)
    else:
        after = _faulty(before or LedgerRecord(entry.ledger, "witnessed"), entry.why)
    others = (one for one in record.ledgers if one.number != entry.ledger)
    return MediaRecord(tuple(sorted((*others, after), key=_number)))


def recorded(entries: list[MediaEvidence | MediaEvidenceIncomplete]) -> MediaRecord:
    """Return what these entries amount to."""
    return reduce(noted, entries, MediaRecord())


def _with_part(ledger: LedgerRecord, entry: MediaEvidence) -> LedgerRecord:
    if ledger.seal is not None or ledger.source != entry.source:
        return _faulty(ledger, "out_of_order")
    part = Part(entry.number, entry.text)
    try:
        after = replace(ledger, receipt=received(ledger.receipt, part))
        return _told(after, part, ledger.receipt)
    except PartMissing:
        return _faulty(ledger, "part_missing")
    except BrokenSeal:
        return _faulty(ledger, "seal_broken")
    except EvidenceError:
        return _faulty(ledger, "unreadable")


def _told(ledger: LedgerRecord, part: Part, before: Receipt) -> LedgerRecord:
    value = read(part.text)
    match value.get("type"):
        case "samples":
            first = value.get("first")
            if type(first) is not int or not 0 <= first <= SECOND_MAX:
                raise Unpackable("first")
            return replace(ledger, known_until=max(ledger.known_until, first + CHUNK_S))
        case "kind":
            change = unpack_change(part.text)
            last = ledger.changes[-1][0] if ledger.changes else 0
            if change.first < last:
                raise Unpackable("first")
            return replace(ledger, changes=(*ledger.changes, (change.first, change.kind)))
        case "seal":
            seal = unpack_seal(part.text)
            verify(before, seal)
            faults = tuple(one for one in ledger.faults if one not in WAITED_FOR)
            return replace(ledger, seal=seal, known_until=seal.end, faults=faults)
        case _:
            said(part.text)  # a declaration; anything else nobody wrote
            return ledger


def _faulty(ledger: LedgerRecord, why: str) -> LedgerRecord:
    return replace(ledger, faults=tuple(dict.fromkeys((*ledger.faults, why))))


def _at(told: list[list[Span]], places: list[int], second: int) -> Iterator[Span]:
    """Yield what each ledger says of a second; `places` go on with it."""
    for number, line in enumerate(told):
        while places[number] < len(line) and line[places[number]].end <= second:
            places[number] += 1
        place = places[number]
        if place < len(line) and line[place].first <= second:
            yield line[place]


def _weight(span: Span) -> tuple[int, bool]:
    return RANK[span.kind], span.source == "witnessed"


def _same(one: Span, other: Span) -> bool:
    return (one.kind, one.source) == (other.kind, other.source)


def _number(ledger: LedgerRecord) -> int:
    return ledger.number


# ------------------------------------------------------------------ words


def live_line(record: MediaRecord) -> str:
    """Return one English line: how long live video flowed, and who says so."""
    totals = record.totals
    said = [
        f"{duration(seconds)}, {BY[source]}"
        for source, seconds in (
            ("witnessed", totals.live_witnessed_s),
            ("reported", totals.live_reported_s),
        )
        if seconds
    ]
    if not said:
        return "Live video both ways: none measured"
    line = f"Live video both ways: {'; '.join(said)}"
    waiting = not all(one.settled for one in record.ledgers)
    if waiting:
        return f"{line}, so far"
    return line if record.complete else f"{line}; the record is incomplete"
