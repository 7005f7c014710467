"""Is it the database that is away, or a statement that it refused?

Away: it cannot be connected to, a connection broke, it is shutting down or starting, it has no
room left for anybody or on its disk. Everything else it answered, and will answer again.

What a transaction fails with says so (`StorageError.away`).
"""

from __future__ import annotations

from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as CheckoutTimeout

from server.storage.errors import StorageError

# PostgreSQL, appendix A: connection exceptions, insufficient resources, system errors.
STATE_CLASSES: Final = ("08", "53", "58")
STATES: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
SQLITE: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
E = TypeVar("E", bound=StorageError)


def is_away(error: BaseException) -> bool:
    """Tell whether an error of a statement or a connection means that the database is away."""
    if isinstance(error, CheckoutTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(SQLITE)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # nobody answered who could have said one
        return bool(error.connection_invalidated) or isinstance(error, OperationalError)
    return str(state).startswith(STATE_CLASSES) or state in STATES


def marked(failure: E, error: BaseException) -> E:
    """Return a failure that says whether `error` means that the database is away."""
    failure.away = is_away(error)
    return failure
