"""Events are numbered for each recipient, and replayed while they are remembered."""

from __future__ import annotations

from server.live.streams import REPLAY_MAX, Stream, StreamBook
from signaling.messages import StatusChanged

EVENT = StatusChanged(status="available", reason=None)


def numbers(missed: object) -> list[int]:
    assert isinstance(missed, list)
    return [one["seq"] for one in missed]


def test_events_are_numbered_from_one_and_say_which_stream() -> None:
    stream = Stream("boot-1")
    wires = [stream.append(EVENT), stream.append(EVENT)]
    assert [(one["stream"], one["seq"]) for one in wires] == [("boot-1", 1), ("boot-1", 2)]


def test_what_was_missed_is_replayed_exactly() -> None:
    stream = Stream("boot-1")
    for _ in range(5):
        stream.append(EVENT)
    assert numbers(stream.after("boot-1", 3)) == [4, 5]


def test_somebody_who_has_seen_everything_misses_nothing() -> None:
    stream = Stream("boot-1")
    stream.append(EVENT)
    assert stream.after("boot-1", 1) == []


def test_a_stream_of_another_start_of_the_server_is_not_known() -> None:
    stream = Stream("boot-2")
    stream.append(EVENT)
    assert stream.after("boot-1", 0) is None


def test_numbers_that_were_never_given_are_not_believed() -> None:
    stream = Stream("boot-1")
    stream.append(EVENT)
    assert stream.after("boot-1", 2) is None
    assert stream.after("boot-1", -1) is None
    assert stream.after("boot-1", None) is None


def test_only_the_last_events_are_remembered() -> None:
    stream = Stream("boot-1")
    for _ in range(REPLAY_MAX + 1):
        stream.append(EVENT)
    assert stream.after("boot-1", 0) is None
    assert len(numbers(stream.after("boot-1", 1))) == REPLAY_MAX


def test_the_longest_unused_stream_is_forgotten_first() -> None:
    book = StreamBook("boot", streams_max=2)
    first = book.get("patient:1").name
    book.get("patient:2")
    assert book.get("patient:1").name == first
    book.get("patient:3")
    assert book.get("patient:1").name == first
    assert book.get("patient:2").name != "boot-2"
