from __future__ import annotations

from itertools import pairwise

import pytest

from media import leg_effects as effects
from media import leg_moves as moves
from media.call import LegStale, Side
from media.leg_effects import Step
from media.leg_moves import PATIENT, Because, LegEnd
from media.leg_parties import Phase
from media.leg_settling import TRIES_MAX
from media.legs import next_due, start_of
from tests.leg_world import AVERY, CASEY, SECOND, World


def waiting() -> World:
    """A patient who waits and a practitioner who is rung, their legs connected."""
    world = World()
    for seat in (PATIENT, CASEY):
        world.happens(moves.Came(seat))
    world.connect_all()
    return world


def linked() -> World:
    world = waiting()
    world.happens(moves.Accepted(CASEY))
    world.work_off()
    world.wait(5)
    return world


def commands(world: World, kind: type[effects.Command]) -> list[effects.Command]:
    return [one for one in world.todo if isinstance(one, kind)]


def steps(world: World) -> list[tuple[Step, Side, int]]:
    return [(one.step, one.side, one.number) for one in world.notes]


def current(world: World, side: Side) -> int:
    pair = world.legs.linked
    assert pair is not None
    return pair.of(side)


def test_who_is_rung_gets_a_leg_on_the_relay_of_the_patient() -> None:
    world = World()
    world.up = {"two"}
    world.happens(moves.Came(PATIENT))
    world.work_off()
    world.up = {"one", "two"}
    world.happens(moves.Came(CASEY))
    assert commands(world, effects.CreateLeg) == [
        effects.CreateLeg("two", Side.PRACTITIONER, 1)
    ]


def test_an_accept_links_what_was_connected_before() -> None:
    world = waiting()
    assert start_of(world.legs, now=world.now, choose=world.choose) is None
    world.happens(moves.Accepted(CASEY))
    assert world.todo == [effects.LinkLegs("one", 1, 1, 1)]
    world.work_off()
    assert world.told_linked == {Side.PATIENT: 1, Side.PRACTITIONER: 1}
    assert next_due(world.legs) is None


def test_of_two_who_are_rung_only_the_one_who_accepts_keeps_a_leg() -> None:
    world = waiting()
    world.happens(moves.Came(AVERY))
    world.connect_all()
    world.happens(moves.Accepted(AVERY))
    world.work_off()
    assert effects.TellClosed(CASEY, 1, LegEnd.OFFER_OVER) in world.told_closed
    assert (current(world, Side.PATIENT), current(world, Side.PRACTITIONER)) == (1, 2)


def test_a_leg_that_is_answered_twice_or_by_somebody_else_is_stale() -> None:
    world = waiting()
    for seat, number in ((PATIENT, 1), (PATIENT, 2), (AVERY, 1)):
        with pytest.raises(LegStale) as refused:
            world.happens(moves.Answered(seat, number, 0, "answer"))
        assert refused.value.code == "leg_stale"


def test_without_a_relay_or_a_connected_leg_a_call_begins_direct_and_says_why() -> None:
    world = World()
    world.up = set()
    world.happens(moves.Came(PATIENT))
    assert start_of(world.legs, now=world.now, choose=world.choose) is Because.NO_RELAY
    world.up = {"one"}
    world.happens(moves.RelayUp("one"))
    world.work_off()
    assert start_of(world.legs, now=world.now, choose=world.choose) is None
    world.wait(2.1)
    late = start_of(world.legs, now=world.now, choose=world.choose)
    assert late is Because.LEG_NOT_CONNECTED


def test_legs_that_are_not_connected_3_s_after_the_accept_are_given_up() -> None:
    world = waiting()
    world.happens(moves.PageReloaded(CASEY))
    world.happens(moves.Accepted(CASEY))
    world.work_off()
    world.wait(2.9)
    assert world.direct == []
    world.wait(0.2)
    assert world.direct == [Because.LEG_NOT_CONNECTED]
    assert world.legs.phase is Phase.DIRECT
    assert tuple(world.legs.every()) == ()


def test_a_stall_restarts_ice_and_makes_a_candidate_at_once() -> None:
    world = linked()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    assert world.silent == {Side.PRACTITIONER}
    assert world.todo == [
        effects.RestartLeg("one", Side.PATIENT, 1),
        effects.CreateLeg("one", Side.PATIENT, 2),
    ]


