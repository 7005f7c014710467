"""Stories of one leg: finding its browser, following it, losing it, finding it again."""

from __future__ import annotations

import pytest

from media.generation import Credentials
from media.ice_effects import Arrived, ConsentExpired, Drop, Kind, LegId, Selected, Transmit
from media.ice_errors import CredentialsRejected, GenerationStale, IllegalIceEvent
from media.leg import TRANSITIONS, Closed, LegState, step_leg
from media.limits import Limits
from media.stun import ErrorCode, Message, read
from media.stun import Kind as StunKind
from tests.unit.media.ice_scene import (
    HOME,
    OTHER,
    SECOND,
    STRANGER,
    Browser,
    Scene,
    resigned,
    told,
)

HELLO = b"\x16\xfe\xfd" + bytes(60)
MEDIA = b"\x80\x60" + bytes(60)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def responses_to(scene: Scene) -> list[Message]:
    found = [read(one.data, scene.limits) for one in scene.sent]
    return [one for one in found if isinstance(one, Message) and one.kind is StunKind.RESPONSE]


def test_a_check_is_answered_and_its_address_asked_and_then_selected(scene: Scene) -> None:
    browser = scene.leg("ana")
    effects = scene.moves(browser, HOME)
    assert effects == [Selected(browser.leg, 0, HOME)]
    assert scene.port.owners.get(HOME) == browser.leg
    assert scene.port.agent(browser.leg).state is LegState.CONNECTED
    assert responses_to(scene)[0].mapped is not None


def test_the_address_is_asked_before_the_check_is_answered(scene: Scene) -> None:
    browser = scene.leg("ana")
    kinds = [
        message.kind
        for effect in scene.port.receive(browser.check(), HOME, now=scene.now)
        if isinstance(effect, Transmit)
        and isinstance(message := read(effect.data, scene.limits), Message)
    ]
    assert kinds == [StunKind.REQUEST, StunKind.RESPONSE]


def test_an_address_that_does_not_answer_gets_nothing(scene: Scene) -> None:
    browser = scene.leg("ana")
    effects = scene.receive(browser.check(), HOME)
    assert not effects
    assert scene.target(browser) is None
    assert scene.receive(MEDIA, HOME) == []
    assert scene.drops(Drop.UNPROVEN) == 1
    before = len(scene.sent)
    scene.passes(60)
    assert len(scene.sent) - before == scene.limits.asks_unproven_max - 1
    assert scene.port.table_sizes()["expected"] == 0
    assert scene.port.table_sizes()["requests"] == 0


@pytest.mark.safeguard("V17.2.6")
def test_checks_before_the_answer_are_answered_and_asked_back_when_it_comes(
    scene: Scene,
) -> None:
    browser = scene.leg("ana", answered=False)
    assert scene.moves(browser, HOME) == []
    assert len(scene.sent) == 1
    assert scene.receive(HELLO, HOME) == []
    effects = scene.settle(scene.port.learn(browser.leg, 0, browser.ours, now=scene.now))
    # The handshake that began too early goes on without a retransmission.
    assert effects == [
        Selected(browser.leg, 0, HOME),
        Arrived(browser.leg, Kind.DTLS, HELLO),
    ]


@pytest.mark.safeguard("V17.2.6")
def test_of_early_datagrams_only_a_few_are_kept(scene: Scene) -> None:
    browser = scene.leg("ana", answered=False)
    scene.moves(browser, HOME)
    for _ in range(100):
        scene.receive(HELLO, HOME)
    assert scene.drops(Drop.UNPROVEN) == 100 - scene.limits.early_datagrams_max
    effects = scene.settle(scene.port.learn(browser.leg, 0, browser.ours, now=scene.now))
    assert len(told(effects, Arrived)) == scene.limits.early_datagrams_max


def test_round_trips_are_measured(scene: Scene) -> None:
    browser = scene.leg("ana")
    asked = scene.port.receive(browser.check(), HOME, now=scene.now)[0]
    assert isinstance(asked, Transmit)
    answer = browser.answer(asked.data, HOME)
    assert answer is not None
    scene.now += 42_000
    scene.receive(answer, HOME)
    assert scene.port.agent(browser.leg).rtt_us == 42_000


