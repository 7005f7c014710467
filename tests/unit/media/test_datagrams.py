"""Any bytes from anywhere, and any order of events: bounded, and harmless to a leg."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.addresses import SocketAddress
from media.ice_effects import Arrived, Kind
from media.leg import LegState
from media.limits import Limits
from media.stun import HEADER_BYTES
from tests.unit.media.ice_scene import (
    HOME,
    OTHER,
    STRANGER,
    Browser,
    Scene,
    guess,
    resealed,
    resigned,
)

MEDIA = b"\x90\x60" + bytes(60)
HELLO = b"\x16\xfe\xfd" + bytes(60)

sources: st.SearchStrategy[SocketAddress] = st.sampled_from(
    [HOME, OTHER, STRANGER]
) | st.tuples(st.ip_addresses(v=4).map(str), st.integers(0, 65535))


@given(st.lists(st.tuples(st.binary(max_size=80), sources), max_size=50))
def test_no_bytes_raise_make_a_leg_or_enter_a_table(
    datagrams: list[tuple[bytes, SocketAddress]],
) -> None:
    scene = Scene()
    scene.connected("ana")
    before = scene.port.table_sizes()
    for data, source in datagrams:
        scene.receive(data, source)
    after = scene.port.table_sizes()
    assert {**after, "strangers": 0} == before
    assert after["strangers"] <= scene.limits.strangers_max


def mutations(scene: Scene, browser: Browser, count: int) -> Iterator[bytes]:
    """Yield datagrams that are nearly right: damaged, repaired, or from a malicious browser."""
    dice = scene.dice
    originals = [
        browser.check(),
        MEDIA,
        HELLO,
        guess(scene),
        guess(scene, browser.relays.ufrag),
    ]
    for _ in range(count):
        data = bytearray(dice.choice(originals))
        for _ in range(dice.randrange(1, 4)):
            place = dice.randrange(len(data))
            turn = dice.randrange(5)
            if turn == 0:
                data[place] = dice.randrange(256)
            elif turn == 1:
                data[place] ^= 1 << dice.randrange(8)
            elif turn == 2:
                del data[place + 1 :]
            elif turn == 3:
                data[place:place] = dice.randbytes(dice.randrange(8))
            else:
                data += dice.randbytes(dice.randrange(1600))
        if len(data) < HEADER_BYTES + 32 or dice.random() < 0.4:
            yield bytes(data)
        elif dice.random() < 0.5:
            yield resealed(bytes(data))
        else:
            yield resigned(bytes(data), browser.relays.password)


def fuzz(count: int) -> None:
    scene = Scene(Limits(strangers_max=64), seed=count)
    browser = scene.connected("ana")
    dice = random.Random(count)
    for data in mutations(scene, browser, count):
        source = HOME if dice.random() < 0.3 else (f"192.0.2.{dice.randrange(256)}", 9)
        scene.now += 100
        scene.port.receive(data, source, now=scene.now)
    sizes = scene.port.table_sizes()
    assert sizes["owners"] == sizes["legs"] == sizes["ufrags"] == 1
    assert sizes["strangers"] <= 64
    assert sizes["expected"] <= scene.limits.paths_max
    assert scene.target(browser) == HOME
    assert scene.receive(MEDIA, HOME) == [Arrived(browser.leg, Kind.SRTP, MEDIA)]
    scene.passes(60)
    assert scene.port.table_sizes()["expected"] == 0


def test_five_thousand_damaged_datagrams_do_no_harm() -> None:
    fuzz(5_000)


@pytest.mark.long
def test_a_hundred_thousand_damaged_datagrams_do_no_harm() -> None:
    fuzz(100_000)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_happens_every_address_has_one_owner_and_tables_are_bounded(
    data: st.DataObject,
) -> None:
    """Browsers move, restart, fall silent and come back, in any order."""
    scene = Scene(Limits(paths_max=3, consent_expiry_s=6.0, consent_s=2.0))
    browsers = [scene.leg(name) for name in ("ana", "ben", "eve")]
    addresses: list[SocketAddress] = [("192.0.2.1", port) for port in range(1, 6)]
    for _ in range(data.draw(st.integers(1, 30))):
        place = data.draw(st.integers(0, 2))
        at = data.draw(st.sampled_from(addresses))
        match data.draw(st.sampled_from(["move", "restart", "deaf", "hear", "wait"])):
            case "move":
                scene.moves(browsers[place], at, use_candidate=data.draw(st.booleans()))
            case "restart":
                browsers[place] = scene.restarted(browsers[place])
            case "deaf":
                scene.deaf.add(at)
            case "hear":
                scene.deaf.discard(at)
            case _:
                scene.passes(data.draw(st.sampled_from([0.1, 1.0, 4.0])))
                # Answers of this very instant are for the next look; that one is taken here.
                scene.settle(scene.port.tick(scene.now))
                # Whoever was not looked at had nothing to do.
                assert not any(scene.port.agent(one.leg).tick(scene.now) for one in browsers)
        targets = [target for one in browsers if (target := scene.target(one)) is not None]
        assert len(set(targets)) == len(targets)
        for one in browsers:
            agent = scene.port.agent(one.leg)
            assert agent.target is None or scene.port.owners.get(agent.target) == one.leg
            assert (agent.target is not None) is (agent.state is LegState.CONNECTED)
        sizes = scene.port.table_sizes()
        assert sizes["ufrags"] <= 9
        assert sizes["owners"] + sizes["expected"] <= 27
        assert sizes["requests"] <= 18 * scene.limits.asks_max
    for one in browsers:
        scene.port.close(one.leg)
    assert not any(scene.port.table_sizes().values())
