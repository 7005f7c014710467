from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ice_errors import IllegalIceEvent
from media.limits import Limits
from media.paths import (
    TRANSITIONS,
    Answered,
    Asked,
    Expired,
    Path,
    PathEvent,
    PathState,
    answer,
    ask,
    asked_again_us,
    consent_wait_us,
)

LIMITS = Limits()
events: st.SearchStrategy[PathEvent] = st.sampled_from([Asked(), Answered(), Expired()])


@given(st.lists(events, max_size=30))
def test_no_path_is_proven_without_having_been_asked(story: list[PathEvent]) -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    was_asked = False
    for event in story:
        before = path.state
        try:
            path.step(event)
        except IllegalIceEvent:
            assert path.state is before
            assert type(event) not in TRANSITIONS[before]
        was_asked = was_asked or isinstance(event, Asked)
        assert was_asked or not path.proven


def test_an_expired_path_stays_expired() -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    path.step(Expired())
    for event in (Asked(), Answered(), Expired()):
        with pytest.raises(IllegalIceEvent):
            path.step(event)
    assert path.state is PathState.EXPIRED


def test_an_unproven_path_is_asked_less_and_less_often() -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    waits = []
    for place in range(LIMITS.asks_unproven_max):
        waits.append(asked_again_us(path, LIMITS))
        ask(path, bytes([place] * 12), LIMITS, now=0)
    assert waits == [100_000, 200_000, 400_000, 800_000, 1_600_000, 1_600_000, 1_600_000]
    assert path.expires_at == sum(waits)


def test_of_unanswered_requests_only_the_latest_are_remembered() -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    forgotten = [
        ask(path, bytes([place] * 12), LIMITS, now=place)
        for place in range(LIMITS.asks_max + 2)
    ]
    assert forgotten[-2:] == [bytes(12), bytes([1] * 12)]
    assert len(path.asked) == LIMITS.asks_max


def test_silence_begins_with_the_first_request_that_is_not_answered() -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    for now in (1_000, 2_000, 3_000):
        ask(path, now.to_bytes(12, "big"), LIMITS, now=now)
    assert path.silent_since == 1_000


def test_an_answer_renews_consent() -> None:
    path = Path(("192.0.2.1", 1), expires_at=0)
    ask(path, bytes(12), LIMITS, now=1_000)
    answer(path, bytes(12), LIMITS, now=5_000)
    assert path.proven
    assert path.rtt_us == 4_000
    assert path.expires_at == 5_000 + 30_000_000
    assert path.silent_since is None


@given(st.integers(0, 65535))
def test_consent_is_asked_for_every_four_to_six_seconds(dice: int) -> None:
    assert 4_000_000 <= consent_wait_us(LIMITS, dice) <= 6_000_000
