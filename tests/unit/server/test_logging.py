"""Nothing gets into the log that was not allowed by name."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator

import pytest
import structlog

from server.clock import ManualClock
from server.logging import ALLOWED_KEYS, AllowList, Sturdy, configure, get_logger, stamp
from signaling.identifiers import Instant

CANARY = "Maria-Garcia-1984-05-06"
START = Instant(1_790_000_000_123_456)


class Log:
    """What was written so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.clock = ManualClock(START)
        self.filter = self.configure()

    def configure(self, *, level: str = "debug", as_json: bool = True) -> AllowList:
        self.filter = configure(clock=self.clock, level=level, json=as_json, stream=self.stream)
        return self.filter

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Log()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_carries_its_time_level_name_and_allowed_keys(log: Log) -> None:
    get_logger("gateway").info("offer_rung", offer_id="o1", wait_ms=12)
    assert log.lines() == [
        {
            "at": stamp(START),
            "level": "info",
            "event": "offer_rung",
            "component": "gateway",
            "offer_id": "o1",
            "wait_ms": 12,
        }
    ]


def test_an_instant_is_written_as_rfc_3339_in_utc() -> None:
    assert stamp(0) == "1970-01-01T00:00:00.000Z"
    assert stamp(START) == "2026-09-21T14:13:20.123Z"


def test_an_unknown_key_is_dropped_and_counted(log: Log) -> None:
    get_logger("gateway").info("patient_joined", patient_name=CANARY, birth_date=CANARY)
    assert CANARY not in log.text
    assert log.lines()[0]["dropped"] == 2
    assert log.filter.dropped == 2


@pytest.mark.parametrize(
    "value", [{"name": CANARY}, [CANARY], f"two words {CANARY}", "x" * 201, object(), b"bytes"]
)
def test_an_allowed_key_carries_only_figures_and_codes(log: Log, value: object) -> None:
    get_logger("gateway").info("something", reason=value)
    assert "reason" not in log.lines()[0]
    assert log.filter.dropped == 1


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "a-code", "x" * 200, ""])
def test_plain_values_get_through(log: Log, value: object) -> None:
    get_logger("gateway").info("something", reason=value)
    assert log.lines()[0]["reason"] == value


def test_an_event_name_built_from_data_is_not_written(log: Log) -> None:
    get_logger("gateway").info(f"joined {CANARY}")
    assert CANARY not in log.text
    assert log.lines()[0]["event"] == "unnamed_event"


def test_context_is_filtered_like_everything_else(log: Log) -> None:
    structlog.contextvars.bind_contextvars(request_id="r1", patient_name=CANARY)
    get_logger("http").info("request_done")
    assert log.lines()[0]["request_id"] == "r1"
    assert CANARY not in log.text


class CodedError(Exception):
    code = "offer_settled"


def test_an_exception_is_told_by_type_code_and_place_only(log: Log) -> None:
    secret = CANARY
    try:
        raise CodedError(f"cannot do it for {secret}")
    except CodedError:
        get_logger("desk").exception("command_failed")
    line = log.lines()[0]
    assert line["error_type"] == "CodedError"
    assert line["error_code"] == "offer_settled"
    assert str(line["error_at"]).startswith("test_logging.py:")
    assert CANARY not in log.text


def test_an_exception_may_be_handed_over_without_being_raised(log: Log) -> None:
    get_logger("desk").error("command_failed", exc_info=CodedError(CANARY))
    assert log.lines()[0]["error_type"] == "CodedError"
    assert "error_at" not in log.lines()[0]
    assert CANARY not in log.text


def test_what_a_library_says_is_reduced_to_where_it_came_from(log: Log) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.driver").exception("row %s", CANARY)
    line = log.lines()[0]
    assert line["event"] == "library_log"
    assert line["logger"] == "some.driver"
    assert line["module"] == "test_logging"
    assert line["error_type"] == "ValueError"
    assert CANARY not in log.text


def test_libraries_are_not_heard_below_warnings(log: Log) -> None:
    logging.getLogger("some.driver").info("all is well")
    assert log.text == ""


def test_lines_below_the_level_are_not_written(log: Log) -> None:
    log.configure(level="warning")
    get_logger("gateway").info("offer_rung")
    get_logger("gateway").warning("offer_missed")
    assert [line["event"] for line in log.lines()] == ["offer_missed"]


def test_the_console_shows_the_same_and_no_more(log: Log) -> None:
    log.configure(as_json=False)
    get_logger("gateway").info("offer_rung", offer_id="o1", patient_name=CANARY)
    assert "offer_rung" in log.text
    assert "o1" in log.text
    assert CANARY not in log.text


PERSONAL = {"name", "birth", "phone", "email", "address", "note", "text", "sdp", "secret"}


def test_no_allowed_key_names_something_about_a_person() -> None:
    assert not [key for key in ALLOWED_KEYS if PERSONAL.intersection(key.split("_"))]


def test_a_log_that_cannot_be_written_fails_nobody(log: Log) -> None:
    log.stream.close()
    get_logger("app").warning("listening", port=8080)
    logging.getLogger("asyncio").error("nobody hears this")


def test_a_pipe_that_nobody_reads_fails_nobody() -> None:
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w", buffering=1)
    sturdy = Sturdy(stream)
    sturdy.write("lost\n")
    sturdy.flush()
    with pytest.raises(BrokenPipeError):
        stream.close()  # as it would have been for whoever wrote
