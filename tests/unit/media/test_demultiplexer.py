"""Many legs on one port, and everybody else who sends to it."""

from __future__ import annotations

import pytest

from media.demultiplexer import classify
from media.ice_effects import Arrived, Drop, Kind, LegId, Selected, Transmit
from media.ice_errors import LegKnown, LegsFull, LegUnknown, UfragTaken
from media.leg import LegState
from media.limits import Limits
from media.stun import ErrorCode, Message, read, write
from media.stun import Kind as StunKind
from tests.unit.media.ice_scene import HOME, OTHER, STRANGER, Scene, guess

MEDIA = b"\x90\x60" + bytes(60)
HELLO = b"\x16\xfe\xfd" + bytes(60)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (0, Kind.STUN),
        (3, Kind.STUN),
        (4, Kind.FOREIGN),
        (16, Kind.FOREIGN),
        (19, Kind.FOREIGN),
        (20, Kind.DTLS),
        (63, Kind.DTLS),
        (64, Kind.FOREIGN),
        (127, Kind.FOREIGN),
        (128, Kind.SRTP),
        (191, Kind.SRTP),
        (192, Kind.FOREIGN),
        (255, Kind.FOREIGN),
    ],
)
def test_the_first_byte_tells_what_a_datagram_is(first: int, kind: Kind) -> None:
    assert classify(bytes([first, 0])) is kind


def test_an_empty_datagram_is_nothing(scene: Scene) -> None:
    """The one that closes a connection of aiortc 1.16."""
    scene.connected("ana")
    assert classify(b"") is Kind.FOREIGN
    assert scene.receive(b"", HOME) == []
    assert scene.receive(b"\x80" + bytes(1500), HOME) == []
    assert scene.drops(Drop.SIZE) == 2


def test_the_longest_and_the_shortest_datagram_arrive(scene: Scene) -> None:
    browser = scene.connected("ana")
    for size in (12, 1500):
        data = b"\x80".ljust(size, b"\0")
        assert scene.receive(data, HOME) == [Arrived(browser.leg, Kind.SRTP, data)]
    assert scene.receive(b"\x80".ljust(11, b"\0"), HOME) == []


def test_two_legs_on_one_port_are_told_apart(scene: Scene) -> None:
    ana, ben = scene.connected("ana", HOME), scene.connected("ben", OTHER)
    assert scene.receive(MEDIA, HOME) == [Arrived(ana.leg, Kind.SRTP, MEDIA)]
    assert scene.receive(HELLO, OTHER) == [Arrived(ben.leg, Kind.DTLS, HELLO)]
    assert scene.receive(MEDIA, STRANGER) == []


def test_a_datagram_from_port_zero_cannot_be_answered(scene: Scene) -> None:
    scene.receive(scene.leg("ana").check(), ("192.0.2.1", 0))
    assert scene.drops(Drop.SIZE) == 1


def test_a_keepalive_is_counted_and_no_more(scene: Scene) -> None:
    scene.connected("ana")
    keepalive = write(Message(StunKind.INDICATION, bytes(12)), None)
    assert scene.receive(keepalive, HOME) == []
    assert scene.drops(Drop.INDICATION) == 1


# --- those who know nothing -------------------------------------------------------------------


def test_a_stranger_is_told_what_is_missing_and_never_more_than_was_sent(scene: Scene) -> None:
    scene.receive(guess(scene), STRANGER)
    unsigned = Message(StunKind.REQUEST, bytes(12), username=b"some:body", controlling=1)
    scene.receive(write(unsigned, None), STRANGER)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED, ErrorCode.BAD_REQUEST]
    sent = len(scene.sent)
    scene.receive(write(Message(StunKind.REQUEST, bytes(12)), None), STRANGER)
    assert len(scene.sent) == sent
    assert scene.port.table_sizes()["expected"] == 0


def test_a_known_fragment_without_the_password_is_no_better(scene: Scene) -> None:
    browser = scene.leg("ana")
    scene.receive(guess(scene, browser.relays.ufrag), STRANGER)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED]
    assert scene.drops(Drop.FORGED) == 1
    assert scene.port.table_sizes()["expected"] == 0


def test_the_fragment_of_another_browser_does_not_pass(scene: Scene) -> None:
    ana = scene.leg("ana")
    message = Message(
        StunKind.REQUEST, bytes(12), username=f"{ana.relays.ufrag}:other".encode()
    )
    scene.receive(ana.signed(message), STRANGER)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED]


def test_a_response_that_nobody_asked_for_is_dropped(scene: Scene) -> None:
    scene.connected("ana")
    scene.receive(write(Message(StunKind.RESPONSE, bytes(12)), b"x" * 22), HOME)
    assert scene.drops(Drop.NOT_ASKED) == 1


