"""What the legs of an encounter lack, and how it is come by: run after every event.

    every seat has a leg on the relay of the others, another one where that is not to be
    relied upon -> the best pair is linked -> limits are kept

The verbs that the events' own parts use as well are here. Pure, see `media.legs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

from media import leg_effects as effects
from media.call import Side
from media.leg_effects import Effect, Step
from media.leg_moves import PATIENT, Because, LegEnd, Seat
from media.leg_parties import OTHER, Leg, Legs, LegState, Pair, Party, Phase

Choose: TypeAlias = Callable[[frozenset[str]], str | None]
"""Gives the relay for a further leg, but none of these; None when there is none."""

CONNECT_US: Final = 3_000_000
LEG_US: Final = 10_000_000
AGAIN_US: Final = 1_000_000
AGAIN_US_MAX: Final = 30_000_000
LOOK_US: Final = 500_000
LOOK_WAITING_US: Final = 5_000_000
TRIES_MAX: Final = 8
NUMBER_MAX: Final = 10_000
NEVER: Final = 2**62
SAID_ELSEWHERE: Final = (LegEnd.WENT_DIRECT, LegEnd.CALL_OVER)


def later_us(failures: int) -> int:
    """Return how long to wait before another leg is asked for."""
    return min(AGAIN_US << min(failures, 10), AGAIN_US_MAX)


def lacks(legs: Legs, party: Party) -> bool:
    """Tell whether a seat is to get another leg as soon as it may."""
    if legs.phase not in {Phase.WAITING, Phase.CALLING}:
        return False
    if legs.phase is Phase.WAITING and party.failures >= TRIES_MAX:
        return False
    if party.barred:
        return False
    current = party.current
    if current is None:
        return True
    unreliable = party.failing or current.gone or current.relay in legs.failing_relays
    return unreliable and party.candidate is None


class Settling:
    """The legs while one event is worked through, and what is to be done."""

    def __init__(self, legs: Legs, now: int, choose: Choose) -> None:
        self.legs = legs
        self.now = now
        self.effects: list[Effect] = []
        self._choose = choose

    # -------------------------------------------------------------- verbs

    def do(self, effect: Effect) -> None:
        """Add something to be done after what there is."""
        self.effects.append(effect)

    def change(self, **what: Any) -> None:  # noqa: ANN401 - fields of `Legs`
        """Change fields of the whole."""
        self.legs = replace(self.legs, **what)

    def put(self, party: Party) -> None:
        """Put a changed party in its place."""
        self.change(parties={**self.legs.parties, party.seat: party})

    def seat(self, seat: Seat) -> None:
        """Let somebody have legs."""
        self.put(Party(seat))

    def unseat(self, seat: Seat) -> None:
        """Forget somebody whose legs are closed."""
        self.change(
            parties={one: party for one, party in self.legs.parties.items() if one != seat}
        )

    def use_number(self, side: Side, number: int) -> None:
        """Never give this number, nor one below it, to another leg of this side."""
        if side is Side.PATIENT:
            self.change(patient_number=max(number, self.legs.patient_number))
        else:
            self.change(practitioner_number=max(number, self.legs.practitioner_number))

    def note(
        self,
        step: Step,
        side: Side,
        leg: Leg,
        *,
        reason: LegEnd | None = None,
        ledger: int | None = None,
    ) -> None:
        """Keep a step in the chart."""
        self.do(effects.NoteInChart(step, leg.relay, side, leg.number, reason, ledger))

    def carries(self, side: Side, leg: Leg) -> bool:
        """Tell whether a leg is linked."""
        return self.legs.linked is not None and self.legs.linked.of(side) == leg.number

    def close(self, seat: Seat, leg: Leg, reason: LegEnd) -> None:
        """End a leg, and have its page and the chart know."""
        party = self.legs.parties[seat]
        self.do(effects.CloseLeg(leg.relay, party.side, leg.number))
        self.told_over(seat, leg, reason)
        self.put(party.without(leg.number))
        self._unpair(party.side, leg)

    def told_over(self, seat: Seat, leg: Leg, reason: LegEnd) -> None:
        """Have page and chart know that a leg is over."""
        self.do(effects.TellClosed(seat, leg.number, reason))
        side = Side.PATIENT if seat == PATIENT else Side.PRACTITIONER
        if reason is LegEnd.REPLACED:
            self.note(Step.REPLACED, side, leg)
        elif reason not in SAID_ELSEWHERE:
            self.note(Step.CLOSED, side, leg, reason=reason)

    def lose(self, seat: Seat, leg: Leg) -> None:
        """Take a leg away that came to nothing; another one follows later and later."""
        party = self.legs.parties[seat]
        failures = party.failures + 1
        again_at = max(party.again_at, self.now + later_us(failures))
        lost = replace(party.without(leg.number), failures=failures, again_at=again_at)
        self.put(lost)
        self._unpair(party.side, leg)

    def _unpair(self, side: Side, leg: Leg) -> None:
        linking = self.legs.linking
        if linking is not None and linking.of(side) == leg.number:
            # What the relay links at this moment is not what it linked before.
            self.change(linking=None, linked=None)
        if self.carries(side, leg):
            self.change(linked=None)

    def silence(self, side: Side) -> None:
        """Have the other side know that nothing comes from this one any more."""
        party = self._in_call(side)
        if party is not None and not party.silent and self.legs.linked is not None:
            self.put(replace(party, silent=True))
            self.do(effects.Interrupted(OTHER[side]))

    def _in_call(self, side: Side) -> Party | None:
        both = self.legs.both()
        return None if both is None else both[0 if side is Side.PATIENT else 1]

    # -------------------------------------------------------------- settling

    def settle(self) -> None:
        """Do what the legs lack."""
        if self.legs.phase not in {Phase.WAITING, Phase.CALLING}:
            return
        self._give_up_slow_ones()
        for seat in tuple(self.legs.parties):
            self._provide(self.legs.parties[seat])
        self._link()
        self._keep_limits()

    def _give_up_slow_ones(self) -> None:
        for party, leg in tuple(self.legs.every()):
            if leg.state < LegState.CONNECTED and self.now - leg.asked_at >= LEG_US:
                if self.carries(party.side, leg):
                    self.silence(party.side)
                self.lose(party.seat, leg)
                self.do(effects.CloseLeg(leg.relay, party.side, leg.number))
                self.told_over(party.seat, leg, LegEnd.FAILED)

    def _provide(self, party: Party) -> None:
        """Let a seat have the leg that it should."""
        if party.barred:
            return
        target = self._target()
        if self._stays(party, target):
            self._drop_candidate(party, LegEnd.RESUMED)
            return
        candidate, current = party.candidate, party.current
        if current is not None and target is None and self._is_stranded(current):
            # Nobody can be called over it, and its relay ends the sooner.
            self.close(party.seat, current, LegEnd.RELAY_LOST)
        elif candidate is not None and target is not None and candidate.relay != target:
            self._drop_candidate(party, LegEnd.REPLACED)
        elif candidate is not None and self.legs.phase is Phase.WAITING:
            self._promote(party)
        elif candidate is None and current is not None and self._is_idle(current, target):
            # It carries nothing and may go at once: another one is made in its place.
            self.close(party.seat, current, LegEnd.REPLACED)
        party = self.legs.parties[party.seat]
        if (party.current is None or party.candidate is None) and self._may_ask(party, target):
            self._ask(party, target)

    def _is_idle(self, leg: Leg, target: str | None) -> bool:
        return leg.state < LegState.ANSWERED and target not in {None, leg.relay}

    def _is_stranded(self, leg: Leg) -> bool:
        """Tell whether a relay ends, none takes its place, and no call could begin there."""
        ends = leg.relay in self.legs.failing_relays
        sides = {
            party.side
            for party, one in self.legs.every()
            if one.relay == leg.relay and one.state >= LegState.ANSWERED
        }
        return self.legs.phase is Phase.WAITING and ends and sides != set(Side)

    def _stays(self, party: Party, target: str | None) -> bool:
        current = party.current
        if current is None or party.failing or current.gone:
            return False
        return current.relay == target or (
            target is None and current.relay not in self.legs.failing_relays
        )

    def _drop_candidate(self, party: Party, reason: LegEnd) -> None:
        candidate, linking = party.candidate, self.legs.linking
        if candidate is None or (
            linking is not None and linking.of(party.side) == candidate.number
        ):
            return
        self.close(party.seat, candidate, reason)

    def _promote(self, party: Party) -> None:
        """Before an accept nothing is linked: a connected candidate takes over at once."""
        if party.candidate is None or party.candidate.state < LegState.CONNECTED:
            return
        if party.current is not None:
            self.close(party.seat, party.current, LegEnd.REPLACED)

    def _target(self) -> str | None:
        """Return the relay that the legs are to be on."""
        patient_first = sorted(self.legs.parties.values(), key=lambda one: one.seat != PATIENT)
        for party in patient_first:
            for leg in party.legs():
                if leg.relay not in self.legs.failing_relays and not leg.gone:
                    return leg.relay
        return self._choose(self.legs.failing_relays)

    def _may_ask(self, party: Party, target: str | None) -> bool:
        if not lacks(self.legs, party) and self._on(party, target):
            return False
        if self.legs.phase is Phase.WAITING and party.failures >= TRIES_MAX:
            return False
        if self.now < party.again_at:
            return False
        if target is None:
            waiting = self.legs.phase is Phase.WAITING
            again_at = self.now + (LOOK_WAITING_US if waiting else LOOK_US)
            self.change(refused=self.legs.refused or Because.NO_RELAY)
            if not waiting and self.legs.linked is None:
                self.change(due=self.legs.due or self.now + CONNECT_US)
            self.put(replace(party, again_at=again_at))
            return False
        return True

    def _on(self, party: Party, target: str | None) -> bool:
        return target is None or party.current is None or party.current.relay == target

    def _ask(self, party: Party, target: str | None) -> None:
        number = self.legs.number(party.side) + 1
        if number > NUMBER_MAX or target is None:
            self.put(replace(party, again_at=NEVER))
            return
        self.use_number(party.side, number)
        leg = Leg(number, target, self.now)
        # A leg that fails at once must not be followed by the next one at once.
        again_at = self.now + later_us(party.failures)
        party = replace(party, again_at=again_at)
        if party.current is None:
            self.put(replace(party, current=leg, failing=False))
        else:
            self.put(replace(party, candidate=leg))
        self.do(effects.CreateLeg(target, party.side, number))

    # -------------------------------------------------------------- linking

    def _link(self) -> None:
        if self.legs.linking is not None or self.now < (self.legs.link_again_at or 0):
            return
        self.change(link_again_at=None)
        pair = next(self._pairs(), None)
        if pair is None:
            return
        relay, patient, practitioner = pair
        linked = self.legs.linked
        if linked is not None and (linked.patient, linked.practitioner) == (
            patient,
            practitioner,
        ):
            return
        same = self.legs.ledger_relay == relay
        ledger = self.legs.ledger if same else self.legs.ledger + 1
        self.change(linking=Pair(relay, patient, practitioner, ledger), early=frozenset())
        self.do(effects.LinkLegs(relay, patient, practitioner, ledger))

    def _pairs(self) -> Iterator[tuple[str, int, int]]:
        """Yield what could be linked, the best first."""
        both = self.legs.both()
        if self.legs.phase is not Phase.CALLING or both is None:
            return
        for one in self._usable(both[0]):
            for other in self._usable(both[1]):
                if one.relay == other.relay:
                    yield one.relay, one.number, other.number

    def _usable(self, party: Party) -> Iterator[Leg]:
        candidate, current, lost = party.candidate, party.current, self.legs.lost_relays
        if candidate is not None and candidate.state is LegState.CONNECTED:
            yield candidate
        if current is None or current.relay in lost or current.gone:
            return
        if current.state >= LegState.ANSWERED:
            yield current

    # -------------------------------------------------------------- limits

    def _keep_limits(self) -> None:
        legs = self.legs
        if legs.phase is not Phase.CALLING:
            return
        if self._is_carried() or legs.waits_for_a_page():
            self.change(due=None, seek_due=None)
        elif legs.due is None and not any(True for _ in legs.every()):
            self.change(due=self.now + CONNECT_US)
        elif legs.due is not None and self.now >= legs.due:
            self.go_direct(self._because())
        elif legs.seek_due is not None and self.now >= legs.seek_due:
            if any(leg.relay not in legs.failing_relays for _, leg in legs.every()):
                self.change(seek_due=None)
            else:
                self.go_direct(self._because())

    def _is_carried(self) -> bool:
        """Tell whether both legs of a living relay carry the call."""
        linked, both = self.legs.linked, self.legs.both()
        if linked is None or both is None or linked.relay in self.legs.lost_relays:
            return False
        legs = [party.leg(linked.of(party.side)) for party in both]
        return all(leg is not None and leg.state is LegState.CONNECTED for leg in legs)

    def _because(self) -> Because:
        if self.legs.lost_relays:
            return Because.RELAY_LOST
        if not any(True for _ in self.legs.every()):
            return self.legs.refused or Because.NO_RELAY
        return Because.LEG_NOT_CONNECTED

    def go_direct(self, because: Because | None) -> None:
        """Give up the legs; the call begins anew from browser to browser if one was begun."""
        self.close_all(LegEnd.WENT_DIRECT)
        self.change(phase=Phase.DIRECT, due=None, seek_due=None)
        if because is not None:
            self.do(effects.GoDirect(because))

    def close_all(self, reason: LegEnd) -> None:
        """End every leg, and what was witnessed of them."""
        self.seal()
        for party, leg in tuple(self.legs.every()):
            self.close(party.seat, leg, reason)
        self.change(linked=None, linking=None, early=frozenset())
        for party in tuple(self.legs.parties.values()):
            self.put(replace(party, failing=False, silent=False, failures=0, again_at=0))

    def seal(self) -> None:
        """End the ledger that is being written."""
        if self.legs.ledger_relay is not None:
            self.do(effects.SealLedger(self.legs.ledger_relay, self.legs.ledger))
            self.change(ledger_relay=None)
