"""How much anybody may ask, looked at before anything else is.

    request -> address, its networks -> sessions and tokens it shows -> Origin, session, ...
                       |                            |
                      429                          429    `rate_limited`, with Retry-After

Nothing is looked up for it: what is counted is the address, and the hash of what is shown,
whether or not it opens anything. A refusal costs a few microseconds and leaves no audit entry;
it is counted (`/metrics`). Each process counts for itself.

Probes, metrics and assets have a budget of their own: whoever shares an address with a flood is
still seen to be well.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, get_args

from aiohttp import web
from aiohttp.typedefs import Handler

from server.access import Audience
from server.clock import Clock
from server.errors import RateLimited
from server.http.addresses import Place, places_of
from server.http.calls import asked_from
from server.http.cookies import read_cookie
from server.http.listening import Connections
from server.http.rates import Rate, Spent
from server.settings import Settings

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
ASIDE: Final = ("/healthz", "/readyz", "/metrics", "/assets/")
SHOWN_CHARS_MAX: Final = 128  # what is longer opens nothing
KEY_BYTES: Final = 16


class Doorkeeper:
    """Counts the requests of one process.

    Attributes:
        connections: those that are open.
        refused: requests that were refused, by which limit.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._of_address = Rate(
            settings.requests_per_address_s, settings.requests_per_address_burst
        )
        self._of_session = Rate(
            settings.requests_per_session_s, settings.requests_per_session_burst
        )
        self._places, self._aside, self._sessions = Spent(), Spent(), Spent()
        self.connections = Connections(
            each_max=settings.connections_per_address_max, trusted=settings.trusted_proxies
        )
        self.refused: Counter[str] = Counter()

    @property
    def kept(self) -> int:
        """Return how many addresses, networks and sessions are remembered."""
        return len(self._places) + len(self._aside) + len(self._sessions)

    @web.middleware
    async def keep(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in.

        Raises:
            RateLimited: it comes too soon after too many others.
        """
        self.connections.asked(request.protocol)
        peer, forwarded = asked_from(request)
        self.admit(
            places_of(peer, forwarded, self._settings.trusted_proxies),
            _shown(self._settings, request),
            self._clock.now(),
            aside=request.path.startswith(ASIDE),
        )
        return await handler(request)

    def admit(
        self, places: Iterable[Place], shown: Iterable[str], now: int, *, aside: bool = False
    ) -> None:
        """Count a request, if it may be.

        Args:
            places: where it comes from.
            shown: values of cookies and tokens that it carries.
            now: microseconds UTC.
            aside: it is one of those that have a budget of their own.

        Raises:
            RateLimited: it may not; nothing was counted.
        """
        spent = self._aside if aside else self._places
        asked = [
            ("network" if one.is_wide else "address", spent, one.key, self._rate_of(one))
            for one in places
        ]
        if not aside:
            asked += [
                ("session", self._sessions, _key(one), self._of_session) for one in set(shown)
            ]
        for limit, table, key, rate in asked:
            wait_s = table.wait_s(key, rate, now)
            if wait_s:
                self.refused[limit] += 1
                refusal = RateLimited()
                refusal.retry_after_s = wait_s
                raise refusal
        for _, table, key, rate in asked:
            table.take(key, rate, now)

    def _rate_of(self, place: Place) -> Rate:
        return self._of_address if place.times == 1 else self._of_address.times(place.times)


DOORKEEPER: Final = web.AppKey("doorkeeper", Doorkeeper)


def _shown(settings: Settings, request: web.Request) -> Iterator[str]:
    """Give what a request carries that may open something."""
    # However a token is spaced, it is the same one.
    token = request.headers.get("Authorization", "").partition(" ")[2].strip() or None
    cookies = (read_cookie(settings, request, one) for one in AUDIENCES)
    for value in (token, *cookies):
        if value is not None and len(value) <= SHOWN_CHARS_MAX:
            yield value


def _key(shown: str) -> bytes:
    return hashlib.sha256(shown.encode("utf-8", "surrogateescape")).digest()[:KEY_BYTES]
