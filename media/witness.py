"""A witness of one encounter: from samples, as they come, to the parts of a ledger.

    every 10 s        the samples of both directions                     one part
    a declaration     what a browser said of itself, if it is new        one part
    a change of kind  once nothing can change it any more (`settle_s`)   one part
    the end           what is left, then the seal with the totals        one part or more

It holds only what is still needed to judge (under a minute of samples), so an encounter of
hours costs no more memory than one of minutes. The relay has one for each encounter, fed from
two meters; in direct mode the server has one, fed from what the two browsers report.

It is not a judge of its own: `media.evidence` is, here as for whoever reads the chart later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import (
    DEFAULTS,
    SPAN_MAX,
    Interval,
    Judged,
    Kind,
    SpanTooLong,
    direction_kind,
    intervals,
    judge,
)
from media.ledger import Ledger
from media.packing import CHUNK_S, ROWS_MAX, Change, Chunk, pack, pack_change, pack_declaration
from media.picture import Thresholds
from media.sample import MICROSECONDS_PER_SECOND, EvidenceError, Sample, Source, validated
from media.seal import DirectionTotals, Seal, pack_seal

DECLARATIONS_MAX: Final = 1_000  # of one encounter; further ones are refused
HELD_MAX: Final = 240  # samples of one direction: four times what the judgement looks back on


class TooManyDeclarations(EvidenceError):
    """A browser declares without end."""

    code = "rate_limited"
    message = "This browser has declared its state too often."


class Witness:
    """Keeps the evidence of one encounter from `first`, a second, on."""

    __slots__ = (
        "_declarations",
        "_declared",
        "_directions",
        "_first",
        "_judged",
        "_kind",
        "_octets",
        "_packed",
        "_packets",
        "_samples",
        "_seconds",
        "_source",
        "_thresholds",
        "ledger",
    )

    def __init__(
        self,
        ledger: Ledger,
        *,
        first: int,
        source: Source,
        thresholds: Thresholds = DEFAULTS,
    ) -> None:
        self.ledger = ledger
        self._source = source
        self._thresholds = thresholds
        self._first = self._packed = self._judged = first
        self._samples: dict[Side, list[Sample]] = {side: [] for side in Side}
        self._declarations: list[Declaration] = []
        self._declared = 0
        self._kind: Kind | None = None
        self._seconds: Counter[Kind] = Counter()
        self._directions: dict[Side, Counter[Kind]] = {side: Counter() for side in Side}
        self._packets: Counter[Side] = Counter()
        self._octets: Counter[Side] = Counter()

    def observe(self, side: Side, samples: Iterable[Sample]) -> None:
        """Take samples of what `side` sent.

        Left out is one that is older than what is packed already, and whatever there is no room
        for: two legs fit into every second, and `HELD_MAX` samples in all.

        Raises:
            InvalidSample: a figure that one second cannot hold; nothing was taken.
        """
        taken = [validated(one) for one in samples]
        held = self._samples[side]
        room = Counter((one.second - self._first) // CHUNK_S for one in held)
        for sample in taken:
            block = (sample.second - self._first) // CHUNK_S
            full = room[block] == ROWS_MAX or len(held) == HELD_MAX
            if sample.second >= self._packed and not full:
                room[block] += 1
                held.append(sample)

    def declare(self, declaration: Declaration) -> None:
        """Take what a browser says of itself; what it said before is not told again.

        Raises:
            TooManyDeclarations: more than `DECLARATIONS_MAX` in one encounter.
        """
        if self._holds(declaration.side, declaration.what) == declaration.holds:
            return
        if self._declared == DECLARATIONS_MAX:
            raise TooManyDeclarations
        self._declared += 1
        self._declarations.append(declaration)
        self.ledger.append(pack_declaration(declaration))

    def advance(self, until: int) -> None:
        """Pack and judge; every second before `until` has been observed, or never will be.

        Raises:
            SpanTooLong: the clock leapt by more than a day; nothing changed.
        """
        if until - self._judged > SPAN_MAX:
            raise SpanTooLong
        while until - self._packed >= CHUNK_S:
            self._pack(self._packed + CHUNK_S)
        settled = until - self._thresholds.settle_s
        if settled - self._judged >= CHUNK_S:
            self._judge(until, settled)

    def finish(self, until: int) -> Seal:
        """Pack and judge what is left, and seal; `until` is the second behind the last.

        Raises:
            SpanTooLong: as for `advance`.
            LedgerSealed: it was finished before.
        """
        self.advance(until)
        if until > self._packed:
            self._pack(until)
        if until > self._judged:
            self._judge(until, until)
        seal = Seal(
            source=self._source,
            parts=self.ledger.sent,
            digest=self.ledger.digest.hex(),
            refused=self.ledger.refused,
            first=self._first,
            end=max(self._judged, self._first),
            seconds=dict(self._seconds),
            patient=self._totals(Side.PATIENT),
            practitioner=self._totals(Side.PRACTITIONER),
        )
        self.ledger.seal(pack_seal(seal))
        return seal

    def _holds(self, side: Side, what: Declared) -> bool:
        said = [one.holds for one in self._declarations if (one.side, one.what) == (side, what)]
        return bool(said) and said[-1]

    def _pack(self, end: int) -> None:
        first, self._packed = self._packed, end
        rows = {
            side: tuple(
                sorted(
                    (one for one in self._samples[side] if first <= one.second < end),
                    key=_second,
                )
            )
            for side in Side
        }
        for side in Side:
            self._packets[side] += sum(one.packets for one in rows[side])
            self._octets[side] += sum(one.bytes_ for one in rows[side])
        if any(rows.values()):
            chunk = Chunk(first, self._source, rows[Side.PATIENT], rows[Side.PRACTITIONER])
            self.ledger.append(pack(chunk))

    def _judge(self, until: int, settled: int) -> None:
        context = max(self._first, self._judged - self._thresholds.settle_s)
        verdict = judge(
            self._samples, self._declarations, range(context, until), self._thresholds
        )
        new = verdict.since(self._judged).until(settled)
        self._judged = settled
        self._add(new)
        for interval in intervals(new):
            self._tell(interval)
        self._forget(settled - self._thresholds.settle_s)

    def _add(self, new: Judged) -> None:
        self._seconds.update(new.kinds)
        for side in Side:
            self._directions[side].update(direction_kind(one) for one in new.carried[side])

    def _tell(self, interval: Interval) -> None:
        if interval.kind is self._kind:
            return
        self._kind = interval.kind
        change = Change(interval.first, interval.kind, interval.patient, interval.practitioner)
        self.ledger.append(pack_change(change))

    def _forget(self, before: int) -> None:
        """Drop the samples before a second, and the declarations that later ones replaced."""
        for side in Side:
            self._samples[side] = [one for one in self._samples[side] if one.second >= before]
        begins_at = before * MICROSECONDS_PER_SECOND
        old = [one for one in self._declarations if one.at_us < begins_at]
        new = [one for one in self._declarations if one.at_us >= begins_at]
        last = {(one.side, one.what): one for one in sorted(old, key=_instant)}
        self._declarations = [*last.values(), *new]

    def _totals(self, side: Side) -> DirectionTotals:
        return DirectionTotals(
            dict(self._directions[side]), self._packets[side], self._octets[side]
        )


def _second(sample: Sample) -> int:
    return sample.second


def _instant(declaration: Declaration) -> int:
    return declaration.at_us