def test_both_taking_themselves_for_controlled_is_a_role_conflict(scene: Scene) -> None:
    browser = scene.leg("ana")
    username = f"{browser.relays.ufrag}:{browser.ours.ufrag}".encode()
    for tie_breaker in (0, 2**64 - 1):
        conflict = Message(
            StunKind.REQUEST,
            browser.transaction_id(),
            username=username,
            controlled=tie_breaker,
        )
        scene.receive(browser.signed(conflict), HOME)
    assert scene.errors() == [ErrorCode.ROLE_CONFLICT] * 2
    assert scene.port.table_sizes()["expected"] == 0
    scene.moves(browser, HOME)
    assert scene.target(browser) == HOME


def test_what_may_not_be_ignored_is_told_with_420(scene: Scene) -> None:
    browser = scene.leg("ana")
    # A type of attribute that nobody has defined takes the place of PRIORITY.
    strange = browser.check().replace(b"\x00\x24\x00\x04", b"\x77\x77\x00\x04")
    scene.receive(resigned(strange, browser.relays.password), HOME)
    assert scene.errors() == [ErrorCode.UNKNOWN_ATTRIBUTE]
    error = read(scene.sent[-1].data, scene.limits)
    assert isinstance(error, Message)
    assert error.unknown_attributes == (0x7777,)


def test_media_follows_the_nomination_of_a_second_pair(scene: Scene) -> None:
    browser = scene.connected("ana")
    assert scene.moves(browser, OTHER, use_candidate=False) == []
    assert scene.target(browser) == HOME
    assert scene.moves(browser, OTHER) == [Selected(browser.leg, 0, OTHER)]
    # And back again, as Chromium does when a network returns.
    assert scene.moves(browser, HOME, use_candidate=False) == []
    assert scene.moves(browser, HOME) == [Selected(browser.leg, 0, HOME)]


