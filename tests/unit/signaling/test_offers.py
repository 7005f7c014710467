import pytest

from signaling.errors import OfferAlreadySettled
from signaling.identifiers import (
    EncounterId,
    Instant,
    OfferId,
    PractitionerId,
    plus,
    seconds_between,
)
from signaling.offers import (
    Accepted,
    Declined,
    Offer,
    OfferEvent,
    OfferState,
    RingTimedOut,
    Withdrawn,
    WithdrawReason,
    settle,
)
from tests.unit.signaling.scene import START

ANSWERS = {
    Accepted(): (OfferState.ACCEPTED, None),
    Declined("busy"): (OfferState.DECLINED, "busy"),
    RingTimedOut(): (OfferState.MISSED, None),
    Withdrawn(WithdrawReason.PATIENT_LOST): (OfferState.WITHDRAWN, "patient_lost"),
}


def ringing_offer() -> Offer:
    return Offer(
        offer_id=OfferId("offer-1"),
        encounter_id=EncounterId("e1"),
        practitioner_id=PractitionerId("ann"),
        state=OfferState.RINGING,
        rung_at=START,
        expires_at=plus(START, 15.0),
    )


@pytest.mark.parametrize("event", ANSWERS)
def test_settling_keeps_when_and_why(event: OfferEvent) -> None:
    later = plus(START, 3.25)
    settled = settle(ringing_offer(), event, now=later)
    assert (settled.state, settled.reason) == ANSWERS[event]
    assert settled.settled_at == later
    assert seconds_between(settled.rung_at, later) == 3.25


@pytest.mark.parametrize("first", ANSWERS)
@pytest.mark.parametrize("second", ANSWERS)
def test_an_offer_is_settled_once(first: OfferEvent, second: OfferEvent) -> None:
    settled = settle(ringing_offer(), first, now=plus(START, 1.0))
    with pytest.raises(OfferAlreadySettled):
        settle(settled, second, now=plus(START, 1.1))


def test_a_late_accept_cannot_revive_a_withdrawn_offer() -> None:
    withdrawn = settle(ringing_offer(), RingTimedOut(), now=plus(START, 15.0))
    with pytest.raises(OfferAlreadySettled):
        settle(withdrawn, Accepted(), now=plus(START, 15.1))


def test_an_offer_is_overdue_at_the_microsecond_at_which_it_expires() -> None:
    offer = ringing_offer()
    assert not offer.is_overdue(Instant(offer.expires_at - 1))
    assert offer.is_overdue(offer.expires_at)


def test_instants_are_whole_microseconds() -> None:
    assert plus(START, 0.000_000_6) == START + 1
    assert plus(plus(START, 0.1), -0.1) == START
