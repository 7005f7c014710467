"""An error as the wire shows it: a stable code, a sentence, and never what was sent.

What is not known becomes `internal`, without detail: only the log says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from media.call import CallError
from server import views
from server.errors import (
    CallRefused,
    Conflict,
    GoodfaithError,
    Internal,
    InvalidBody,
    NotAuthorizedHere,
    NotFound,
    OnDutyElsewhere,
    RecordShredded,
    Retry,
)
from server.storage import errors as storage
from server.storage.errors import RowMissing, StorageError
from server.unreachable import refusal_of
from signaling import messages
from signaling.errors import Fault, SignalingError
from signaling.messages import Problem

FIELDS_MAX: Final = 20
SERVER_FAULT_STATUS: Final = 503
SIGNALING_CODES: Final[Mapping[str, str]] = {"not_eligible": NotAuthorizedHere.code}
SIGNALING_STATUS: Final[Mapping[str, int]] = {"not_eligible": NotAuthorizedHere.status}
FIELD_NAMES: Final = frozenset(
    name for model in (*views.INPUTS, *messages.INPUTS) for name in model.model_fields
)


def problem(error: Exception) -> Problem:
    """Return an error as the wire shows it. What is not known becomes `internal`."""
    known = _known(error)
    if isinstance(known, SignalingError):
        return Problem(
            code=SIGNALING_CODES.get(known.code, known.code),
            message=known.message,
            retry=known.fault is Fault.SERVER,
        )
    return Problem(
        code=known.code,
        message=known.message,
        retry=known.retry,
        fields=list(known.fields),
        opens_at_ms=known.opens_at_ms,
    )


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error."""
    known = _known(error)
    if not isinstance(known, SignalingError):
        return known.status
    if known.fault is Fault.SERVER:
        return SERVER_FAULT_STATUS
    return SIGNALING_STATUS.get(known.code, Conflict.status)


def is_unexpected(error: Exception) -> bool:
    """Tell whether an error is a fault of ours, to be logged."""
    return isinstance(_known(error), Internal)


def _known(error: Exception) -> GoodfaithError | SignalingError:  # noqa: PLR0911 - a line each
    match error:
        case Internal():
            return Internal()  # which fault of ours it was, only the log says
        case GoodfaithError() | SignalingError():
            return error
        case CallError():
            return CallRefused(error)
        case ValidationError():
            return invalid_body(error)
        case RowMissing():
            return NotFound()
        case storage.KeyShredded():
            return RecordShredded()
        case storage.OnDutyElsewhere():
            return OnDutyElsewhere()
        case StorageError(code=Retry.code):
            return refusal_of(error)
        case _:
            return Internal()


def invalid_body(error: ValidationError) -> InvalidBody:
    """Return which fields a body got wrong: names that are ours, never what was sent."""
    named: dict[str, None] = {}
    for part in error.errors(include_input=False, include_context=False, include_url=False):
        for step in part["loc"]:
            if step in FIELD_NAMES:
                named[str(step)] = None
                break
    return InvalidBody(fields=tuple(named)[:FIELDS_MAX])
