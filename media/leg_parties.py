"""Who has which legs in one encounter: the state that `media.legs` moves.

    asked --LegOffered--> offered --Answered--> answered --Connected--> connected

A leg that is closed is not kept. Times are whole microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Final

from media.call import Side
from media.leg_moves import PATIENT, Because, Seat


class LegState(IntEnum):
    """How far a leg is; a later one includes those before it."""

    ASKED = 0
    OFFERED = 1
    ANSWERED = 2
    CONNECTED = 3


@dataclass(frozen=True, slots=True)
class Leg:
    """One connection between a page and a relay.

    Attributes:
        number: of its side, in this encounter.
        relay: the name of the relay.
        asked_at: when it was asked for.
        state: see the module.
        restart: number of the ICE restart that was offered last, 0 for the first offer.
        offer: the last offer, until its page has answered.
        gone: its page has it no more; kept only until another one is linked.
        answered_by: the session whose page answered it first, with whom it shares its keys;
            `UNKNOWN` if that was before this process, None before it is answered.
    """

    number: int
    relay: str
    asked_at: int
    state: LegState = LegState.ASKED
    restart: int = 0
    offer: str | None = None
    gone: bool = False
    answered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """The legs of one seat.

    Attributes:
        current: the leg that carries the call, or will.
        candidate: the one that is to replace it.
        again_at: not before this is another leg asked for.
        failures: legs in a row that came to nothing.
        failing: the current leg is not to be relied upon.
        silent: the other side was told that it receives nothing from here.
        barred: its session is over; no leg before a page of it is there again.
    """

    seat: Seat
    current: Leg | None = None
    candidate: Leg | None = None
    again_at: int = 0
    failures: int = 0
    failing: bool = False
    silent: bool = False
    barred: bool = False

    @property
    def side(self) -> Side:
        """Return which side of the encounter this seat is on."""
        return Side.PATIENT if self.seat == PATIENT else Side.PRACTITIONER

    def legs(self) -> tuple[Leg, ...]:
        """Return the legs there are, the current one first."""
        return tuple(one for one in (self.current, self.candidate) if one is not None)

    def leg(self, number: int) -> Leg | None:
        """Return the leg of a number."""
        return next((one for one in self.legs() if one.number == number), None)

    def having(self, leg: Leg) -> Party:
        """Return the party with a changed leg in its place."""
        if self.current is not None and self.current.number == leg.number:
            return replace(self, current=leg)
        return replace(self, candidate=leg)

    def without(self, number: int) -> Party:
        """Return the party without a leg; a candidate takes the place of the current one."""
        if self.candidate is not None and self.candidate.number == number:
            return replace(self, candidate=None)
        if self.current is not None and self.current.number == number:
            return replace(self, current=self.candidate, candidate=None, failing=False)
        return self


class Phase(StrEnum):
    """What the legs are for.

    WAITING  --Accepted, Restored--> CALLING
    WAITING  --WentDirect----------> DIRECT
    CALLING  --(a limit passed)----> DIRECT
    CALLING  --CallFailed----------> FAILED
    FAILED   --CallRetried---------> CALLING
    any      --Ended---------------> WAITING, with nobody
    """

    WAITING = "waiting"
    CALLING = "calling"
    FAILED = "failed"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two legs of one relay that are linked, and the ledger that witnesses them."""

    relay: str
    patient: int
    practitioner: int
    ledger: int

    def of(self, side: Side) -> int:
        """Return the number of one side's leg."""
        return self.patient if side is Side.PATIENT else self.practitioner


OTHER: Final = {Side.PATIENT: Side.PRACTITIONER, Side.PRACTITIONER: Side.PATIENT}


@dataclass(frozen=True, slots=True)
class Legs:
    """All legs of one encounter.

    Attributes:
        parties: the patient, and who is rung or in the call; by seat.
        practitioner: the seat that is in the call.
        patient_number, practitioner_number: the last number that was used.
        ledger: the last ledger of evidence that was used.
        ledger_relay: the relay that keeps it; None once it is sealed.
        linked: the legs that carry the call.
        linking: those that a relay was asked to link.
        early: sides whose media was seen before the answer that they are linked.
        link_again_at: not before this are others to be linked.
        due: when the call goes direct, unless both legs of a living relay carry it.
        seek_due: the same, unless there is a relay that takes a leg.
        failing_relays: those that drain or are lost, as far as they are known here.
        lost_relays: those that are lost.
        refused: why no leg was made the last time.
    """

    phase: Phase = Phase.WAITING
    parties: dict[Seat, Party] = field(default_factory=dict)
    practitioner: Seat | None = None
    patient_number: int = 0
    practitioner_number: int = 0
    ledger: int = 0
    ledger_relay: str | None = None
    linked: Pair | None = None
    linking: Pair | None = None
    early: frozenset[Side] = frozenset()
    link_again_at: int | None = None
    due: int | None = None
    seek_due: int | None = None
    failing_relays: frozenset[str] = frozenset()
    lost_relays: frozenset[str] = frozenset()
    refused: Because | None = None

    def number(self, side: Side) -> int:
        """Return the last number that was used on a side."""
        return self.patient_number if side is Side.PATIENT else self.practitioner_number

    def find(self, side: Side, number: int) -> tuple[Party, Leg] | None:
        """Return a leg and whose it is."""
        for party in self.parties.values():
            leg = party.leg(number) if party.side is side else None
            if leg is not None:
                return party, leg
        return None

    def both(self) -> tuple[Party, Party] | None:
        """Return patient and practitioner of the call, once both are there."""
        patient = self.parties.get(PATIENT)
        other = self.parties.get(self.practitioner) if self.practitioner else None
        return None if patient is None or other is None else (patient, other)

    def waits_for_a_page(self) -> bool:
        """Tell whether a side of the call cannot have a leg: its session is over."""
        return any(party.barred for party in self.both() or ())

    def every(self) -> Iterator[tuple[Party, Leg]]:
        """Yield every leg."""
        for party in self.parties.values():
            for leg in party.legs():
                yield party, leg
