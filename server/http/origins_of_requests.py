"""Whose page asks: a change is made for pages of our own, for no others (CSRF).

Three walls, each of which stands without the others:

1. Session cookies are `SameSite=Strict` (`cookies`): a page of another site sends none.
2. `Origin` must be, letter for letter, one that the pages are served under. Browsers set it
   on every change and no page can alter it; a request without one is refused, too.
3. `Sec-Fetch-Site`, where a browser sends it (Fetch Metadata), must be `same-origin`, or
   `none` for what a person asked for by themselves. This refuses a sibling host of the same
   site, whose cookies wall 1 lets through, also where an origin too many is allowed.

A token in forms would be a fourth that adds nothing: it proves that the page could read what
we served, and that is what wall 2 proves. A request with a bearer token needs none of the
three: it is taken for that token and no cookie, and no foreign page can have a browser send one
to us.

A GET changes nothing and needs none of this: links in letters lead here from everywhere.
Sockets are asked for their Origin when they connect (`server.live.gateway`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from aiohttp import web

from server.errors import OriginRefused
from server.http.auditing import SAFE_METHODS

FETCH_SITE: Final = "Sec-Fetch-Site"
OWN_SITE: Final = frozenset({"same-origin", "none"})


def require_own_page(request: web.BaseRequest, origins: Collection[str]) -> None:
    """Refuse a change that was not asked for by a page of ours.

    Args:
        request: of any method; those that change nothing pass.
        origins: that the pages are served under.

    Raises:
        OriginRefused: it names another origin or none, says both, or came from another site.
    """
    if request.method in SAFE_METHODS:
        return
    named = request.headers.getall("Origin", ())
    sites = request.headers.getall(FETCH_SITE, ())
    if len(named) != 1 or named[0] not in origins or not OWN_SITE.issuperset(sites):
        raise OriginRefused
