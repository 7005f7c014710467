"""How much anybody may ask, looked at before anything else is.

    request -> address, its networks -> sessions and tokens it shows -> Origin, session, ...
                       |                            |
                      429                          429    `rate_limited`, with Retry-After

    answer -> large? -> how many of the same session are on their way (`server.http.writing`)
                                     |
                                    429

Nothing is looked up for it: what is counted is the address, and the hash of what is shown,
whether or not it opens anything. A refusal costs a few microseconds and leaves no audit entry;
it is counted (`/metrics`). Each process counts for itself.

Probes, metrics and assets have a budget of their own: whoever shares an address with a flood is
still seen to be well. So have sign-ins, a much smaller one: a password is the one thing that
costs a core a tenth of a second before it is known who asks. And so has coming back from a
provider, as small a one: what is brought costs a question to that provider. Trying on where
that is spent counts as any request does, so that it ends.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final, NamedTuple, get_args

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
from server.http.writing import Writing, is_large
from server.settings import Settings

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
PAGES: Final = ("console", "portal", "ops")
SIGN_INS: Final = frozenset(f"/api/v1/{page}/session" for page in PAGES)
COMING_BACK: Final = frozenset(f"{path}/provider/finish" for path in SIGN_INS)
ASIDE: Final = ("/healthz", "/readyz", "/metrics", "/assets/")
SHOWN_CHARS_MAX: Final = 128  # what is longer opens nothing
KEY_BYTES: Final = 16


class Kind(Enum):
    """What a request is, as far as it is counted apart."""

    ANY = "any"
    ASIDE = "aside"
    SIGN_IN = "sign_in"
    COMING_BACK = "coming_back"  # from a provider

    @classmethod
    def of(cls, method: str, path: str) -> Kind:
        """Return what a request is."""
        if path.startswith(ASIDE):
            return cls.ASIDE
        if method != "POST":
            return cls.ANY
        if path in COMING_BACK:
            return cls.COMING_BACK
        return cls.SIGN_IN if path in SIGN_INS else cls.ANY


class Budget(NamedTuple):
    """What a request draws from: which limit, where, under what, how much."""

    limit: str
    spent: Spent
    key: bytes
    rate: Rate


class Doorkeeper:
    """Counts the requests of one process.

    Attributes:
        connections: those that are open.
        refused: requests that were refused, by which limit.
        writing: large answers that are on their way.
    """

    def __init__(
        self, settings: Settings, clock: Clock, writing: Writing | None = None
    ) -> None:
        """Start with nobody.

        Args:
            settings: the limits.
            clock: what time it is.
            writing: writes large answers; a test has its own.
        """
        self._settings = settings
        self._clock = clock
        self._of_address = Rate(
            settings.requests_per_address_s, settings.requests_per_address_burst
        )
        self._of_session = Rate(
            settings.requests_per_session_s, settings.requests_per_session_burst
        )
        self._of_sign_in = Rate(
            settings.sign_ins_per_address_s, settings.sign_ins_per_address_burst
        )
        self._places, self._aside, self._sessions = Spent(), Spent(), Spent()
        self._costly = {Kind.SIGN_IN: Spent(), Kind.COMING_BACK: Spent()}
        self.connections = Connections(
            each_max=settings.connections_per_address_max, trusted=settings.trusted_proxies
        )
        self.refused: Counter[str] = Counter()
        self.writing = writing or Writing()

    @property
    def kept(self) -> int:
        """Return how many addresses, networks and sessions are remembered."""
        tables = (self._places, self._aside, self._sessions, *self._costly.values())
        return sum(len(one) for one in tables)

    @web.middleware
    async def keep(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, and what is large of answers out.

        Raises:
            RateLimited: it comes too soon after too many others, or while too many large
                answers of its session are on their way.
        """
        self.connections.asked(request.protocol)
        peer, forwarded = asked_from(request)
        shown = tuple(_shown(self._settings, request))
        self.admit(
            places_of(peer, forwarded, self._settings.trusted_proxies),
            shown,
            self._clock.now(),
            Kind.of(request.method, request.path),
        )
        response = await handler(request)
        if is_large(response, request):
            try:
                await self.writing.write(request, response, map(_key, shown))
            except RateLimited:
                self.refused["writing"] += 1
                raise
        return response

    def admit(
        self,
        places: Iterable[Place],
        shown: Iterable[str],
        now: int,
        kind: Kind = Kind.ANY,
    ) -> None:
        """Count a request, if it may be.

        Args:
            places: where it comes from.
            shown: values of cookies and tokens that it carries.
            now: microseconds UTC.
            kind: what it is.

        Raises:
            RateLimited: it may not. Nothing was counted; but where only sign-ins are spent,
                it was, as any other request.
        """
        there = tuple(places)
        ordinary = list(self._ordinary(there, kind))
        sign_ins = list(self._sign_ins(there, kind))
        sessions = list(self._of_sessions(shown, kind))
        self._require(ordinary, now)
        try:
            self._require(sign_ins, now)
        except RateLimited:
            _take(ordinary, now)
            raise
        self._require(sessions, now)
        _take([*ordinary, *sign_ins, *sessions], now)

    def _require(self, budgets: Iterable[Budget], now: int) -> None:
        for limit, spent, key, rate in budgets:
            wait_s = spent.wait_s(key, rate, now)
            if wait_s:
                self.refused[limit] += 1
                refusal = RateLimited()
                refusal.retry_after_s = wait_s
                raise refusal

    def _ordinary(self, places: tuple[Place, ...], kind: Kind) -> Iterator[Budget]:
        spent = self._aside if kind is Kind.ASIDE else self._places
        for one in places:
            limit = "network" if one.is_wide else "address"
            yield Budget(limit, spent, one.key, self._of_address.times(one.times))

    def _sign_ins(self, places: tuple[Place, ...], kind: Kind) -> Iterator[Budget]:
        spent = self._costly.get(kind)
        if spent is not None:
            for one in places:
                rate = self._of_sign_in.times(one.sign_ins)
                yield Budget("sign_in", spent, one.key, rate)

    def _of_sessions(self, shown: Iterable[str], kind: Kind) -> Iterator[Budget]:
        if kind is not Kind.ASIDE:
            for value in set(shown):
                yield Budget("session", self._sessions, _key(value), self._of_session)


DOORKEEPER: Final = web.AppKey("doorkeeper", Doorkeeper)


def _take(budgets: Iterable[Budget], now: int) -> None:
    for _, spent, key, rate in budgets:
        spent.take(key, rate, now)


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
