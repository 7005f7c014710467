"""Whose session is over has no leg any more, whatever it carries, until a page is back."""

from __future__ import annotations

import pytest

from media import leg_effects as effects
from media import leg_moves as moves
from media.call import LegStale, Side
from media.leg_moves import PATIENT, LegEnd, Seat
from media.leg_parties import Phase
from media.legs import next_due
from tests.leg_world import AVERY, CASEY, World, side_of
from tests.unit.media.test_legs import commands, current, linked, waiting

SIDES = {PATIENT: Side.PATIENT, CASEY: Side.PRACTITIONER}
OTHER = {PATIENT: Side.PRACTITIONER, CASEY: Side.PATIENT}


def of(world: World, seat: Seat) -> list[int]:
    return [leg.number for leg in world.legs.parties[seat].legs()]


@pytest.mark.parametrize("seat", SIDES)
def test_a_session_that_is_over_takes_its_legs_at_once_and_gets_none_until_its_page_is_back(
    seat: Seat,
) -> None:
    world = linked()
    other = CASEY if seat == PATIENT else PATIENT
    world.happens(moves.SessionOver(seat))
    assert world.todo == [effects.CloseLeg("one", SIDES[seat], 1)]
    assert world.told_closed == [effects.TellClosed(seat, 1, LegEnd.SESSION_OVER)]
    assert world.silent == {OTHER[seat]}, "the other side knows that nothing comes any more"
    world.work_off()
    world.wait(60)
    assert (of(world, seat), of(world, other)) == ([], [1])
    assert (world.legs.phase, world.direct) == (Phase.CALLING, [])
    world.happens(moves.PageBack(seat))
    world.connect_all()
    world.work_off()
    assert of(world, seat) == [2]
    assert current(world, SIDES[seat]) == 2
    world.happens(moves.Flows(SIDES[seat], 2))
    assert world.silent == set()


def test_its_candidate_is_taken_with_the_leg_that_it_was_to_replace() -> None:
    world = linked()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    world.work_off()
    world.happens(moves.SessionOver(PATIENT))
    closed = [one for one in world.todo if isinstance(one, effects.CloseLeg)]
    assert [one.number for one in closed] == [1, 2]
    assert of(world, PATIENT) == []


def test_what_is_answered_after_that_is_stale() -> None:
    world = World()
    world.happens(moves.Came(PATIENT))
    world.work_off()
    world.happens(moves.SessionOver(PATIENT))
    with pytest.raises(LegStale):
        world.happens(moves.Answered(PATIENT, 1, 0, "answer"))


def test_a_leg_that_a_relay_makes_late_is_closed_and_never_offered() -> None:
    world = World()
    world.happens(moves.Came(PATIENT))
    world.happens(moves.SessionOver(PATIENT))
    world.work_off()
    assert of(world, PATIENT) == []
    assert ("one", Side.PATIENT, 1) in world.closed


def test_a_leg_that_is_found_on_a_relay_is_closed() -> None:
    world = linked()
    world.happens(moves.SessionOver(CASEY))
    world.work_off()
    world.happens(moves.Adopted(CASEY, 7, "one", connected=True, linked=False))
    assert world.todo == [effects.CloseLeg("one", Side.PRACTITIONER, 7)]
    assert of(world, CASEY) == []


def test_who_waits_without_a_session_gets_a_leg_when_they_are_back() -> None:
    world = waiting()
    world.happens(moves.SessionOver(PATIENT))
    world.work_off()
    world.wait(60)
    assert of(world, PATIENT) == []
    assert of(world, CASEY) == [1], "who is rung is not concerned"
    world.happens(moves.PageReloaded(PATIENT))
    world.work_off()
    assert of(world, PATIENT) == [], "only that a page came brings them back"
    world.happens(moves.PageBack(PATIENT))
    world.work_off()
    assert of(world, PATIENT) == [2]


def test_an_accept_is_made_by_somebody_who_is_there() -> None:
    world = waiting()
    world.happens(moves.SessionOver(CASEY))
    world.happens(moves.Accepted(CASEY))
    world.work_off()
    assert of(world, CASEY) == [2]


def test_nobody_waits_for_the_clock_while_a_page_is_waited_for() -> None:
    world = linked()
    world.happens(moves.SessionOver(CASEY))
    world.work_off()
    assert next_due(world.legs) is None
    world.happens(moves.RelayLost("one"))
    world.wait(60)
    assert world.direct == []
    world.happens(moves.PageBack(CASEY))
    assert next_due(world.legs) is not None


def test_a_failed_attempt_that_is_tried_again_waits_for_the_page() -> None:
    world = linked()
    world.happens(moves.CallFailed())
    world.happens(moves.SessionOver(CASEY))
    world.happens(moves.CallRetried())
    world.work_off()
    assert of(world, CASEY) == []
    world.happens(moves.PageBack(CASEY))
    world.work_off()
    assert len(of(world, CASEY)) == 1


