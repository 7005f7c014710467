"""The database does not answer: what needs it is refused until it does.

Unavailable 503
`-- DatabaseAway            database_away      nothing was committed; the same may be sent again
"""

from __future__ import annotations

from server.errors import Retry, Unavailable
from server.storage.errors import StorageError


class DatabaseAway(Unavailable):
    """Nothing can be read or committed just now; what goes on, goes on."""

    code = "database_away"
    message = "We cannot reach our records just now. Please wait a moment: your place is kept."


def refusal_of(error: BaseException) -> Unavailable:
    """Return how something is refused that failed with `error` on the way to the database."""
    away = isinstance(error, StorageError) and error.away
    return DatabaseAway() if away else Retry()