def test_a_flood_by_many_sources_is_answered_little_and_an_honest_leg_wholly(
    scene: Scene,
) -> None:
    calm = scene.connected("calm", OTHER)
    late = scene.leg("late")
    bounds = scene.limits
    before = len(scene.sent)
    for host in range(20_000):
        source = (f"10.{host >> 16}.{host >> 8 & 255}.{host & 255}", 9)
        scene.port.receive(guess(scene), source, now=scene.now)
    assert len(scene.sent) == before
    assert scene.port.table_sizes()["strangers"] <= bounds.strangers_max
    assert scene.drops(Drop.STRANGER) == 20_000
    assert scene.receive(MEDIA, OTHER) == [Arrived(calm.leg, Kind.SRTP, MEDIA)]
    assert scene.moves(late, HOME) == [Selected(late.leg, 0, HOME)]


def test_a_flood_from_the_honest_address_itself_changes_nothing(scene: Scene) -> None:
    """Whoever forges the patient's address before the patient has sent a word."""
    browser = scene.leg("ana")
    for _ in range(5_000):
        scene.receive(guess(scene), HOME)
    assert scene.moves(browser, HOME) == [Selected(browser.leg, 0, HOME)]


def test_forged_checks_of_a_leg_cost_little_and_its_own_address_is_heard(scene: Scene) -> None:
    browser = scene.connected("ana")
    for port in range(1, 5_000):
        scene.receive(guess(scene, browser.relays.ufrag), ("192.0.2.66", port))
    assert scene.drops(Drop.TOO_MANY_CHECKS) > 4_000
    sent = len(scene.sent)
    scene.receive(browser.check(), HOME)
    assert len(scene.sent) > sent


# --- those who saw packets on their way -------------------------------------------------------


@pytest.mark.safeguard("V17.2.6")
def test_a_check_seen_on_its_way_does_not_carry_media_elsewhere(scene: Scene) -> None:
    browser = scene.leg("ana")
    seen = browser.check()
    # The attacker is first, from the address of a victim, who does not answer.
    scene.receive(seen, STRANGER)
    scene.passes(10)
    assert scene.target(browser) is None
    assert scene.receive(MEDIA, STRANGER) == []
    assert len(scene.sent) <= 1 + scene.limits.asks_unproven_max


def test_a_check_that_was_seen_takes_no_place_from_another(scene: Scene) -> None:
    browser = scene.connected("ana")
    room = scene.limits.paths_max - 1
    seen = browser.check()
    scene.receive(seen, HOME)
    for port in range(1, 100):
        scene.receive(seen, ("192.0.2.66", port))
    assert scene.drops(Drop.REPLAYED) == 99 - room
    # A check of the browser itself finds its place even now.
    assert scene.moves(browser, OTHER) == [Selected(browser.leg, 0, OTHER)]


@pytest.mark.safeguard("V17.2.6")
def test_whoever_is_faster_with_a_check_they_saw_keeps_nobody_out(scene: Scene) -> None:
    browser = scene.leg("ana")
    seen = browser.check()
    scene.receive(seen, STRANGER)
    scene.homes[HOME] = browser
    assert scene.receive(seen, HOME) == [Selected(browser.leg, 0, HOME)]


def test_a_nomination_that_was_seen_does_not_bring_media_back(scene: Scene) -> None:
    browser = scene.connected("ana")
    seen = browser.check()
    scene.receive(seen, HOME)
    scene.moves(browser, HOME, use_candidate=False)
    scene.moves(browser, OTHER)
    assert scene.receive(seen, HOME) == []
    assert scene.target(browser) == OTHER


def test_an_answer_from_another_address_proves_nothing(scene: Scene) -> None:
    browser = scene.leg("ana")
    asked = scene.port.receive(browser.check(), HOME, now=scene.now)[0]
    assert isinstance(asked, Transmit)
    answer = browser.answer(asked.data, HOME)
    assert answer is not None
    assert scene.receive(answer, STRANGER) == []
    assert scene.drops(Drop.NOT_ASKED) == 1
    assert scene.target(browser) is None
    # And it is not used up by that.
    assert scene.receive(answer, HOME) == [Selected(browser.leg, 0, HOME)]


