"""Legs that wait cost next to nothing: they are looked at when something is due."""

from __future__ import annotations

from collections import Counter

from media.ice import Agent
from media.ice_effects import Effect
from tests.unit.media.ice_scene import Browser, Scene

LEGS = 100
SECONDS = 20


def counting(agent: Agent, looks: Counter[str]) -> None:
    tick = agent.tick

    def counted(now: int) -> list[Effect]:
        looks[agent.leg] += 1
        return tick(now)

    agent.tick = counted  # type: ignore[method-assign]


def test_a_leg_that_waits_is_looked_at_for_consent_and_for_nothing_else() -> None:
    scene, looks = Scene(), Counter[str]()
    browsers: list[Browser] = [
        scene.connected(f"leg{number}", ("192.0.2.1", 1_000 + number)) for number in range(LEGS)
    ]
    for browser in browsers:
        counting(scene.port.agent(browser.leg), looks)
    assert scene.passes(SECONDS) == []
    # A request every 4 to 6 s, its answer, and the time before, where the first is early.
    assert set(looks) == {browser.leg for browser in browsers}
    assert max(looks.values()) <= 2 * (SECONDS / 4 + 1) + 2
    for browser in browsers:
        assert scene.target(browser) is not None


def test_a_leg_that_nobody_came_to_is_not_looked_at() -> None:
    scene, looks = Scene(), Counter[str]()
    browser = scene.leg("ana")
    scene.passes(0.1)
    counting(scene.port.agent(browser.leg), looks)
    scene.passes(SECONDS)
    assert not looks
