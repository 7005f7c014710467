import json
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.codecs import MediaKind
from media.control_messages import (
    ID_MAX,
    SDP_CHARS_MAX,
    AnswerLeg,
    AskLegs,
    AskStats,
    CloseLeg,
    Collect,
    Command,
    ControlRefused,
    CreateLeg,
    Declare,
    Drain,
    Link,
    Observe,
    RestartLeg,
    SealCall,
    Unlink,
    read_object,
    read_request,
    write_event,
    write_request,
)
from media.ice_effects import LegId
from media.relay_events import CloseReason, FirstMedia, Heartbeat, LegClosed, Sampled

LEG = LegId("e1.patient-2_a")


@pytest.mark.parametrize(
    "command",
    [
        CreateLeg(LEG),
        RestartLeg(LEG),
        AnswerLeg(LEG, 3, "v=0\r\n" + "é" * 10),
        Link(LEG, LegId("other")),
        Unlink(LEG),
        CloseLeg(LEG),
        Observe("e1", LEG, LegId("other")),
        Declare("e1", "patient", "camera_off", holds=True),
        SealCall("e1"),
        Collect("e1", 0),
        AskStats(),
        AskLegs(""),
        AskLegs(LEG),
        Drain(),
    ],
)
def test_a_command_is_read_as_it_was_written(command: Command) -> None:
    line = write_request(7, command)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_request(line) == (7, command)


@pytest.mark.parametrize(
    ("said", "code", "number"),
    [
        ({}, "malformed", None),
        ({"id": True, "do": "drain"}, "malformed", None),
        ({"id": -1, "do": "drain"}, "malformed", None),
        ({"id": ID_MAX + 1, "do": "drain"}, "malformed", None),
        ({"id": 1}, "unknown_command", 1),
        ({"id": 1, "do": ["drain"]}, "unknown_command", 1),
        ({"id": 1, "do": "stop"}, "unknown_command", 1),
        ({"id": 1, "do": "drain", "more": 1}, "malformed", 1),
        ({"id": 1, "do": "unlink"}, "malformed", 1),
        ({"id": 1, "do": "unlink", "leg": ""}, "malformed", 1),
        ({"id": 1, "do": "unlink", "leg": "a" * 65}, "malformed", 1),
        ({"id": 1, "do": "unlink", "leg": "a/b"}, "malformed", 1),
        ({"id": 1, "do": "unlink", "leg": {"a": 1}}, "malformed", 1),
        ({"id": 1, "do": "collect", "call": "a", "number": -1}, "malformed", 1),
        (
            {"id": 1, "do": "declare", "call": "a", "side": "x", "what": ["y"], "holds": 1},
            "malformed",
            1,
        ),
        ({"id": 1, "do": "answer", "leg": "a", "generation": 0.0, "sdp": ""}, "malformed", 1),
        (
            {"id": 1, "do": "answer", "leg": "a", "generation": 0, "sdp": "x" * 32_769},
            "malformed",
            1,
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_code(
    said: Mapping[str, object], code: str, number: int | None
) -> None:
    with pytest.raises(ControlRefused) as refused:
        read_request(json.dumps(said).encode())
    assert (refused.value.code, refused.value.request) == (code, number)


def test_the_largest_answer_fits() -> None:
    command = AnswerLeg(LEG, 0, "x" * SDP_CHARS_MAX)
    assert read_request(write_request(ID_MAX, command)) == (ID_MAX, command)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(line: bytes) -> None:
    with suppress(ControlRefused):
        read_object(line)
    with suppress(ControlRefused):
        read_request(line)


def test_a_line_nested_without_end_is_refused() -> None:
    with pytest.raises(ControlRefused):
        read_object(b"[" * 100_000)


def test_events_say_what_happened_and_when() -> None:
    told = [
        json.loads(write_event(event, 5))
        for event in (
            FirstMedia(LEG, MediaKind.VIDEO),
            LegClosed(LEG, CloseReason.LEFT),
            Sampled(LEG, (1, 2)),
            Heartbeat(1, 2, draining=False),
        )
    ]
    assert told == [
        {"event": "first_media", "at_us": 5, "leg": LEG, "kind": "video"},
        {"event": "leg_closed", "at_us": 5, "leg": LEG, "reason": "left"},
        {"event": "sample", "at_us": 5, "leg": LEG, "figures": [1, 2]},
        {"event": "heartbeat", "at_us": 5, "legs": 1, "legs_max": 2, "draining": False},
    ]
