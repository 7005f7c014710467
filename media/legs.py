"""The legs of one encounter: which there are, which two carry the call, what replaces them.

    event                    in     what follows
    -----------------------  -----  --------------------------------------------------------
    Came                     any    a leg for this seat, on the relay of the other legs
    Left                     WAIT.  its legs are closed
    Accepted                 WAIT.  CALLING; both current legs linked as soon as answered
    LegOffered               any    told to the page; a late one for a closed leg is nothing
    Answered                 any    given to the relay; stale ones are refused
    CreateRefused, LegOver   any    another leg, later and later
    Linked                   CALL.  told; candidates become current; only then the old close
    Stalled, Refreshed       CALL.  ICE restart AND a candidate; the other side is told
    Flows                    CALL.  the first to be there wins: a candidate that is not
                                    linked yet is closed, the other side is told; on a leg
                                    that its page has no more it is nothing
    PageReloaded             CALL.  a candidate; the other side keeps its leg
                             WAIT.  the leg is closed and made anew
    SessionOver              any    its legs are closed at once, the call waits for a page
    OneSessionOver           any    those that it answered are; the seat gets others
    OtherSessionsOver        any    all but those that the one which stays answered are
    PageBack                 any    that may have a leg again
    RelayDraining            any    candidates of both on another relay, linked as a pair
    RelayLost                CALL.  the same, within limits, else direct
    TimePassed               any    what is due: another try, an end to waiting, direct
    WentDirect               any    DIRECT; every leg is closed
    CallFailed, CallRetried  CALL.  every leg is closed; new ones
    Ended                    any    every leg is closed, the evidence is sealed

After each event the legs are *settled*: every seat gets the leg that it lacks, the best pair
is linked, limits are kept. A current leg stays until its replacement is linked (make before
break), two legs are linked only on one relay, and of a side only one is.

Pure: time is an argument, and so is the choice of a relay. Not the ICE of a leg
(`media.ice`), nor what flows (`media.call`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from media import leg_effects as effects
from media import leg_moves as moves
from media.call import LegStale, Side
from media.leg_calling import Calling
from media.leg_moves import PATIENT, UNKNOWN, Because, Event, LegEnd, Seat
from media.leg_parties import Leg, Legs, LegState, Pair, Party, Phase
from media.leg_settling import CONNECT_US, LEG_US, Choose, lacks

ADOPTION_US: Final = 1_500_000
UNANSWERED_US: Final = 2_000_000


def start_of(legs: Legs, *, now: int, choose: Choose) -> Because | None:
    """Return why a call that is accepted now goes direct; None when its legs may carry it."""
    patient = legs.parties.get(PATIENT)
    leg = patient.current if patient is not None else None
    if leg is None:
        found = choose(legs.failing_relays) is not None
        return Because.LEG_NOT_CONNECTED if found else legs.refused or Because.NO_RELAY
    if leg.relay in legs.lost_relays:
        return Because.RELAY_LOST
    late = leg.state < LegState.CONNECTED and now - leg.asked_at > UNANSWERED_US
    return Because.LEG_NOT_CONNECTED if late else None


def step_legs(
    legs: Legs, event: Event, *, now: int, choose: Choose
) -> tuple[Legs, tuple[effects.Effect, ...]]:
    """Return the legs as `event` leaves them, and what is to be done, in order.

    Args:
        legs: as they stand.
        event: what happened.
        now: microseconds UTC.
        choose: gives the relay for a further leg.

    Raises:
        LegStale: a page speaks of a leg, or answers an offer, that is over; nothing changed.
    """
    work = _Step(legs, now, choose)
    work.take(event)
    work.settle()
    return work.legs, tuple(work.effects)


def next_due(legs: Legs) -> int | None:
    """Return when `TimePassed` may change something; None when only events can."""
    dues = [one for one in (legs.due, legs.seek_due) if one is not None]
    dues += [leg.asked_at + LEG_US for _, leg in legs.every() if leg.state < LegState.CONNECTED]
    dues += [one.again_at for one in legs.parties.values() if lacks(legs, one)]
    if legs.link_again_at is not None:
        dues.append(legs.link_again_at)
    return min(dues, default=None)


class _Step(Calling):
    """What one event does before the legs are settled."""

    def take(self, event: Event) -> None:  # noqa: C901, PLR0912 - one arm for each event
        match event:
            case moves.Came(seat):
                self._came(seat)
            case moves.Left(seat):
                self._left(seat)
            case moves.Accepted(seat):
                self._accepted(seat)
            case moves.Restored(seat, ledger):
                self._restored(seat, ledger)
            case moves.Adopted():
                self._adopted(event)
            case moves.LegOffered():
                self._offered(event)
            case moves.CreateRefused(side, number, because):
                self._refused(side, number, because)
            case moves.Answered():
                self._answered(event)
            case moves.AnswerRefused(side, number, 0):
                self._over(side, number, tell_relay=True)
            case moves.AnswerRefused():
                pass  # of a restart: the candidate is under way
            case moves.Connected(side, number):
                self._connected(side, number)
            case moves.Linked(patient, practitioner):
                self.linked(patient, practitioner)
            case moves.LinkRefused(patient, practitioner):
                self.link_refused(patient, practitioner)
            case moves.Stalled(side, number):
                self.stalled(side, number)
            case moves.Flows(side, number):
                self.flows(side, number)
            case moves.LegOver(side, number):
                self._over(side, number, tell_relay=False)
            case _:
                self._take_other(event)

    def _take_other(self, event: Event) -> None:  # noqa: C901, PLR0912 - the same
        match event:
            case moves.Refreshed(seat, number):
                self._refreshed(seat, number)
            case moves.GivenUp(seat, number):
                self._given_up(seat, number)
            case moves.SessionOver(seat):
                self.session_over(seat)
            case moves.OneSessionOver(seat, session):
                self.one_session_over(seat, session)
            case moves.OtherSessionsOver(seat, kept):
                self.other_sessions_over(seat, kept)
            case moves.PageBack(seat):
                self.page_back(seat)
            case moves.PageReloaded(seat):
                self._reloaded(seat)
            case moves.PageResumed(seat):
                self._retell(seat)
            case moves.RelayDraining(relay):
                self.relay_draining(relay)
            case moves.RelayLost(relay):
                self.relay_lost(relay)
            case moves.RelayUp(relay):
                self.relay_up(relay)
            case moves.WentDirect():
                self.go_direct(None)
            case moves.CallFailed():
                self.failed()
            case moves.CallRetried():
                self.retried()
            case moves.Ended():
                self.ended()
            case _:
                pass  # time passed: `settle` looks at it

    # -------------------------------------------------------------- who is there

    def _came(self, seat: Seat) -> None:
        if seat not in self.legs.parties:
            self.seat(seat)

    def _left(self, seat: Seat) -> None:
        party = self.legs.parties.get(seat)
        in_call = seat in {PATIENT, self.legs.practitioner}
        if party is None or (self.legs.phase is not Phase.WAITING and in_call):
            return
        reason = LegEnd.LEFT if seat == PATIENT else LegEnd.OFFER_OVER
        for leg in party.legs():
            self.close(party.seat, leg, reason)
        self.unseat(seat)

    def _accepted(self, seat: Seat) -> None:
        if self.legs.phase is not Phase.WAITING:
            return
        for other in tuple(self.legs.parties):
            if other not in {PATIENT, seat}:
                self._left(other)
        for one in (PATIENT, seat):
            self._came(one)
        self.page_back(seat)  # whoever accepts is there
        self.change(phase=Phase.CALLING, practitioner=seat, due=self.now + CONNECT_US)

    def _restored(self, seat: Seat, ledger: int) -> None:
        self._accepted(seat)
        later = self.now + ADOPTION_US
        for one in (PATIENT, seat):
            self.put(replace(self.legs.parties[one], again_at=later))
        self.change(ledger=max(ledger, self.legs.ledger), due=later + CONNECT_US)

    def _adopted(self, event: moves.Adopted) -> None:
        self._came(event.seat)
        party = self.legs.parties[event.seat]
        self.use_number(party.side, event.number)
        if party.barred:
            self.do(effects.CloseLeg(event.relay, party.side, event.number))
            return
        state = LegState.CONNECTED if event.connected else LegState.ANSWERED
        leg = Leg(event.number, event.relay, self.now, state, answered_by=UNKNOWN)
        if party.current is None:
            self.put(replace(party, current=leg))
        elif party.candidate is None:
            self.put(replace(party, candidate=leg))
        else:
            self.close(party.seat, leg, LegEnd.REPLACED)
            return
        both = self.legs.both()
        if event.linked and both is not None and self.legs.linked is None:
            one, other = (party.current for party in both)
            if one is not None and other is not None and one.relay == other.relay:
                ledger = max(1, self.legs.ledger)
                self.change(
                    linked=Pair(one.relay, one.number, other.number, ledger),
                    ledger=ledger,
                    ledger_relay=one.relay,
                )
                # Whoever linked them may have died before it said so.
                for party in both:
                    self._retell(party.seat)

    # -------------------------------------------------------------- one leg

    def _offered(self, event: moves.LegOffered) -> None:
        found = self.legs.find(event.side, event.number)
        if found is None:
            return
        party, leg = found
        self.change(refused=None)
        state = max(leg.state, LegState.OFFERED)
        leg = replace(leg, state=state, restart=event.restart, offer=event.sdp)
        self.put(party.having(leg))
        self.do(effects.TellOffered(party.seat, leg.number, leg.restart, event.sdp))
        step = effects.Step.RESTARTED if event.restart else effects.Step.OFFERED
        self.note(step, party.side, leg)

    def _refused(self, side: Side, number: int, because: Because) -> None:
        found = self.legs.find(side, number)
        if found is not None:
            self.change(refused=because)
            self.lose(found[0].seat, found[1])
            if self.legs.phase is Phase.CALLING and self.legs.linked is None:
                self.change(due=self.legs.due or self.now + CONNECT_US)

    def _answered(self, event: moves.Answered) -> None:
        party, leg = self._own(event.seat, event.number)
        if leg.offer is None or leg.restart != event.restart:
            raise LegStale
        state = max(leg.state, LegState.ANSWERED)
        by = event.session if leg.answered_by is None else leg.answered_by
        self.put(party.having(replace(leg, state=state, offer=None, answered_by=by)))
        self.do(
            effects.AnswerLeg(leg.relay, party.side, leg.number, leg.restart, event.sdp),
        )

    def _connected(self, side: Side, number: int) -> None:
        found = self.legs.find(side, number)
        if found is None or found[1].state is LegState.CONNECTED:
            return
        party, leg = found
        leg = replace(leg, state=LegState.CONNECTED)
        self.put(replace(party.having(leg), failures=0))
        self.note(effects.Step.CONNECTED, side, leg)

    def _over(self, side: Side, number: int, *, tell_relay: bool) -> None:
        found = self.legs.find(side, number)
        if found is None:
            return
        party, leg = found
        if self.carries(side, leg):
            self.silence(side)
        self.lose(party.seat, leg)
        self.told_over(party.seat, leg, LegEnd.FAILED)
        if tell_relay:
            self.do(effects.CloseLeg(leg.relay, side, number))

    # -------------------------------------------------------------- what the page says

    def _own(self, seat: Seat, number: int) -> tuple[Party, Leg]:
        party = self.legs.parties.get(seat)
        leg = party.leg(number) if party is not None else None
        if party is None or leg is None:
            raise LegStale
        return party, leg

    def _refreshed(self, seat: Seat, number: int) -> None:
        party, leg = self._own(seat, number)
        if party.current == leg:
            self.replace_current(party, leg)

    def _given_up(self, seat: Seat, number: int) -> None:
        party, leg = self._own(seat, number)
        if self.carries(party.side, leg):
            self.silence(party.side)
            self.put(self._forsaken(seat))
        else:
            self.lose(party.seat, leg)
            self.do(effects.CloseLeg(leg.relay, party.side, number))
            self.told_over(seat, leg, LegEnd.FAILED)

    def _reloaded(self, seat: Seat) -> None:
        party = self.legs.parties.get(seat)
        if party is None:
            return
        for leg in party.legs():
            if not self.carries(party.side, leg):
                self.close(seat, leg, LegEnd.REPLACED)
        party = replace(self.legs.parties[seat], again_at=self.now, failures=0)
        self.put(party)
        if party.current is not None:
            self.silence(party.side)
            self.put(self._forsaken(seat))
        elif self.legs.due is not None:
            self.change(due=self.now + CONNECT_US)

    def _forsaken(self, seat: Seat) -> Party:
        """Return the party whose page has its current leg no more."""
        party = self.legs.parties[seat]
        assert party.current is not None
        return replace(party, current=replace(party.current, gone=True), failing=True)

    def _retell(self, seat: Seat) -> None:
        party = self.legs.parties.get(seat)
        for leg in party.legs() if party else ():
            if leg.offer is not None:
                self.do(effects.TellOffered(seat, leg.number, leg.restart, leg.offer))
            if party is not None and not leg.gone and self.carries(party.side, leg):
                self.do(effects.TellLinked(seat, leg.number))
