"""What a relay tells is read as it was written, or refused; nothing else happens."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.codecs import MediaKind
from media.control_events import (
    EVENTS,
    LEGS_PER_PAGE_MAX,
    read_boot,
    read_event,
    read_legs,
    write_legs,
)
from media.control_messages import ControlRefused, write_event
from media.ice_effects import LegId
from media.relay_events import (
    CloseReason,
    EvidenceReady,
    FirstMedia,
    Heartbeat,
    KeyframeSeen,
    LegClosed,
    LegConnected,
    LegResumed,
    LegStalled,
    LegStanding,
    RelayEvent,
    Sampled,
)
from media.sample import Sample, figures

LEG = LegId("e1.patient.1")
ALL: tuple[RelayEvent, ...] = (
    LegConnected(LEG),
    FirstMedia(LEG, MediaKind.AUDIO),
    KeyframeSeen(LEG),
    LegStalled(LEG),
    LegResumed(LEG),
    *(LegClosed(LEG, reason) for reason in CloseReason),
    Sampled(LEG, figures(Sample(1_790_000_000))),
    Heartbeat(1, 2_000, draining=True),
    EvidenceReady("e1.1", 7),
)
SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
ANYTHING = SIMPLE | st.lists(SIMPLE | st.lists(SIMPLE, max_size=4), max_size=3)


def written(event: RelayEvent) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(write_event(event, 5))
    return told


@pytest.mark.parametrize("event", ALL, ids=lambda one: one.name)
def test_every_event_is_read_as_it_was_written(event: RelayEvent) -> None:
    assert read_event(written(event)) == event


def test_every_kind_of_event_is_known() -> None:
    assert set(EVENTS.values()) == {type(one) for one in ALL}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event": "leg_vanished"}, "unknown_event"),
        ({"event": None}, "unknown_event"),
        ({"event": ["leg_closed"]}, "unknown_event"),
        ({"more": 1}, "malformed"),
        ({"leg": "a/b"}, "malformed"),
        ({"leg": "a" * 65}, "malformed"),
        ({"leg": 7}, "malformed"),
        ({"reason": "bored"}, "malformed"),
        ({"reason": ["left"]}, "malformed"),
    ],
)
def test_what_it_cannot_be_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(ControlRefused) as refused:
        read_event(written(LegClosed(LEG, CloseReason.LEFT)) | change)
    assert refused.value.code == code


@pytest.mark.parametrize("figures_told", [[], [1], [1.0] * 20, [-1] * 20, [2**70] * 20, "1"])
def test_figures_that_no_second_has_are_refused(figures_told: object) -> None:
    told = written(Sampled(LEG, figures(Sample(1)))) | {"figures": figures_told}
    with pytest.raises(ControlRefused):
        read_event(told)


@pytest.mark.parametrize("legs", [True, -1, 1.0, 10**7, "1", None])
def test_a_number_of_legs_that_is_none_is_refused(legs: object) -> None:
    told = written(Heartbeat(1, 2, draining=False)) | {"legs": legs}
    with pytest.raises(ControlRefused):
        read_event(told)


@given(
    st.sampled_from(ALL),
    st.dictionaries(st.sampled_from(["leg", "kind", "reason", "figures", "legs"]), ANYTHING),
)
def test_anything_is_read_or_refused(event: RelayEvent, changes: dict[str, Any]) -> None:
    with suppress(ControlRefused):
        read_event(written(event) | changes)


@given(ANYTHING, ANYTHING)
def test_any_list_of_legs_is_read_or_refused(legs: object, more: object) -> None:
    with suppress(ControlRefused):
        read_legs({"legs": legs, "more": more})


@given(st.integers(0, 3 * LEGS_PER_PAGE_MAX))
def test_all_legs_come_page_by_page_each_once(count: int) -> None:
    legs = [
        LegStanding(
            LegId(f"e{n}.patient.1"), n % 2 == 0, n % 3 == 0, LEG if n % 5 == 0 else None
        )
        for n in range(count)
    ]
    found: list[LegStanding] = []
    more = True
    while more:
        after = found[-1].leg if found else ""
        page, more = read_legs(json.loads(json.dumps(write_legs(legs, after))))
        found += page
    assert found == sorted(legs, key=lambda one: one.leg)


@pytest.mark.parametrize("boot", [None, "", "g" * 16, "a" * 15, "a" * 17, 7])
def test_a_relay_says_which_life_of_its_process_it_is(boot: object) -> None:
    assert read_boot({"boot": "0123456789abcdef"}) == "0123456789abcdef"
    with pytest.raises(ControlRefused):
        read_boot({"boot": boot})
