"""What the server says about itself while it runs, and what it may never say.

A line is an event name and some keys. Only keys of `ALLOWED_KEYS` get through: forgetting to
list a key loses a detail, forgetting to redact one would publish a patient. The same goes for
values (numbers, and short text without spaces: codes, not sentences), for event names (an
identifier, so that none is built from data) and for exceptions: their type, code and place are
logged, never their message, since drivers put parameters into it.

What libraries log arrives here too and is reduced to its logger, level and place.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TextIO, cast

import structlog

from server.clock import Clock

ALLOWED_KEYS: Final = frozenset(
    {
        # What every line may carry.
        "at",
        "component",
        "dropped",
        "event",
        "level",
        "node",
        # Opaque identifiers: none is made from, or leads without the database to, a person.
        "account_id",
        "command_id",
        "connection_id",
        "destination_id",
        "encounter_id",
        "leg_id",
        "network_id",
        "offer_id",
        "organization_id",
        "practitioner_id",
        "request_id",
        "site_id",
        "stream",
        # Kinds, states and codes from closed lists.
        "audience",
        "code",
        "command",
        "from_state",
        "jurisdiction",
        "kind",
        "method",
        "mode",
        "namespace",
        "outcome",
        "reason",
        "role",
        "route",
        "side",
        "state",
        "status",
        "to_state",
        # Figures.
        "attempts",
        "bytes",
        "count",
        "duration_ms",
        "epoch",
        "generation",
        "leaves",
        "leaves_seen",
        "limit",
        "port",
        "queue_length",
        "revision",
        "seq",
        "wait_ms",
        "waiting",
        # Exceptions and what libraries say.
        "error_at",
        "error_code",
        "error_type",
        "line",
        "logger",
        "module",
        # About the installation, never about a person.
        "database",
        "origin",
        "setting",
        "version",
        "witness",
    }
)
CODE: Final = re.compile(r"[!-~]{0,200}")
EVENT_NAME: Final = re.compile(r"[a-z][a-z0-9_.]{0,63}")
UNNAMED_EVENT: Final = "unnamed_event"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# structlog's own word for a line on its way: keys to whatever the caller gave.
Line = MutableMapping[str, Any]


def stamp(instant: int) -> str:
    """Return an instant (microseconds UTC) as RFC 3339, to the millisecond."""
    moment = EPOCH + timedelta(microseconds=instant)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place(error: BaseException) -> str | None:
    """Return `file.py:line` where it was raised; None when it never was."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None


def describe(error: BaseException) -> dict[str, str]:
    """Return what may be said of an exception: its type, its code and its place."""
    said = {"error_type": type(error).__name__}
    code = getattr(error, "code", None)
    if isinstance(code, str | int):
        said["error_code"] = str(code)
    where = place(error)
    if where is not None:
        said["error_at"] = where
    return said


def find_error(exc_info: object) -> BaseException | None:
    """Return the exception that a caller of the logger meant with `exc_info`."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return next((part for part in exc_info if isinstance(part, BaseException)), None)
    return sys.exc_info()[1] if exc_info else None


class AllowList:
    """The processor that every line passes last before it is rendered.

    Attributes:
        dropped: how many keys, values and event names were kept back since the start. Above
            zero means that somebody's detail is missing from the log.
    """

    def __init__(self, clock: Clock) -> None:
        """Stamp lines with `clock`."""
        self._clock = clock
        self.dropped = 0

    def __call__(self, _logger: object, level: str, line: Line) -> Line:
        """Return the part of `line` that may be seen."""
        error = find_error(line.pop("exc_info", None))
        line.pop("stack_info", None)
        name = line.pop("event", None)
        allowed = {key: line[key] for key in line if self._may_be_said(key, line[key])}
        dropped = len(line) - len(allowed)
        if not (isinstance(name, str) and EVENT_NAME.fullmatch(name)):
            name = UNNAMED_EVENT
            dropped += 1
        said: dict[str, Any] = {"at": stamp(self._clock.now()), "level": level, "event": name}
        said |= allowed
        if error is not None:
            said |= describe(error)
        if dropped:
            said["dropped"] = dropped
            self.dropped += dropped
        return said

    @staticmethod
    def _may_be_said(key: str, value: object) -> bool:
        if key not in ALLOWED_KEYS:
            return False
        if isinstance(value, str):
            return CODE.fullmatch(value) is not None
        return value is None or isinstance(value, bool | int | float)


class LibraryLogs(logging.Handler):
    """Takes what libraries log through the standard module, and passes on where it came from.

    Their sentences are left out: aiohttp's carry addresses, database drivers' carry rows.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a record without its text."""
        structlog.get_logger().log(
            record.levelno,
            "library_log",
            logger=record.name,
            module=record.module,
            line=record.lineno,
            exc_info=record.exc_info,
        )


class Sturdy:
    """A stream that loses what it cannot write.

    Whoever reads the log may be gone (a closed pipe, a full disk). That must not end the
    request, the call or the delivery that had something to say.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write if that is possible; return how many characters were written."""
        with suppress(OSError, ValueError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        """Hand on what was written, if that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure(*, clock: Clock, level: str, json: bool, stream: TextIO) -> AllowList:
    """Set up logging for this process; the last call counts.

    Args:
        clock: stamps the lines.
        level: the least severe level that is written: debug, info, warning or error.
        json: one JSON object per line, for machines; otherwise columns, for people.
        stream: where lines go.

    Returns:
        The filter, which knows how much it kept back.
    """
    allow_list = AllowList(clock)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="at")
    )
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, allow_list, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", Sturdy(stream))),
        cache_logger_on_first_use=False,
    )
    # Libraries are heard from warnings up, whatever our own level is.
    logging.basicConfig(handlers=[LibraryLogs()], level=max(least, logging.WARNING), force=True)
    return allow_list


def get_logger(component: str, **context: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger whose lines name the part of the server that wrote them."""
    initial: Mapping[str, str] = {"component": component, **context}
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(**initial)
    return logger