def test_an_answer_that_comes_again_proves_nothing_again(scene: Scene) -> None:
    browser = scene.leg("ana")
    asked = scene.port.receive(browser.check(), HOME, now=scene.now)[0]
    assert isinstance(asked, Transmit)
    answer = browser.answer(asked.data, HOME)
    assert answer is not None
    scene.receive(answer, HOME)
    for _ in range(800):
        scene.passes(0.05)
        scene.receive(answer, HOME)
    assert scene.drops(Drop.NOT_ASKED) == 800
    assert scene.port.agent(browser.leg).state is LegState.LOST


def test_an_answer_with_another_password_proves_nothing(scene: Scene) -> None:
    browser = scene.leg("ana")
    asked = scene.port.receive(browser.check(), HOME, now=scene.now)[0]
    assert isinstance(asked, Transmit)
    request = read(asked.data, scene.limits)
    assert isinstance(request, Message)
    forged = Message(StunKind.RESPONSE, request.transaction_id)
    scene.receive(browser.signed(forged, "another password of 22"), HOME)
    assert scene.drops(Drop.FORGED) == 1
    assert scene.target(browser) is None


def test_an_error_is_no_proof(scene: Scene) -> None:
    browser = scene.leg("ana")
    asked = scene.port.receive(browser.check(), HOME, now=scene.now)[0]
    assert isinstance(asked, Transmit)
    request = read(asked.data, scene.limits)
    assert isinstance(request, Message)
    refused = Message(StunKind.ERROR, request.transaction_id, error=487)
    scene.receive(browser.signed(refused, browser.ours.password), HOME)
    assert scene.target(browser) is None


# --- those who have a leg themselves ----------------------------------------------------------


def test_an_address_of_a_live_leg_is_never_reassigned(scene: Scene) -> None:
    ana, ben = scene.connected("ana", HOME), scene.leg("ben")
    scene.receive(ben.check(), HOME)
    assert scene.drops(Drop.OWNED) == 1
    assert scene.port.owners.get(HOME) == ana.leg
    assert scene.receive(MEDIA, HOME) == [Arrived(ana.leg, Kind.SRTP, MEDIA)]


def test_of_two_legs_that_expect_an_address_the_first_to_prove_it_owns_it(scene: Scene) -> None:
    ana, ben = scene.leg("ana"), scene.leg("ben")
    asked = [scene.port.receive(one.check(), HOME, now=scene.now)[0] for one in (ana, ben)]
    answers = [
        one.answer(effect.data, HOME)
        for one, effect in zip((ana, ben), asked, strict=True)
        if isinstance(effect, Transmit)
    ]
    assert answers[0] is not None
    assert answers[1] is not None
    assert scene.receive(answers[1], HOME) == [Selected(ben.leg, 0, HOME)]
    assert scene.receive(answers[0], HOME) == []
    assert scene.drops(Drop.OWNED) == 1
    assert scene.port.owners.get(HOME) == ben.leg
    assert scene.target(ana) is None


def test_the_address_of_a_dead_leg_is_free(scene: Scene) -> None:
    scene.connected("ana", HOME)
    scene.deaf.add(HOME)
    scene.passes(40)
    scene.deaf.clear()
    ben = scene.leg("ben")
    assert scene.moves(ben, HOME) == [Selected(ben.leg, 0, HOME)]


def test_an_own_leg_does_not_open_the_address_of_a_victim(scene: Scene) -> None:
    """A patient who forges checks from where somebody else's browser lives."""
    victim = scene.leg("victim")
    scene.homes[HOME] = victim
    attacker = scene.leg("attacker")
    scene.receive(attacker.check(), HOME)
    scene.passes(1)
    assert scene.target(attacker) is None
    assert scene.moves(victim, HOME) == [Selected(victim.leg, 0, HOME)]
    scene.passes(10)
    assert scene.target(attacker) is None


# --- the control side -------------------------------------------------------------------------


def test_a_leg_is_opened_once_and_legs_are_counted() -> None:
    scene = Scene(Limits(legs_max=2))
    ana = scene.leg("ana")
    with pytest.raises(LegKnown):
        scene.port.open(ana.leg, scene.credentials(), now=scene.now)
    with pytest.raises(UfragTaken):
        scene.port.open(LegId("ben"), ana.relays, now=scene.now)
    scene.leg("ben")
    with pytest.raises(LegsFull):
        scene.leg("eve")
    scene.port.close(ana.leg)
    scene.leg("eve")
    with pytest.raises(LegUnknown):
        scene.port.close(ana.leg)


def test_a_restart_does_not_take_the_fragment_of_another(scene: Scene) -> None:
    ana, ben = scene.leg("ana"), scene.leg("ben")
    with pytest.raises(UfragTaken):
        scene.port.restart(ana.leg, ben.relays)
    assert scene.moves(ana, HOME) == [Selected(ana.leg, 0, HOME)]
