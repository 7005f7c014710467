"""What events do to the legs of a call: linked, stalled, on a relay that is lost, ended.

Pure, see `media.legs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from media import leg_effects as effects
from media.call import Side
from media.leg_effects import Step
from media.leg_moves import PATIENT, UNKNOWN, LegEnd, Seat
from media.leg_parties import OTHER, Leg, Pair, Party, Phase
from media.leg_settling import CONNECT_US, LOOK_US, Settling

RELAY_WAIT_US: Final = 2_000_000
RESTARTS_MAX: Final = 1_000


class Calling(Settling):
    """Adds the events of a call to what settles its legs."""

    # -------------------------------------------------------------- linked

    def linked(self, patient: int, practitioner: int) -> None:
        """Two legs are linked: now, and not before, what they replace may close."""
        pair, both = self._asked(patient, practitioner), self.legs.both()
        if pair is None or both is None:
            return
        before, early = self.legs.linked, self.legs.early
        if self.legs.ledger_relay not in {None, pair.relay}:
            self.seal()
        self.change(
            linked=pair,
            linking=None,
            ledger=pair.ledger,
            ledger_relay=pair.relay,
            early=frozenset(),
        )
        for party in both:
            if before is None or before.of(party.side) != pair.of(party.side):
                self._takes_over(party, pair)
        for side in early:
            self.flows(side, pair.of(side))

    def _takes_over(self, party: Party, pair: Pair) -> None:
        number = pair.of(party.side)
        leg, old = party.leg(number), party.current
        if leg is None:
            return
        self.do(effects.TellLinked(party.seat, number))
        self.note(Step.LINKED, party.side, leg, ledger=pair.ledger)
        if old is not None and old.number != number:
            self.close(party.seat, old, LegEnd.REPLACED)

    def _asked(self, patient: int, practitioner: int) -> Pair | None:
        pair = self.legs.linking
        fits = pair is not None and (pair.patient, pair.practitioner) == (patient, practitioner)
        return pair if fits else None

    def link_refused(self, patient: int, practitioner: int) -> None:
        """A relay did not link: what it was to replace goes on, another pair may be better."""
        pair, both = self._asked(patient, practitioner), self.legs.both()
        if pair is None or both is None:
            return
        self.change(linking=None, early=frozenset(), link_again_at=self.now + LOOK_US)
        for party in both:
            candidate = party.candidate
            if candidate is not None and candidate.number == pair.of(party.side):
                self.lose(party.seat, candidate)
                self.do(effects.CloseLeg(candidate.relay, party.side, candidate.number))
                self.told_over(party.seat, candidate, LegEnd.FAILED)

    # -------------------------------------------------------------- stalled

    def stalled(self, side: Side, number: int) -> None:
        """A leg that carries the call sends nothing."""
        found = self.legs.find(side, number)
        if found is None or not self.carries(side, found[1]):
            return
        self.silence(side)
        if not found[0].failing:
            self.note(Step.STALLED, side, found[1])
        self.replace_current(*found)

    def replace_current(self, party: Party, leg: Leg) -> None:
        """Restart the ICE of a leg; `settle` has another one made beside it."""
        if party.failing:
            return
        self.put(replace(self.legs.parties[party.seat], failing=True))
        if leg.restart < RESTARTS_MAX and leg.relay not in self.legs.lost_relays:
            self.do(effects.RestartLeg(leg.relay, party.side, leg.number))

    def flows(self, side: Side, number: int) -> None:
        """Media comes on a leg: what was to replace it is not needed."""
        linking = self.legs.linking
        if linking is not None and linking.of(side) == number:
            self.change(early=self.legs.early | {side})
        found = self.legs.find(side, number)
        if found is None or not self.carries(side, found[1]):
            return
        party, leg = found
        if leg.gone:
            return  # whoever sends there is not the page that the call waits for
        if party.silent:
            self.do(effects.Recovered(OTHER[side]))
        self.put(replace(party, silent=False, failing=False, failures=0))

    # -------------------------------------------------------------- sessions

    def session_over(self, seat: Seat) -> None:
        """Take every leg from a seat at once: what carries the call does not wait for another.

        The other side keeps its own, so that whoever comes back is soon in the call again.
        """
        if seat not in self.legs.parties:
            return
        self._take_away(seat, lambda _: True)
        self.put(replace(self.legs.parties[seat], barred=True, failing=False))

    def one_session_over(self, seat: Seat, session: str) -> None:
        """Take the legs that a session answered; its person may have others.

        Those of which it is not known who answered them may have been its own.
        """
        self._take_away(seat, lambda leg: leg.answered_by in {session, UNKNOWN})

    def other_sessions_over(self, seat: Seat, kept: str) -> None:
        """Take every leg that another session than this one answered, or may yet answer."""
        self._take_away(seat, lambda leg: leg.answered_by != kept)

    def _take_away(self, seat: Seat, which: Callable[[Leg], bool]) -> None:
        party = self.legs.parties.get(seat)
        taken = [leg for leg in party.legs() if which(leg)] if party is not None else []
        for leg in taken:
            side = Side.PATIENT if seat == PATIENT else Side.PRACTITIONER
            if self.carries(side, leg):
                self.silence(side)
            self.close(seat, leg, LegEnd.SESSION_OVER)
        if taken:  # whoever is there with another session does not wait for theirs
            self.put(replace(self.legs.parties[seat], again_at=self.now))

    def page_back(self, seat: Seat) -> None:
        """Let a seat have legs again."""
        party = self.legs.parties.get(seat)
        if party is None or not party.barred:
            return
        self.put(replace(party, barred=False, failures=0, again_at=self.now))
        if self.legs.phase is Phase.CALLING and not self.legs.waits_for_a_page():
            self.change(due=self.now + CONNECT_US)

    # -------------------------------------------------------------- relays, attempts

    def relay_lost(self, relay: str) -> None:
        """A relay is gone: what it carried is kept only until others are linked."""
        self.change(
            failing_relays=self.legs.failing_relays | {relay},
            lost_relays=self.legs.lost_relays | {relay},
        )
        carried = self.legs.linked
        if carried is not None and carried.relay == relay:
            for side in Side:
                self.silence(side)
        touched = False
        for party, leg in tuple(self.legs.every()):
            if leg.relay == relay:
                touched = True
                if not self.carries(party.side, leg):
                    self.close(party.seat, leg, LegEnd.RELAY_LOST)
                self.put(replace(self.legs.parties[party.seat], again_at=self.now))
        linking = self.legs.linking
        if linking is not None and linking.relay == relay:
            self.change(linking=None)
        if touched and self.legs.phase is Phase.CALLING:
            seek_due = self.now + RELAY_WAIT_US
            self.change(due=seek_due + CONNECT_US, seek_due=seek_due)

    def relay_draining(self, relay: str) -> None:
        """A relay will end: everybody is to move, and nothing closes before that."""
        self.change(failing_relays=self.legs.failing_relays | {relay})
        self._look_now()

    def relay_up(self, relay: str) -> None:
        """A relay takes legs; one that was lost only for us carries what it carried."""
        linked = self.legs.linked
        if relay in self.legs.lost_relays and linked is not None and linked.relay == relay:
            for party in self.legs.both() or ():
                if not party.failing:
                    self.flows(party.side, linked.of(party.side))
        self.change(
            failing_relays=self.legs.failing_relays - {relay},
            lost_relays=self.legs.lost_relays - {relay},
        )
        if self.legs.refused is not None:
            self.change(refused=None)
            self._look_now()

    def _look_now(self) -> None:
        for party in tuple(self.legs.parties.values()):
            self.put(replace(party, again_at=self.now, failures=0))

    def failed(self) -> None:
        """An attempt is over: nothing flows until the next one."""
        if self.legs.phase is Phase.CALLING:
            self.close_all(LegEnd.FAILED)
            self.change(phase=Phase.FAILED, due=None, seek_due=None)

    def retried(self) -> None:
        """Another attempt: with new legs."""
        if self.legs.phase in {Phase.FAILED, Phase.CALLING}:
            self.close_all(LegEnd.FAILED)
            self.change(phase=Phase.CALLING, due=self.now + CONNECT_US, seek_due=None)

    def ended(self) -> None:
        """Nobody needs legs any more."""
        self.close_all(LegEnd.CALL_OVER)
        self.change(
            phase=Phase.WAITING,
            parties={},
            practitioner=None,
            due=None,
            seek_due=None,
            refused=None,
        )
