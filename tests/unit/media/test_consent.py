"""Consent that ends, and ICE restarts that bring a leg back (RFC 7675; RFC 8445, section 9)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from media.ice_effects import Arrived, ConsentExpired, Drop, Kind, Selected
from media.ice_errors import GenerationStale
from media.leg import LegState
from media.stun import ErrorCode
from tests.unit.media.ice_scene import (
    HOME,
    OTHER,
    SECOND,
    STRANGER,
    Scene,
    told,
)

HELLO = b"\x16\xfe\xfd" + bytes(60)
MEDIA = b"\x80\x60" + bytes(60)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_consent_expires_after_thirty_seconds_and_not_before(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.passes(20)
    last = scene.now
    scene.deaf.add(HOME)
    effects = scene.passes(23)
    assert effects == []
    effects = scene.passes(8)
    assert effects == [ConsentExpired(browser.leg)]
    assert 24 * SECOND < scene.now - last <= 31 * SECOND
    agent = scene.port.agent(browser.leg)
    assert agent.state is LegState.LOST
    assert agent.target is None
    assert scene.port.owners.get(HOME) is None


def test_consent_lives_on_while_it_is_answered(scene: Scene) -> None:
    browser = scene.connected("ana")
    assert scene.passes(300) == []
    asked = [one for one in scene.sent if one.target == HOME]
    assert 50 <= len(asked) <= 80
    assert scene.target(browser) == HOME


def test_requests_for_consent_never_march_in_step(scene: Scene) -> None:
    browser = scene.connected("ana")
    times = []
    for _ in range(2000):
        before = len(scene.sent)
        scene.passes(0.05)
        times += [scene.now] * (len(scene.sent) - before)
    gaps = {round((b - a) / SECOND, 2) for a, b in pairwise(times)}
    assert len(gaps) > 5
    assert all(4.0 <= gap <= 6.05 for gap in gaps)
    assert scene.target(browser) == HOME


def test_once_consent_is_lost_the_same_credentials_do_not_bring_it_back(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.deaf.add(HOME)
    scene.passes(40)
    scene.deaf.clear()
    sent = len(scene.sent)
    assert scene.moves(browser, HOME) == []
    assert scene.drops(Drop.REVOKED) == 1
    assert len(scene.sent) == sent


def test_a_restart_brings_a_lost_leg_back_at_the_same_address(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.deaf.add(HOME)
    scene.passes(40)
    scene.deaf.clear()
    fresh = scene.restarted(browser)
    assert scene.moves(fresh, HOME) == [Selected(browser.leg, 1, HOME)]
    assert scene.port.agent(browser.leg).state is LegState.CONNECTED


def test_a_lost_leg_is_found_again_at_a_new_address(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.deaf.add(HOME)
    scene.passes(40)
    assert scene.moves(browser, OTHER) == [Selected(browser.leg, 0, OTHER)]


def test_when_the_selected_path_dies_another_proven_one_takes_over(scene: Scene) -> None:
    browser = scene.connected("ana")
    scene.moves(browser, OTHER, use_candidate=False)
    scene.deaf.add(HOME)
    effects = scene.passes(10)
    assert effects == [Selected(browser.leg, 0, OTHER)]
    assert told(scene.passes(60), ConsentExpired) == []


def test_the_old_pair_carries_media_until_the_new_one_is_proven(scene: Scene) -> None:
    old = scene.connected("ana")
    fresh = scene.restarted(old)
    assert scene.target(old) == HOME
    assert scene.receive(MEDIA, HOME) == [Arrived(old.leg, Kind.SRTP, MEDIA)]
    # The browser goes on checking its old pair, and consent goes on, too.
    assert scene.passes(60, checking=(HOME,)) == []
    assert scene.moves(fresh, OTHER) == [Selected(old.leg, 1, OTHER)]
    assert scene.target(fresh) == OTHER


def test_a_restart_that_is_never_answered_ends_and_the_old_pair_goes_on(scene: Scene) -> None:
    old = scene.connected("ana")
    scene.restarted(old)
    assert scene.passes(scene.limits.restart_s - 1, checking=(HOME,)) == []
    assert scene.port.table_sizes()["ufrags"] == 2
    assert scene.passes(2, checking=(HOME,)) == []
    assert scene.port.table_sizes()["ufrags"] == 1
    assert scene.target(old) == HOME
    # A late answer to the one that was given up is not taken for one to the next.
    assert scene.port.restart(old.leg, scene.credentials()) == 2
    with pytest.raises(GenerationStale):
        scene.port.learn(old.leg, 1, scene.credentials(), now=scene.now)


def test_a_restart_that_led_to_no_path_ends_too(scene: Scene) -> None:
    old = scene.connected("ana")
    fresh = scene.restarted(old)
    scene.deaf.add(OTHER)
    scene.moves(fresh, OTHER)
    assert scene.passes(scene.limits.restart_s + 1, checking=(HOME,)) == []
    assert scene.target(old) == HOME
    assert scene.port.table_sizes() == {
        "legs": 1,
        "ufrags": 1,
        "owners": 1,
        "expected": 0,
        "requests": scene.port.table_sizes()["requests"],
        "strangers": 0,
    }


def test_what_was_under_way_on_the_old_pair_still_arrives(scene: Scene) -> None:
    old = scene.connected("ana")
    fresh = scene.restarted(old)
    scene.moves(fresh, OTHER)
    assert scene.receive(MEDIA, HOME) == [Arrived(old.leg, Kind.SRTP, MEDIA)]
    scene.passes(scene.limits.linger_s + 0.1)
    assert scene.receive(MEDIA, HOME) == []
    assert scene.port.table_sizes()["ufrags"] == 1


def test_after_a_restart_in_place_the_address_stays(scene: Scene) -> None:
    old = scene.connected("ana")
    fresh = scene.restarted(old)
    assert scene.moves(fresh, HOME) == [Selected(old.leg, 1, HOME)]
    for _ in range(100):
        scene.passes(0.1)
        assert scene.port.owners.get(HOME) == old.leg
    assert scene.target(fresh) == HOME


def test_old_credentials_are_refused_when_the_new_ones_are_in_use(scene: Scene) -> None:
    old = scene.connected("ana")
    fresh = scene.restarted(old)
    scene.moves(fresh, OTHER)
    scene.passes(5)
    scene.receive(old.check(), HOME)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED]
    assert scene.target(fresh) == OTHER


def test_a_second_restart_replaces_one_that_was_still_coming(scene: Scene) -> None:
    old = scene.connected("ana")
    first = scene.restarted(old)
    second = scene.restarted(old)
    scene.receive(first.check(), OTHER)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED]
    assert scene.moves(second, OTHER) == [Selected(old.leg, 2, OTHER)]


def test_restarts_in_a_row_leave_nothing_behind(scene: Scene) -> None:
    browser = scene.connected("ana")
    for turn in range(50):
        browser = scene.restarted(browser)
        scene.moves(browser, ("192.0.2.1", 1 + turn))
        assert scene.port.table_sizes()["owners"] <= 2
    scene.passes(5)
    assert scene.port.table_sizes() == {
        "legs": 1,
        "ufrags": 1,
        "owners": 1,
        "expected": 0,
        "requests": 0,
        "strangers": 0,
    }


def test_a_generation_that_is_left_only_receives(scene: Scene) -> None:
    old = scene.connected("ana")
    scene.moves(old, OTHER, use_candidate=False)
    fresh = scene.restarted(old)
    scene.moves(fresh, ("192.0.2.1", 1))
    sent = len(scene.sent)
    assert scene.receive(old.check(), OTHER) == []
    assert scene.receive(old.check(), STRANGER) == []
    assert len(scene.sent) == sent + 2
    assert scene.port.table_sizes()["expected"] == 0
    assert scene.target(fresh) == ("192.0.2.1", 1)


def test_a_generation_that_is_two_behind_is_nobodys(scene: Scene) -> None:
    first = scene.connected("ana")
    second = scene.restarted(first)
    scene.moves(second, OTHER)
    third = scene.restarted(second)
    scene.moves(third, HOME)
    scene.receive(first.check(), STRANGER)
    assert scene.errors() == [ErrorCode.UNAUTHENTICATED]
    assert scene.port.table_sizes()["expected"] == 0