def test_the_old_leg_closes_only_after_its_replacement_is_linked() -> None:
    world = linked()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    world.work_off()
    world.answer_all()
    world.work_off()
    world.happens(moves.Connected(Side.PATIENT, 2))
    assert world.todo == [effects.LinkLegs("one", 2, 1, 1)]
    assert world.told_closed == []
    world.work_off()
    assert world.told_linked == {Side.PATIENT: 2, Side.PRACTITIONER: 1}
    assert world.told_closed == [effects.TellClosed(PATIENT, 1, LegEnd.REPLACED)]
    assert world.silent == {Side.PRACTITIONER}
    world.happens(moves.Flows(Side.PATIENT, 2))
    assert world.silent == set()


def test_media_that_is_seen_before_the_link_is_acknowledged_counts() -> None:
    world = linked()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    world.work_off()
    world.answer_all()
    world.work_off()
    world.happens(moves.Connected(Side.PATIENT, 2))
    world.happens(moves.Flows(Side.PATIENT, 2))
    assert world.silent == {Side.PRACTITIONER}
    world.work_off()
    assert world.silent == set()


def test_a_leg_that_comes_back_first_makes_its_candidate_needless() -> None:
    world = linked()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    world.work_off()
    world.happens(moves.Flows(Side.PATIENT, 1))
    assert world.told_closed == [effects.TellClosed(PATIENT, 2, LegEnd.RESUMED)]
    assert world.silent == set()
    assert current(world, Side.PATIENT) == 1


def test_a_reloaded_page_gets_a_candidate_and_no_ice_restart() -> None:
    world = linked()
    world.happens(moves.PageReloaded(PATIENT))
    assert world.todo == [effects.CreateLeg("one", Side.PATIENT, 2)]
    world.happens(moves.PageResumed(PATIENT))
    assert world.told_linked[Side.PRACTITIONER] == 1
    assert Side.PATIENT not in world.told_linked, "its old leg is not linked for that page"