def test_a_nomination_counts_only_once_the_address_has_answered(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.deaf.add(OTHER)
    assert scene.moves(browser, OTHER) == []
    assert scene.target(browser) == HOME
    scene.deaf.clear()
    assert scene.passes(0.5) == [Selected(browser.leg, 0, OTHER)]


def test_nominating_every_pair_does_not_make_media_go_to_and_fro(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER)
    effects = [
        effect
        for _ in range(20)
        for address in (HOME, OTHER)
        for effect in scene.moves(browser, address)
    ]
    assert effects == []


def test_a_late_check_of_the_pair_that_was_left_heals(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER)
    scene.moves(browser, HOME, use_candidate=False)
    scene.moves(browser, HOME)
    assert scene.target(browser) == HOME
    scene.moves(browser, OTHER)
    scene.moves(browser, HOME, use_candidate=False)
    assert scene.moves(browser, OTHER) == [Selected(browser.leg, 0, OTHER)]


def test_an_address_that_changes_without_a_word_is_followed(scene: Scene) -> None:
    """A NAT was rebooted; the browser, which nominates once, does not know."""
    browser = scene.connected("ana")
    scene.deaf.add(HOME)
    assert scene.moves(browser, OTHER, use_candidate=False) == []
    effects = scene.passes(1.5)
    assert effects == [Selected(browser.leg, 0, OTHER)]


def test_media_does_not_move_to_an_address_that_is_silent_too(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER, use_candidate=False)
    scene.deaf |= {HOME, OTHER}
    assert scene.passes(20) == []
    assert scene.target(browser) == HOME


def test_a_process_that_stood_still_does_not_take_that_for_silence(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER, use_candidate=False)
    scene.passes(1)
    scene.deaf.add(HOME)
    sent = len(scene.sent)
    while not any(one.target == HOME for one in scene.sent[sent:]):
        scene.passes(0.05)
    scene.now += 2 * SECOND
    assert scene.passes(0.2) == []
    assert scene.target(browser) == HOME


def test_one_lost_answer_does_not_move_media(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER, use_candidate=False)
    scene.passes(1)
    for _ in range(20):
        scene.deaf.add(HOME)
        sent = len(scene.sent)
        while not any(one.target == HOME for one in scene.sent[sent:]):
            assert scene.passes(0.05) == []
        scene.deaf.clear()
        assert scene.passes(1) == []
    assert scene.target(browser) == HOME


def test_a_stale_answer_is_refused(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.port.restart(browser.leg, scene.credentials())
    with pytest.raises(GenerationStale):
        scene.port.learn(browser.leg, 0, browser.ours, now=scene.now)


def test_credentials_change_only_with_a_restart(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.port.learn(browser.leg, 0, browser.ours, now=scene.now)
    with pytest.raises(CredentialsRejected):
        scene.port.learn(browser.leg, 0, scene.credentials(), now=scene.now)


@pytest.mark.parametrize(
    ("ufrag", "password"),
    [
        ("abc", "p" * 22),
        ("a" * 257, "p" * 22),
        ("ab:d", "p" * 22),
        ("abcd", "p" * 21),
        ("abcd", "p" * 257),
        ("abcd", "p" * 21 + "\n"),
        ("abcd\n", "p" * 22),
    ],
)
def test_credentials_that_ice_does_not_allow_are_refused(ufrag: str, password: str) -> None:
    with pytest.raises(CredentialsRejected) as refused:
        Credentials(ufrag, password)
    assert password not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    assert "p" * 22 not in repr(Credentials("abcd", "p" * 22))


def test_paths_of_a_leg_are_counted_and_the_proven_ones_stay() -> None:
    scene = Scene(Limits(paths_max=3))
    browser = scene.connected("ana")
    for port in range(1, 50):
        scene.receive(browser.check(use_candidate=False), ("192.0.2.1", port))
        assert len(scene.port.agent(browser.leg).current.paths) <= 3
    assert scene.target(browser) == HOME
    assert scene.port.table_sizes()["expected"] <= 2


def test_when_all_paths_are_proven_there_is_no_room_for_another() -> None:
    scene = Scene(Limits(paths_max=2))
    browser = scene.connected("ana")
    scene.moves(browser, OTHER, use_candidate=False)
    scene.receive(browser.check(), STRANGER)
    assert scene.drops(Drop.TOO_MANY_PATHS) == 1


def test_a_browser_that_checks_too_often_is_not_answered_for_a_while(scene: Scene) -> None:
    browser = scene.connected("ana")
    before = len(scene.sent)
    for _ in range(1000):
        scene.receive(browser.check(), HOME)
    assert len(scene.sent) - before <= scene.limits.checks_burst_max
    scene.passes(1)
    before = len(scene.sent)
    scene.receive(browser.check(), HOME)
    assert len(scene.sent) > before


def test_a_closed_leg_is_forgotten(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.restarted(browser)
    agent = scene.port.agent(browser.leg)
    scene.port.close(browser.leg)
    assert agent.state is LegState.CLOSED
    assert not any(scene.port.table_sizes().values())
    assert scene.receive(MEDIA, HOME) == []


def test_an_arrow_that_is_not_in_the_table_changes_nothing() -> None:
    with pytest.raises(IllegalIceEvent):
        step_leg(LegState.WAITING, ConsentExpired(LegId("ana")))
    with pytest.raises(IllegalIceEvent):
        step_leg(LegState.CLOSED, Closed())


def test_only_closed_is_an_end() -> None:
    assert [state for state, row in TRANSITIONS.items() if not row] == [LegState.CLOSED]


def test_an_ipv4_address_in_ipv6_clothes_is_told_without_them(scene: Scene) -> None:
    browser: Browser = scene.leg("ana")
    clothed = ("::ffff:198.51.100.7", 50000, 0, 0)
    assert scene.moves(browser, clothed) == [Selected(browser.leg, 0, clothed)]
    mapped = responses_to(scene)[0].mapped
    assert mapped is not None
    assert (str(mapped[0]), mapped[1]) == ("198.51.100.7", 50000)


def test_an_ipv6_address_is_told_without_its_scope(scene: Scene) -> None:
    browser = scene.leg("ana")
    assert scene.moves(browser, ("fe80::1%eth0", 5000, 0, 2))
    mapped = responses_to(scene)[0].mapped
    assert mapped is not None
    assert str(mapped[0]) == "fe80::1"


def test_checks_that_wait_for_the_answer_are_forgotten_after_a_while(scene: Scene) -> None:
    browser = scene.leg("ana", answered=False)
    scene.receive(browser.check(), HOME)
    scene.passes(scene.limits.unproven_s - 0.1)
    assert scene.port.table_sizes()["expected"] == 1
    scene.passes(0.2)
    assert scene.port.table_sizes()["expected"] == 0
    assert scene.port.agent(browser.leg).current.paths == {}


def test_of_checks_that_came_only_the_latest_are_remembered() -> None:
    scene = Scene(Limits(seen_checks_max=10))
    browser = scene.connected("ana")
    for _ in range(50):
        scene.receive(browser.check(), HOME)
        assert len(scene.port.agent(browser.leg)._seen) <= 10
