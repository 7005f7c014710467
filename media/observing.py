"""The calls that a relay process witnesses: a witness for each, until all it said is taken.

    observe   begins a call with two legs, or goes on with others after one was replaced
    seal      ends it, two seconds later, when the last samples have come
    collect   says how much the chart has and yields what it has not; the call is forgotten
              when it is sealed and everything is taken

Nothing is sent here: whoever commits the parts comes for them and comes again, so that what is
lost on the way is asked for anew. Pure: `now` is whole microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import SpanTooLong
from media.ice_effects import LegId
from media.ledger import Ledger, Part
from media.relay_events import EvidenceReady, Sampled
from media.sample import MICROSECONDS_PER_SECOND, EvidenceError, InvalidSample, Sample, Source
from media.witness import Witness

SETTLE_S: Final = 2  # a sample comes within a second, and a tick, of the end of its own
PARTS_MAX: Final = 64  # of one `collect`
CHARACTERS_MAX: Final = 65_536  # of one `collect`: as JSON they must fit into one line


class CallUnknown(EvidenceError):
    """No call of that name is witnessed."""

    code = "call_unknown"
    message = "This call is not witnessed here."


class CallsFull(EvidenceError):
    """As many calls as may be are witnessed, or wait to be collected."""

    code = "calls_full"
    message = "This relay can witness no further call."


@dataclass(slots=True, eq=False)
class _Call:
    witness: Witness
    sides: dict[LegId, Side] = field(default_factory=dict)
    ends_at: int | None = None
    told: int = 0


class Calls:
    """See the module."""

    def __init__(self, calls_max: int) -> None:
        self._calls_max = calls_max
        self._calls: dict[str, _Call] = {}
        self._by_leg: dict[LegId, str] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def observe(self, name: str, legs: Mapping[Side, LegId], *, now: int) -> None:
        """Witness what these legs send from now on.

        Raises:
            CallsFull: there is no room for another call.
        """
        call = self._calls.get(name)
        if call is None:
            if len(self._calls) >= self._calls_max:
                raise CallsFull
            first = now // MICROSECONDS_PER_SECOND
            witness = Witness(Ledger(), first=first, source=Source.WITNESSED)
            call = self._calls[name] = _Call(witness)
        self._part(call)
        for side, leg in legs.items():
            call.sides[leg] = side
            self._by_leg[leg] = name

    def take(self, event: Sampled) -> None:
        """Take what a leg sent in one second, if its call is witnessed."""
        call = self._calls.get(self._by_leg.get(event.leg, ""))
        if call is not None:
            # A leg replaced a thousand times has no figures any more; the others still do.
            with suppress(InvalidSample):
                call.witness.observe(call.sides[event.leg], (Sample(*event.figures),))

    def declare(self, name: str, side: Side, what: Declared, *, holds: bool, now: int) -> None:
        """Take what a browser says of itself.

        Raises:
            CallUnknown: no such call is witnessed.
            TooManyDeclarations: it says too much.
            LedgerSealed: the call is over.
        """
        self._call(name).witness.declare(Declaration(now, side, what, holds))

    def seal(self, name: str, *, now: int) -> None:
        """End a call; its last parts are ready two seconds later.

        Raises:
            CallUnknown: no such call is witnessed.
        """
        call = self._call(name)
        if call.ends_at is None:
            call.ends_at = now // MICROSECONDS_PER_SECOND

    def collect(self, name: str, number: int) -> tuple[Part, ...]:
        """Let go of every part up to `number`, and return the next ones.

        Raises:
            CallUnknown: no such call is witnessed, or all of it was taken.
            UnknownPart: so many parts there never were.
        """
        call = self._call(name)
        waiting = call.witness.ledger.resume(number)
        if call.witness.ledger.done:
            self._part(call)
            del self._calls[name]
        return _first(waiting)

    def advance(self, now: int) -> tuple[EvidenceReady, ...]:
        """Judge what is settled; return which calls have new parts. Once a second or so."""
        until = now // MICROSECONDS_PER_SECOND - SETTLE_S
        ready = []
        for name, call in self._calls.items():
            ledger = call.witness.ledger
            # After a leap of the clock by a day nothing of this call can be judged any more.
            with suppress(SpanTooLong):
                _advance(call, until)
            if ledger.sent > call.told:
                call.told = ledger.sent
                ready.append(EvidenceReady(name, ledger.sent))
        return tuple(ready)

    def waiting(self) -> tuple[EvidenceReady, ...]:
        """Return which calls have parts that nobody took, for somebody who was away."""
        return tuple(
            EvidenceReady(name, call.witness.ledger.sent)
            for name, call in self._calls.items()
            if call.witness.ledger.waiting
        )

    def _call(self, name: str) -> _Call:
        call = self._calls.get(name)
        if call is None:
            raise CallUnknown
        return call

    def _part(self, call: _Call) -> None:
        for leg in call.sides:
            self._by_leg.pop(leg, None)
        call.sides.clear()


def _first(waiting: tuple[Part, ...]) -> tuple[Part, ...]:
    characters = 0
    for place, part in enumerate(waiting[:PARTS_MAX]):
        characters += len(part.text)
        if place and characters > CHARACTERS_MAX:
            return waiting[:place]
    return waiting[:PARTS_MAX]


def _advance(call: _Call, until: int) -> None:
    if call.witness.ledger.sealed:
        return
    if call.ends_at is not None and until >= call.ends_at:
        call.witness.finish(call.ends_at)
    else:
        call.witness.advance(until)
