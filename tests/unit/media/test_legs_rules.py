"""Whatever the order of events: the rules that the legs of an encounter never break.

A made-up world performs the effects as a relay and two pages would, or refuses them, at times
of its own choosing; hypothesis chooses.
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from media import leg_moves as moves
from media.call import LegStale, Side
from media.leg_moves import PATIENT, Seat
from media.leg_parties import LegState, Phase
from media.leg_settling import NUMBER_MAX
from media.legs import next_due, start_of
from tests.leg_world import AVERY, CASEY, RELAYS, World

seats = st.sampled_from([PATIENT, CASEY, AVERY])
places = st.integers(0, 5)
sessions = st.sampled_from(["stolen", "own"])
NOBODYS = (CASEY, Side.PRACTITIONER, NUMBER_MAX)
numbers = st.integers(1, 30)


class LegRules(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(far=st.sampled_from(["empty", "waiting", "calling", "linked"]))
    def begin(self, far: str) -> None:
        world = self.world
        if far == "empty":
            return
        for seat in (PATIENT, CASEY):
            world.happens(moves.Came(seat))
        world.connect_all()
        if far == "waiting":
            return
        world.happens(moves.Accepted(CASEY))
        if far == "linked":
            world.work_off()
            assert world.legs.linked is not None

    # ---------------------------------------------------------- people

    @rule(seat=seats)
    def come(self, seat: Seat) -> None:
        self.world.happens(moves.Came(seat))

    @rule(seat=seats)
    def leave(self, seat: Seat) -> None:
        self.world.happens(moves.Left(seat))

    @rule(seat=st.sampled_from([CASEY, AVERY]))
    def accept(self, seat: Seat) -> None:
        world = self.world
        because = start_of(world.legs, now=world.now, choose=world.choose)
        if world.legs.phase is not Phase.WAITING:
            return
        if because is None:
            world.happens(moves.Accepted(seat))
        else:
            world.happens(moves.WentDirect())

    @rule()
    def fail(self) -> None:
        self.world.happens(moves.CallFailed())

    @rule()
    def retry(self) -> None:
        self.world.happens(moves.CallRetried())

    @rule()
    def end(self) -> None:
        self.world.happens(moves.Ended())
        self.world.silent.clear()
        assert not self.world.legs.parties

    # ---------------------------------------------------------- pages

    @rule()
    def answer(self) -> None:
        self.world.answer_all()

    @rule(seat=seats, number=numbers, restart=st.integers(0, 3))
    def answer_anything(self, seat: Seat, number: int, restart: int) -> None:
        before = self.world.legs
        with suppress(LegStale):
            self.world.happens(moves.Answered(seat, number, restart, "answer"))
            return
        assert self.world.legs == before

    @rule(place=places)
    def refresh(self, place: int) -> None:
        seat, _, number = self.world.leg_at(place) or NOBODYS
        with suppress(LegStale):
            self.world.happens(moves.Refreshed(seat, number))

    @rule(place=places)
    def give_up(self, place: int) -> None:
        seat, _, number = self.world.leg_at(place) or NOBODYS
        with suppress(LegStale):
            self.world.happens(moves.GivenUp(seat, number))

    @rule(seat=seats)
    def reload(self, seat: Seat) -> None:
        self.world.happens(moves.PageReloaded(seat))

    @rule(seat=seats)
    def resume(self, seat: Seat) -> None:
        self.world.happens(moves.PageResumed(seat))

    @rule(seat=seats)
    def end_session(self, seat: Seat) -> None:
        self.world.happens(moves.SessionOver(seat))
        party = self.world.legs.parties.get(seat)
        assert party is None or not party.legs(), "at once, whatever they carry"

    @rule(session=sessions)
    def go_on_in(self, session: str) -> None:
        self.world.session = session

    @rule(seat=seats, session=sessions)
    def end_one_session(self, seat: Seat, session: str) -> None:
        self.world.happens(moves.OneSessionOver(seat, session))
        assert not {session, moves.UNKNOWN} & self._answerers(seat)

    @rule(seat=seats, session=sessions)
    def end_other_sessions(self, seat: Seat, session: str) -> None:
        self.world.happens(moves.OtherSessionsOver(seat, session))
        assert self._answerers(seat) <= {session}

    def _answerers(self, seat: Seat) -> set[str]:
        party = self.world.legs.parties.get(seat)
        legs = party.legs() if party is not None else ()
        return {leg.answered_by for leg in legs if leg.answered_by is not None}

    @rule(seat=seats)
    def come_back(self, seat: Seat) -> None:
        self.world.happens(moves.PageBack(seat))

    # ---------------------------------------------------------- relays

    @precondition(lambda self: bool(self.world.todo))
    @rule(well=st.booleans())
    def perform(self, *, well: bool) -> None:
        self.world.perform(well=well)

    @rule()
    def work_off(self) -> None:
        self.world.work_off()

    @rule()
    def connect_all(self) -> None:
        self.world.connect_all()

    @rule(place=places)
    def connect(self, place: int) -> None:
        _, side, number = self.world.leg_at(place) or NOBODYS
        found = self.world.legs.find(side, number)
        if found is not None and found[1].state >= LegState.ANSWERED:
            self.world.happens(moves.Connected(side, number))

    @rule(place=places)
    def stall(self, place: int) -> None:
        _, side, number = self.world.leg_at(place) or NOBODYS
        self.world.happens(moves.Stalled(side, number))

    @rule(place=places)
    def flow(self, place: int) -> None:
        _, side, number = self.world.leg_at(place) or NOBODYS
        self.world.happens(moves.Flows(side, number))

    @rule(place=places)
    def end_leg(self, place: int) -> None:
        _, side, number = self.world.leg_at(place) or NOBODYS
        found = self.world.legs.find(side, number)
        if found is not None:
            self.world.closed.add((found[1].relay, side, number))
        self.world.happens(moves.LegOver(side, number))

    @rule(relay=st.sampled_from(RELAYS))
    def drain(self, relay: str) -> None:
        self.world.up.discard(relay)
        self.world.draining.add(relay)
        self.world.happens(moves.RelayDraining(relay))

    @rule(relay=st.sampled_from(RELAYS))
    def lose(self, relay: str) -> None:
        world = self.world
        world.up.discard(relay)
        world.lost.add(relay)
        world.happens(moves.RelayLost(relay))

    @rule(relay=st.sampled_from(RELAYS))
    def come_up(self, relay: str) -> None:
        world = self.world
        world.up.add(relay)
        world.lost.discard(relay)
        world.draining.discard(relay)
        world.happens(moves.RelayUp(relay))

    @rule(seconds=st.floats(0.01, 12))
    def wait(self, seconds: float) -> None:
        self.world.wait(seconds)

    # ---------------------------------------------------------- never

    @invariant()
    def two_linked_legs_are_on_one_relay_and_of_two_sides(self) -> None:
        legs = self.world.legs
        for pair in (legs.linked, legs.linking):
            if pair is None:
                continue
            one = legs.find(Side.PATIENT, pair.patient)
            other = legs.find(Side.PRACTITIONER, pair.practitioner)
            assert one is not None, "a linked leg is there"
            assert other is not None, "a linked leg is there"
            assert one[1].relay == other[1].relay == pair.relay

    @invariant()
    def nobody_has_more_than_two_legs_and_none_that_was_closed(self) -> None:
        for party, leg in self.world.legs.every():
            known = (leg.relay, party.side, leg.number)
            assert known not in self.world.closed
        assert sum(1 for _ in self.world.legs.every()) <= 2 * len(self.world.legs.parties)

    @invariant()
    def what_is_not_used_any_more_was_closed(self) -> None:
        world = self.world
        used = {(leg.relay, party.side, leg.number) for party, leg in world.legs.every()}
        assert world.made - used <= world.closed

    @invariant()
    def whose_session_is_over_has_no_leg_before_they_are_back(self) -> None:
        for party in self.world.legs.parties.values():
            assert not (party.barred and party.legs())

    @invariant()
    def a_direct_or_failed_call_has_no_legs(self) -> None:
        legs = self.world.legs
        if legs.phase in {Phase.DIRECT, Phase.FAILED}:
            assert not tuple(legs.every())

    @invariant()
    def time_is_never_waited_for_in_the_past_for_ever(self) -> None:
        """Working off what is due makes it not due any more."""
        world = self.world
        due = next_due(world.legs)
        if due is not None and due <= world.now:
            world.happens(moves.TimePassed())
            again = next_due(world.legs)
            assert again is None or again > world.now

    def teardown(self) -> None:
        """A call that was accepted ends linked, direct or known to be interrupted, in time.

        Or it waits for somebody whose session is over, and presence ends it.
        """
        world = self.world
        if world.legs.phase is Phase.CALLING:
            for _ in range(40):
                world.work_off()
                world.wait(0.5)
            legs = world.legs
            direct = legs.phase is Phase.DIRECT and world.direct
            carried = legs.linked is not None and legs.linked.relay not in world.lost
            interrupted = any(party.silent for party in legs.parties.values())
            assert direct or carried or interrupted or legs.waits_for_a_page()
        world.happens(moves.Ended())
        world.work_off()
        assert world.made <= world.closed, "every leg is closed in the end"


LegRules.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLegRules = LegRules.TestCase
