"""One ICE generation of a leg: a pair of credentials and the paths found with it.

An ICE restart (RFC 8445, section 9) begins another generation beside it. What the paths of
a generation do to a leg is decided in `ice`; here is only what it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from media.addresses import SocketAddress
from media.ice_errors import CredentialsRejected
from media.limits import Limits, microseconds
from media.paths import Path, PathState

_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Username fragment and password of one agent (RFC 8445, 5.3; RFC 8839, 5.4).

    Raises:
        CredentialsRejected: too short, too long, or other characters than ICE allows.
    """

    ufrag: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no browser would send."""
        if not _UFRAG.fullmatch(self.ufrag):
            raise CredentialsRejected("ufrag")
        if not _PASSWORD.fullmatch(self.password):
            raise CredentialsRejected("password")


@dataclass(slots=True, eq=False)
class Generation:
    """Credentials of both sides and the paths that were heard with them.

    Attributes:
        number: 0, then one more with each restart.
        local: what the browser signs its checks with.
        remote: what our requests are signed with; None until the browser has answered.
        paths: by address.
        selected: the path that media is sent on, or None.
        over_at: when one that was replaced stops receiving, or one that is coming is given up;
            None while it is in use.
    """

    number: int
    local: Credentials
    remote: Credentials | None = None
    paths: dict[SocketAddress, Path] = field(default_factory=dict)
    selected: Path | None = None
    over_at: int | None = None

    def accepts(self, username: bytes) -> bool:
        """Tell whether USERNAME is ours, a colon, and theirs as far as it is known."""
        ours, _, theirs = username.partition(b":")
        if ours != self.local.ufrag.encode():
            return False
        return self.remote is None or theirs == self.remote.ufrag.encode()

    def rival(self) -> Path | None:
        """Return the path that answered last, apart from the selected one."""
        return max(
            (one for one in self.paths.values() if one.proven and one is not self.selected),
            key=lambda path: path.answered_at or 0,
            default=None,
        )

    def least_wanted(self) -> Path | None:
        """Return the path to give up for a new one: the oldest that proves nothing."""
        return next((one for one in self.paths.values() if not one.proven), None)

    def owns(self, source: SocketAddress) -> bool:
        """Tell whether that address has proven itself here."""
        path = self.paths.get(source)
        return path is not None and path.proven


def heard(generation: Generation, source: SocketAddress, limits: Limits, now: int) -> Path:
    """Add the path of an address that has made its first valid check."""
    path = Path(source, expires_at=now + microseconds(limits.unproven_s), ask_at=now)
    generation.paths[source] = path
    return path


def due_at(generation: Generation, now: int) -> int | None:
    """Return when a path must be asked or given up next; None without any."""
    times = [
        # Without the remote password nobody can be asked.
        min(path.expires_at, path.expires_at if generation.remote is None else path.ask_at)
        for path in generation.paths.values()
        if path.state is not PathState.EXPIRED
    ]
    selected = generation.selected
    if selected is not None and selected.silent_since is not None and len(times) > 1:
        # There is somewhere else to go: rare, and worth a look each time.
        return now
    return min(times, default=None)


def rival_of_the_silent(generation: Generation, limits: Limits, now: int) -> Path | None:
    """Return who could take over, when the selected path has been silent for long enough.

    One lost request is no silence: media may lose one packet in twenty.
    """
    selected = generation.selected
    if (
        selected is None
        or selected.silent_since is None
        or selected.asks < limits.stale_asks_min
        or now - selected.silent_since < microseconds(limits.stale_s)
    ):
        return None
    return generation.rival()


def has_overtaken(rival: Path, generation: Generation) -> bool:
    """Tell whether `rival` has answered since the selected path fell silent."""
    selected = generation.selected
    if selected is None or selected.silent_since is None or rival.answered_at is None:
        return False
    return rival.answered_at >= selected.silent_since
