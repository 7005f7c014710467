from enum import StrEnum
from typing import Any

import pytest

from signaling import offers, participants, presence, visit
from signaling.errors import IllegalTransition
from signaling.machine import step
from signaling.machines import MACHINES
from signaling.offers import WithdrawReason
from signaling.participants import PractitionerStatus
from signaling.presence import PresenceState
from signaling.visit import VisitState

EVENTS: dict[str, tuple[object, ...]] = {
    "presence": (
        presence.Seen(),
        presence.Lost(),
        presence.GraceExpired(),
        presence.Restarted(),
    ),
    "visit": (
        visit.LinkRedeemed(),
        visit.Readied(),
        visit.Accepted(),
        visit.PractitionerDropped(),
        visit.CallEnded(),
        visit.Resumed(),
        visit.Rescheduled(),
        visit.Signed(),
        visit.MarkedNoShow(),
        visit.Cancelled(),
        visit.PatientLeft(),
        visit.LinkExpired(),
        visit.PacketSubmitted(),
        visit.ReviewBegun(),
        visit.ReviewReturned(),
        visit.UpgradedToLive(),
    ),
    "offer": (
        offers.Accepted(),
        offers.Declined("busy"),
        offers.RingTimedOut(),
        offers.Withdrawn(WithdrawReason.CANCELLED),
    ),
    "practitioner": (
        participants.WentAvailable(),
        participants.Offered(),
        participants.OfferEnded(),
        participants.OfferTaken(),
        participants.HungUp(),
        participants.CalledAgain(),
        participants.Freed(),
        participants.WentAway(),
    ),
}


def arrows(*, legal: bool) -> list[Any]:
    return [
        pytest.param(name, state, event, id=f"{name}-{state}-{type(event).__name__}")
        for name, table in MACHINES.items()
        for state in table
        for event in EVENTS[name]
        if (type(event) in table[state]) == legal
    ]


@pytest.mark.parametrize(("name", "state", "event"), arrows(legal=True))
def test_a_legal_event_leads_to_the_state_in_the_table(
    name: str, state: StrEnum, event: object
) -> None:
    assert step(MACHINES[name], state, event) is MACHINES[name][state][type(event)]


@pytest.mark.parametrize(("name", "state", "event"), arrows(legal=False))
def test_an_illegal_event_raises_and_says_which(
    name: str, state: StrEnum, event: object
) -> None:
    with pytest.raises(IllegalTransition) as refused:
        step(MACHINES[name], state, event)
    assert (refused.value.state, refused.value.event) == (state.value, type(event).__name__)
    assert refused.value.code == "illegal_transition"


@pytest.mark.parametrize("name", MACHINES)
def test_a_table_has_a_row_for_every_state_and_knows_no_other_events(name: str) -> None:
    table = MACHINES[name]
    states: type[StrEnum] = type(next(iter(table)))
    assert set(table) == set(states)
    assert {event for row in table.values() for event in row} <= set(map(type, EVENTS[name]))


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached_from_the_first(name: str) -> None:
    table = MACHINES[name]
    reached, ahead = set[object](), [next(iter(table))]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead += table[state].values()
    assert reached == set(table)


@pytest.mark.parametrize("name", MACHINES)
def test_every_event_has_an_arrow_somewhere(name: str) -> None:
    used = {event for row in MACHINES[name].values() for event in row}
    assert used == set(map(type, EVENTS[name]))


def test_a_visit_ends_signed_cancelled_no_show_or_expired_and_nowhere_else() -> None:
    ends = {state for state in VisitState if visit.is_terminal(state)}
    assert ends == {
        VisitState.SIGNED,
        VisitState.CANCELLED,
        VisitState.NO_SHOW,
        VisitState.EXPIRED,
    }


@pytest.mark.parametrize("state", [one for one in VisitState if not visit.is_terminal(one)])
def test_a_link_can_be_redeemed_until_the_visit_has_ended(state: VisitState) -> None:
    after = visit.advance(state, visit.LinkRedeemed())
    fresh = {VisitState.REQUESTED, VisitState.LEFT}
    assert after is (VisitState.INTAKE if state in fresh else state)


REVIEWED = [VisitState.SUBMITTED, VisitState.IN_REVIEW]


@pytest.mark.parametrize("state", REVIEWED)
def test_what_was_sent_may_become_a_live_exam_and_goes_through_the_intake_again(
    state: VisitState,
) -> None:
    assert visit.advance(state, visit.UpgradedToLive()) is VisitState.INTAKE


@pytest.mark.parametrize("state", [one for one in VisitState if one is not VisitState.INTAKE])
def test_nothing_is_sent_once_the_patient_waits_for_a_live_exam(state: VisitState) -> None:
    with pytest.raises(IllegalTransition):
        visit.advance(state, visit.PacketSubmitted())


def test_a_review_that_is_given_back_waits_for_another_reviewer() -> None:
    returned = visit.advance(VisitState.IN_REVIEW, visit.ReviewReturned())
    assert returned is VisitState.SUBMITTED
    with pytest.raises(IllegalTransition):
        visit.advance(VisitState.SUBMITTED, visit.Signed())


def test_a_review_that_has_begun_cannot_be_cancelled() -> None:
    with pytest.raises(IllegalTransition):
        visit.advance(VisitState.IN_REVIEW, visit.Cancelled())


@pytest.mark.parametrize(
    "state", [VisitState.WAITING, VisitState.IN_PROGRESS, VisitState.SUBMITTED]
)
def test_a_link_does_not_expire_under_somebody_who_waits_or_is_seen(state: VisitState) -> None:
    with pytest.raises(IllegalTransition):
        visit.advance(state, visit.LinkExpired())


@pytest.mark.parametrize("state", [VisitState.IN_PROGRESS, VisitState.WRAP_UP])
def test_an_exam_that_has_begun_cannot_be_cancelled(state: VisitState) -> None:
    with pytest.raises(IllegalTransition):
        visit.advance(state, visit.Cancelled())


def test_once_hung_up_the_patient_is_not_put_back_into_the_line() -> None:
    with pytest.raises(IllegalTransition):
        visit.advance(VisitState.WRAP_UP, visit.PractitionerDropped())


def test_a_restart_makes_everybody_unknown_and_nobody_away() -> None:
    for state in (PresenceState.PRESENT, PresenceState.AWAY, PresenceState.UNKNOWN):
        after = step(presence.TRANSITIONS, state, presence.Restarted())
        assert after is PresenceState.UNKNOWN


def test_somebody_offered_cannot_go_away_before_the_offer_has_ended() -> None:
    with pytest.raises(IllegalTransition):
        step(participants.TRANSITIONS, PractitionerStatus.OFFERED, participants.WentAway())