def test_candidates_come_later_and_later() -> None:
    world = linked()
    began = world.now
    world.happens(moves.Stalled(Side.PATIENT, 1))
    asked: list[float] = []
    while world.now - began < 60 * SECOND:
        while world.todo:
            if isinstance(world.todo[0], effects.CreateLeg):
                asked.append((world.now - began) / SECOND)
            world.perform(well=not isinstance(world.todo[0], effects.CreateLeg))
        world.wait(0.5)
    gaps = [later - sooner for sooner, later in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert gaps[-1] <= 31


@pytest.mark.safeguard("V17.1.2")
def test_a_page_that_gives_every_leg_up_has_one_at_a_time_and_in_the_end_none() -> None:
    world = World()
    world.happens(moves.Came(PATIENT))
    for _ in range(600):
        world.work_off()
        legs = [leg.number for _, leg in world.legs.every()]
        assert len(legs) <= 1
        for number in legs:
            world.happens(moves.GivenUp(PATIENT, number))
        world.wait(0.5)
    assert world.highest[Side.PATIENT] == TRIES_MAX
    assert {number for _, _, number in world.closed} == set(range(1, TRIES_MAX + 1))


@pytest.mark.safeguard("V17.1.2")
def test_a_page_that_never_stops_asking_has_two_legs_at_most_in_a_call() -> None:
    world = linked()
    for _ in range(600):
        world.happens(moves.Refreshed(PATIENT, current(world, Side.PATIENT)))
        world.work_off()
        world.wait(0.5)
        theirs = [leg for party, leg in world.legs.every() if party.side is Side.PATIENT]
        assert len(theirs) <= 2
    # Nobody answers these: half a minute apart in the end, five minutes come to a dozen.
    assert world.highest[Side.PATIENT] < 40


def test_a_draining_relay_is_left_by_both_as_a_pair() -> None:
    world = linked()
    world.up.discard("one")
    world.happens(moves.RelayDraining("one"))
    assert world.silent == set()
    world.connect_all()
    assert world.linked == (("two", Side.PATIENT, 2), ("two", Side.PRACTITIONER, 2))
    assert world.legs.ledger == 2
    assert {one.reason for one in world.told_closed} == {LegEnd.REPLACED}
    assert world.open_ledgers == {("two", 2)}


def test_who_only_waits_leaves_the_one_relay_that_drains_and_is_back_with_the_next() -> None:
    world = waiting()
    world.up = set()
    world.draining = {"one"}
    world.happens(moves.RelayDraining("one"))
    # These two could still be linked there.
    assert world.told_closed == []
    world.happens(moves.Left(CASEY))
    assert effects.TellClosed(PATIENT, 1, LegEnd.RELAY_LOST) in world.told_closed
    world.work_off()
    assert world.made == world.closed
    assert start_of(world.legs, now=world.now, choose=world.choose) is Because.NO_RELAY
    world.up = {"two"}
    world.happens(moves.RelayUp("two"))
    assert commands(world, effects.CreateLeg) == [effects.CreateLeg("two", Side.PATIENT, 2)]


def test_a_call_on_the_one_relay_that_drains_goes_on_there() -> None:
    world = linked()
    world.up = set()
    world.happens(moves.RelayDraining("one"))
    world.wait(60)
    assert (current(world, Side.PATIENT), current(world, Side.PRACTITIONER)) == (1, 1)
    assert world.direct == []
    assert world.told_closed == []


def test_a_call_whose_legs_were_closed_and_that_no_relay_takes_goes_direct() -> None:
    world = linked()
    world.up = set()
    world.happens(moves.RelayDraining("one"))
    for side in Side:
        world.closed.add(("one", side, 1))
        world.happens(moves.LegOver(side, 1))
    world.wait(2.9)
    assert world.direct == []
    world.wait(0.2)
    assert world.direct == [Because.NO_RELAY]


def test_a_lost_relay_is_waited_for_2_s_and_then_the_call_goes_direct() -> None:
    world = linked()
    world.up = set()
    world.lost = {"one"}
    world.happens(moves.RelayLost("one"))
    assert world.silent == {Side.PATIENT, Side.PRACTITIONER}
    world.wait(1.9)
    assert world.direct == []
    world.wait(0.2)
    assert world.direct == [Because.RELAY_LOST]


def test_a_relay_that_was_lost_only_for_us_carries_on() -> None:
    world = linked()
    world.up = set()
    world.happens(moves.RelayLost("one"))
    world.up = {"one"}
    world.happens(moves.RelayUp("one"))
    assert world.silent == set()
    world.wait(10)
    assert world.direct == []
    assert current(world, Side.PATIENT) == 1


def test_a_failed_attempt_lets_nothing_flow_until_the_next() -> None:
    world = linked()
    world.happens(moves.CallFailed())
    assert {one.reason for one in world.told_closed} == {LegEnd.FAILED}
    world.happens(moves.CallRetried())
    world.connect_all()
    assert (current(world, Side.PATIENT), current(world, Side.PRACTITIONER)) == (2, 2)
    assert world.legs.ledger == 2


def test_the_end_seals_and_closes_and_keeps_the_numbers() -> None:
    world = linked()
    world.happens(moves.Ended())
    assert world.open_ledgers == set()
    world.work_off()
    world.happens(moves.Came(PATIENT))
    assert world.todo == [effects.CreateLeg("one", Side.PATIENT, 2)]


def test_legs_of_a_process_that_is_gone_are_taken_up_and_none_is_made() -> None:
    world = World()
    world.happens(moves.Restored(CASEY, ledger=3))
    assert world.todo == []
    for seat, number in ((PATIENT, 4), (CASEY, 2)):
        world.happens(moves.Adopted(seat, number, "one", connected=True, linked=True))
    world.wait(20)
    assert world.todo == []
    assert world.direct == []
    assert world.legs.linked is not None
    assert world.legs.ledger == 3


def test_pages_whose_process_died_before_it_said_linked_are_told_by_the_next() -> None:
    world = World()
    world.happens(moves.Restored(CASEY, ledger=1))
    for seat in (PATIENT, CASEY):  # their state is shown before the legs are taken up
        world.happens(moves.PageResumed(seat))
    assert world.told_linked == {}
    for seat, number in ((PATIENT, 4), (CASEY, 2)):
        world.happens(moves.Adopted(seat, number, "one", connected=True, linked=True))
    assert world.told_linked == {Side.PATIENT: 4, Side.PRACTITIONER: 2}


def test_a_call_whose_legs_are_gone_with_the_process_gets_others() -> None:
    world = World()
    world.happens(moves.Restored(CASEY, ledger=0))
    world.wait(1.6)
    world.connect_all()
    assert current(world, Side.PATIENT) == 1


def test_every_step_of_a_replacement_is_noted() -> None:
    world = linked()
    world.notes.clear()
    world.happens(moves.Stalled(Side.PATIENT, 1))
    world.connect_all()
    side = Side.PATIENT
    assert steps(world) == [
        (Step.STALLED, side, 1),
        (Step.RESTARTED, side, 1),
        (Step.OFFERED, side, 2),
        (Step.CONNECTED, side, 2),
        (Step.LINKED, side, 2),
        (Step.REPLACED, side, 1),
    ]
