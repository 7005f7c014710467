"""Where parts of the evidence wait until the chart has them: on a relay, or in this process.

A relay's are witnessed and outlive this process. Those of a direct call are reported by the two
browsers to a witness here, and what was not committed when the process ends is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from media.call import Side
from media.control_messages import (
    Collect,
    Command,
    ControlRefused,
    Declare,
    Json,
    SealCall,
)
from media.declaration import Declaration, Declared
from media.evidence import SpanTooLong
from media.ledger import Ledger, Part
from media.packing import PACKED_MAX
from media.reported import SKEW_S_MAX, Report, reported
from media.sample import MICROSECONDS_PER_SECOND, EvidenceError, Source
from media.witness import Witness
from server.relays.port import RelayId, Relays

PARTS_MAX: Final = 64  # of one answer; more is no answer of a relay
LATE_S: Final = SKEW_S_MAX + 1  # a report comes within this of the end of its second
PAIR: Final = 2


class ShelfError(Exception):
    """It gave no parts."""


class Unfounded(ShelfError):
    """Nobody measures this call there: not yet, or not any more."""


class Unkept(ShelfError):
    """It does not have the parts that follow those which the chart has, and never will."""


class Refused(ShelfError):
    """It will not do this one thing; everything else goes on."""


class Shelf(Protocol):
    """Parts of one ledger, in order, each until it is acknowledged.

    Each method raises `ShelfError`, or `RelayLost` when nobody answers just now.
    """

    source: Source

    async def after(self, number: int) -> tuple[Part, ...]:
        """Let go of every part up to `number`, and return the next ones."""
        ...

    async def declare(self, side: Side, what: Declared, *, holds: bool) -> None:
        """Take what a browser says of itself."""
        ...

    async def seal(self) -> None:
        """End the ledger; the last parts come within some seconds."""
        ...


class RelayShelf:
    """The parts that a relay keeps under the name of a call."""

    source = Source.WITNESSED

    def __init__(self, relays: Relays, relay: RelayId, call: str) -> None:
        """Nothing is asked yet."""
        self.relay = relay
        self.call = call
        self._relays = relays

    async def after(self, number: int) -> tuple[Part, ...]:
        """See `Shelf`."""
        return parts_of(await self._ask(Collect(self.call, number)))

    async def declare(self, side: Side, what: Declared, *, holds: bool) -> None:
        """See `Shelf`."""
        await self._ask(Declare(self.call, side.value, what.value, holds))

    async def seal(self) -> None:
        """See `Shelf`."""
        await self._ask(SealCall(self.call))

    async def _ask(self, command: Command) -> Json:
        try:
            return await self._relays.ask(self.relay, command)
        except ControlRefused as refused:
            match refused.code:
                case "call_unknown":
                    raise Unfounded from None
                case "unknown_part":
                    raise Unkept from None
                case _:
                    raise Refused(refused.code) from None


def parts_of(answer: Json) -> tuple[Part, ...]:
    """Return the parts in the answer to `Collect`, as far as they are parts.

    Raises:
        Unkept: it is no such answer.
    """
    found = answer.get("parts")
    if not isinstance(found, list) or len(found) > PARTS_MAX:
        raise Unkept
    parts = []
    for one in found:
        if not isinstance(one, list) or len(one) != PAIR:
            raise Unkept
        number, text = one
        if type(number) is not int or number < 1 or not isinstance(text, str):
            raise Unkept
        parts.append(Part(number, text[: PACKED_MAX + 1]))
    return tuple(parts)


class WitnessShelf:
    """A witness of this process, fed from what the browsers of a direct call report."""

    source = Source.REPORTED

    def __init__(self, now: Callable[[], int], *, first: int) -> None:
        """Begin with a second (UTC); `now` is microseconds UTC."""
        self._now = now
        self._last = first
        self._witness = Witness(Ledger(), first=first, source=self.source)

    @property
    def sent(self) -> int:
        """Return how many parts there are, committed or not."""
        return self._witness.ledger.sent

    def take(self, reporter: Side, report: Report, generation: int) -> None:
        """Take what one browser received: it is what the other side sent.

        Raises:
            InvalidReport: see `media.reported`.
            LedgerSealed: the call is over.
        """
        now = self._second()
        sender = Side.PATIENT if reporter is Side.PRACTITIONER else Side.PRACTITIONER
        sample = reported(report, now=now, generation=generation)
        self._witness.observe(sender, (sample,))
        self._last = max(self._last, report.second)
        try:
            self._witness.advance(now - LATE_S)
        except SpanTooLong:
            raise EvidenceError from None

    async def after(self, number: int) -> tuple[Part, ...]:
        """See `Shelf`."""
        try:
            return self._witness.ledger.resume(number)[:PARTS_MAX]
        except EvidenceError:
            raise Unkept from None

    async def declare(self, side: Side, what: Declared, *, holds: bool) -> None:
        """See `Shelf`."""
        try:
            self._witness.declare(Declaration(self._now(), side, what, holds))
        except EvidenceError as error:
            raise Refused(error.code) from None

    async def seal(self) -> None:
        """End with the last second that either browser told of."""
        if self._witness.ledger.sealed:
            return
        try:
            self._witness.finish(self._last + 1)
        except SpanTooLong:
            raise Unkept from None

    def _second(self) -> int:
        return self._now() // MICROSECONDS_PER_SECOND
