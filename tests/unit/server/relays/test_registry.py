"""Which relay is chosen, and when one is lost, from the times of what was heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.relay_events import Heartbeat
from server.relays.port import RelayId
from server.relays.registry import Change, Load, Registry

SECOND = 1_000_000
LOST_S = 3.0


def beat(legs: int = 0, legs_max: int = 10, *, draining: bool = False) -> Heartbeat:
    return Heartbeat(legs, legs_max, draining)


class Scene:
    """A registry, and the time."""

    def __init__(self) -> None:
        self.now = 0
        self.registry = Registry(LOST_S, now=0)

    def up(self, place: str, boot: str = "1", told: Heartbeat | None = None) -> RelayId:
        relay, _ = self.registry.greeted(place, boot, now=self.now)
        self.registry.beat(relay, told or beat(), now=self.now)
        return relay

    def choose(self, *but: RelayId) -> RelayId | None:
        return self.registry.choose(but=but, now=self.now)

    def wait(self, seconds: float) -> list[Change]:
        """Let time pass in the steps of a process that is well."""
        changes, end = [], self.now + round(seconds * SECOND)
        while self.now < end:
            self.now = min(self.now + SECOND // 4, end)
            changes += self.registry.tick(self.now)
        return changes


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_relay_is_up_with_its_first_heartbeat_and_not_before(scene: Scene) -> None:
    relay, changes = scene.registry.greeted("a", "1", now=0)
    assert changes == []
    assert scene.registry.standing(relay) == "lost"
    assert scene.choose() is None
    assert scene.registry.beat(relay, beat(), now=0) == [Change(relay, "up")]
    assert scene.choose() == relay == RelayId("a.1")
    assert scene.registry.beat(relay, beat(), now=0) == []


def test_the_smallest_share_of_room_taken_is_chosen_not_the_fewest_legs(scene: Scene) -> None:
    scene.up("small", told=beat(3, 10))
    large = scene.up("large", told=beat(20, 100))
    assert scene.choose() == large


def test_what_was_placed_counts_until_the_relay_says_itself(scene: Scene) -> None:
    one, other = scene.up("a"), scene.up("b")
    assert scene.choose() == one
    scene.registry.placed(one)
    assert scene.choose() == other
    scene.registry.beat(one, beat(0), now=0)
    assert scene.choose() == one


def test_a_full_relay_is_not_chosen_even_when_it_has_not_said_so(scene: Scene) -> None:
    relay = scene.up("a", told=beat(1, 2))
    scene.registry.placed(relay)
    assert scene.choose() is None
    assert scene.registry.standing(relay) == "up"


def test_a_relay_without_any_room_at_all_is_not_chosen(scene: Scene) -> None:
    scene.up("a", told=beat(0, 0))
    assert scene.choose() is None


def test_a_draining_relay_is_told_once_and_not_chosen(scene: Scene) -> None:
    relay = scene.up("a")
    told = [scene.registry.beat(relay, beat(draining=True), now=0) for _ in range(2)]
    assert told == [[Change(relay, "draining")], []]
    assert scene.choose() is None


def test_silence_loses_a_relay_and_its_voice_brings_it_back(scene: Scene) -> None:
    relay = scene.up("a")
    assert scene.wait(LOST_S - 0.01) == []
    assert scene.wait(0.01) == [Change(relay, "lost")]
    assert scene.wait(LOST_S) == []
    assert scene.up("a") == relay
    assert scene.registry.standing(relay) == "up"


def test_a_gap_in_the_connection_is_told_as_up_again_and_never_as_lost(scene: Scene) -> None:
    relay = scene.up("a")
    scene.registry.cut("a", now=scene.now)
    assert not scene.registry.reachable(relay)
    assert scene.choose() is None
    assert scene.registry.standing(relay) == "up"
    assert scene.wait(LOST_S / 2) == []
    assert scene.registry.greeted("a", "1", now=scene.now) == (relay, [])
    assert scene.registry.beat(relay, beat(), now=scene.now) == [Change(relay, "up")]


def test_another_life_at_a_place_ends_the_one_before(scene: Scene) -> None:
    before = scene.up("a", "1")
    after, changes = scene.registry.greeted("a", "2", now=scene.now)
    assert changes == [Change(before, "lost")]
    assert after != before
    assert scene.registry.standing(before) == "lost"


def test_a_process_that_is_over_is_lost_at_once_and_told_once(scene: Scene) -> None:
    relay = scene.up("a")
    assert scene.registry.gone("a") == [Change(relay, "lost")]
    assert scene.registry.gone("a") == []
    assert scene.registry.gone("nowhere") == []
    assert scene.choose() is None


def test_one_that_never_spoke_is_never_told_as_lost(scene: Scene) -> None:
    scene.registry.greeted("a", "1", now=0)
    assert scene.wait(2 * LOST_S) == []


def test_time_that_this_process_slept_is_not_silence_of_relays(scene: Scene) -> None:
    relay = scene.up("a")
    scene.now += 60 * SECOND
    assert scene.registry.tick(scene.now) == []
    assert scene.wait(LOST_S) == [Change(relay, "lost")]


def test_a_heartbeat_of_a_connection_that_was_cut_says_nothing(scene: Scene) -> None:
    relay = scene.up("a")
    scene.registry.cut("a", now=0)
    assert scene.registry.beat(relay, beat(), now=0) == []
    assert scene.registry.beat(RelayId("b.1"), beat(), now=0) == []
    assert not scene.registry.reachable(relay)


def test_the_load_of_a_lost_relay_is_none(scene: Scene) -> None:
    scene.up("a", told=beat(4, 10))
    assert scene.registry.loads() == [Load("a", "up", 4)]
    scene.registry.gone("a")
    assert scene.registry.loads() == [Load("a", "lost", 0)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["greet", "beat", "drain", "cut", "gone", "placed", "wait"]),
        st.sampled_from("ab"),
        st.integers(0, 3),
    ),
    max_size=60,
)


def step(
    scene: Scene, names: dict[str, RelayId], what: str, place: str, n: int
) -> list[Change]:
    registry, relay = scene.registry, names.get(place, RelayId("nobody"))
    match what:
        case "greet":
            names[place], changes = registry.greeted(place, str(n), now=scene.now)
            return changes
        case "beat" | "drain":
            return registry.beat(relay, beat(n, 3, draining=what == "drain"), now=scene.now)
        case "cut":
            registry.cut(place, now=scene.now)
        case "gone":
            return registry.gone(place)
        case "placed":
            registry.placed(relay)
        case _:
            return scene.wait(n)
    return []


@given(STEPS)
def test_whatever_happens_what_is_told_is_where_it_stands(
    steps: list[tuple[str, str, int]],
) -> None:
    scene, names = Scene(), dict[str, RelayId]()
    told: dict[RelayId, str] = {}
    for what, place, n in steps:
        for change in step(scene, names, what, place, n):
            if change.standing == "lost":
                assert told[change.relay] != "lost"
            told[change.relay] = change.standing
        assert all(scene.registry.standing(relay) == stands for relay, stands in told.items())
        chosen = scene.choose()
        if chosen is not None:
            assert told[chosen] == "up"
            assert scene.registry.reachable(chosen)
            assert scene.choose(chosen) != chosen
