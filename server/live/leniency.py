"""Nobody is held to have idled for what could not be noted.

    answered --fails-----------------------------------------> failing
    failing  --answers before a use could have been missed---> answered
    failing  --answers later---------------------------------> lenient, for `LENIENT_S`

A use is noted every so often, and several notes fit into the time after which somebody idles:
one that is lost takes nobody's session. Pure: the time is an argument, in seconds of any clock
that only goes forward.
"""

from __future__ import annotations

from typing import Final

LENIENT_S: Final = 150.0  # longer than uses wait to be noted


class Leniency:
    """Whether sessions that look idle may be ended."""

    def __init__(self, noted_every_s: float) -> None:
        """Begin with a database that answers.

        Args:
            noted_every_s: how often uses are noted, seconds.
        """
        self._noted_every_s = noted_every_s
        self._failing_since: float | None = None
        self._until: float | None = None

    def failed(self, now: float) -> None:
        """The database did not answer."""
        if self._failing_since is None:
            self._failing_since = now

    def begun(self, now: float) -> bool:
        """The database is asked again; return whether whoever seems to idle is left alone."""
        since = self._failing_since
        if since is not None and now - since >= self._noted_every_s:
            self._until = now + LENIENT_S
        return self._until is not None and now < self._until

    def answered(self) -> None:
        """The database answered."""
        self._failing_since = None