def test_a_session_of_somebody_who_has_no_seat_is_nothing() -> None:
    world = linked()
    before = world.legs
    for event in (moves.SessionOver(AVERY), moves.PageBack(AVERY), moves.PageBack(CASEY)):
        world.happens(event)
    assert (world.legs, world.todo) == (before, [])


def taken_over() -> World:
    """In a call from a stolen session; a page of another one is there, and answers none."""
    world = World()
    world.session = "stolen"
    for seat in (PATIENT, CASEY):
        world.happens(moves.Came(seat))
    world.connect_all()
    world.happens(moves.Accepted(CASEY))
    world.work_off()
    world.session = "own"
    world.happens(moves.PageReloaded(CASEY))
    world.work_off()
    assert of(world, CASEY) == [1, 2]
    return world


def test_a_leg_that_its_page_has_no_more_ends_no_interruption() -> None:
    world = taken_over()
    world.happens(moves.Stalled(Side.PRACTITIONER, 1))
    world.happens(moves.Flows(Side.PRACTITIONER, 1))
    assert world.silent == {Side.PATIENT}, "whoever sends is not who the call waits for"
    world.connect_all()
    world.happens(moves.Flows(Side.PRACTITIONER, 2))
    assert world.silent == set()


def test_one_session_that_is_over_takes_the_leg_that_it_answered_and_no_other() -> None:
    world = taken_over()
    world.happens(moves.OneSessionOver(CASEY, "stolen"))
    assert world.todo == [effects.CloseLeg("one", Side.PRACTITIONER, 1)]
    assert world.told_closed == [effects.TellClosed(CASEY, 1, LegEnd.SESSION_OVER)]
    assert (of(world, PATIENT), of(world, CASEY)) == ([1], [2])
    world.wait(5)
    assert (world.legs.phase, world.direct) == (Phase.CALLING, []), "nobody is hurried"
    world.connect_all()
    assert current(world, Side.PRACTITIONER) == 2


def test_one_session_that_is_over_takes_nothing_from_the_session_that_has_the_call() -> None:
    world = taken_over()
    world.connect_all()
    before = world.legs
    world.happens(moves.OneSessionOver(CASEY, "stolen"))
    assert (world.legs, world.todo) == (before, [])


def test_of_a_leg_that_was_found_it_is_not_known_whose_it_is_so_it_goes_and_another_comes() -> (
    None
):
    world = World()
    world.happens(moves.Restored(CASEY, 1))
    for seat in (PATIENT, CASEY):
        world.made.add(("one", side_of(seat), 1))
        world.happens(moves.Adopted(seat, 1, "one", connected=True, linked=True))
    world.session = "own"
    world.happens(moves.OneSessionOver(CASEY, "stolen"))
    assert commands(world, effects.CloseLeg) == [effects.CloseLeg("one", Side.PRACTITIONER, 1)]
    assert world.silent == {Side.PATIENT}
    world.wait(2)
    world.connect_all()
    assert current(world, Side.PRACTITIONER) == 2


def test_who_answers_a_restart_does_not_make_the_leg_of_another_session_theirs() -> None:
    world = taken_over()
    world.happens(moves.LegOffered(Side.PRACTITIONER, 1, 1, "offer"))
    world.happens(moves.Answered(CASEY, 1, 1, "answer", "own"))
    world.happens(moves.OneSessionOver(CASEY, "stolen"))
    assert 1 not in of(world, CASEY)


def test_a_device_that_took_over_leaves_the_others_no_leg_nor_an_offer_to_answer() -> None:
    world = taken_over()
    world.happens(moves.OtherSessionsOver(CASEY, "own"))
    closed = commands(world, effects.CloseLeg)
    assert [one.number for one in closed if isinstance(one, effects.CloseLeg)] == [1, 2]
    world.work_off()
    assert of(world, CASEY) == [3]
    with pytest.raises(LegStale):
        world.happens(moves.Answered(CASEY, 2, 0, "answer", "stolen"))
    world.connect_all()
    before = world.legs
    world.happens(moves.OtherSessionsOver(CASEY, "own"))
    assert (world.legs, current(world, Side.PRACTITIONER)) == (before, 3)


def test_who_waits_gets_another_leg_at_once_for_that_of_a_session_that_is_over() -> None:
    world = World()
    world.session = "stolen"
    world.happens(moves.Came(PATIENT))
    world.connect_all()
    world.happens(moves.OneSessionOver(PATIENT, "stolen"))
    world.work_off()
    assert of(world, PATIENT) == [2]
