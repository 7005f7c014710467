"""Session cookies: one name per audience, so that no session is taken for another's.

All are `SameSite=Strict`, the patient's too. A link in a message opens a page that is the same
for everybody; only that page's own requests carry the cookie, and those are same-site however
the page was reached. So nothing is lost by the strictest setting.

On the way to an organization's own sign-in and back, a cookie says which browser it was
(`server.federation.flows`); it is good for one flow.

Beside the session of staff stands what their browser is known by to the accounts that signed
in there (`server.proofs.known_browsers`): it opens nothing, and stays when they sign out.

A patient on their own phone keeps the cookie when the system closes the browser, and a tablet
its registration. On a tablet in a patient's hands, and for staff, it ends with the browser.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server.access import Audience
from server.http.headers import FORGET
from server.settings import Settings

PATH: Final = "/"
DAY_S: Final = 86_400
SAME_SITE: Final = "Strict"


def cookie_name(settings: Settings, audience: Audience) -> str:
    """Return the name of an audience's cookie; over TLS it is bound to this very host."""
    return f"{_prefix(settings)}gf_{audience}"


def known_name(settings: Settings, audience: Audience) -> str:
    """Return the name of the cookie by which an audience's accounts know a browser."""
    return f"{_prefix(settings)}gf_known_{audience}"


def flow_name(settings: Settings, audience: Audience) -> str:
    """Return the name of the cookie of a browser that is on its way to a provider."""
    return f"{_prefix(settings)}gf_provider_{audience}"


def _prefix(settings: Settings) -> str:
    return "__Host-" if settings.secure_cookies else ""


def read_cookie(settings: Settings, request: web.BaseRequest, audience: Audience) -> str | None:
    """Return the session id that a request carries for an audience, if any."""
    return _read(request, cookie_name(settings, audience))


def read_known(settings: Settings, request: web.BaseRequest, audience: Audience) -> str | None:
    """Return what a browser was given at earlier sign-ins, if any."""
    return _read(request, known_name(settings, audience))


def read_flow(settings: Settings, request: web.BaseRequest, audience: Audience) -> str | None:
    """Return what a browser was given when it was sent to a provider, if any."""
    return _read(request, flow_name(settings, audience))


def write_flow(
    settings: Settings,
    response: web.StreamResponse,
    audience: Audience,
    value: str,
    *,
    max_age_s: int,
) -> None:
    """Give the browser what it has to bring back from a provider."""
    _write(settings, response, flow_name(settings, audience), value, max_age_s)


def clear_flow(settings: Settings, response: web.StreamResponse, audience: Audience) -> None:
    """Take it again: what it was for is finished."""
    _clear(settings, response, flow_name(settings, audience))


def write_cookie(
    settings: Settings,
    response: web.StreamResponse,
    audience: Audience,
    session_id: str,
    *,
    max_age_s: int | None = None,
) -> None:
    """Give a session to the browser; without `max_age_s` it ends with the browser."""
    _write(settings, response, cookie_name(settings, audience), session_id, max_age_s)


def write_known(
    settings: Settings, response: web.StreamResponse, audience: Audience, value: str | None
) -> None:
    """Give the browser what it is known by; with None, nothing changes."""
    if value is not None:
        max_age_s = settings.known_browser_days * DAY_S
        _write(settings, response, known_name(settings, audience), value, max_age_s)


def clear_known(settings: Settings, response: web.StreamResponse, audience: Audience) -> None:
    """Let a browser be a stranger again: somebody else will hold it."""
    _clear(settings, response, known_name(settings, audience))


def clear_cookie(settings: Settings, response: web.StreamResponse, audience: Audience) -> None:
    """Take a session from the browser, and whatever else it kept for that person."""
    response.headers.update(FORGET)
    _clear(settings, response, cookie_name(settings, audience))


def _read(request: web.BaseRequest, name: str) -> str | None:
    """Return a cookie's value; ours are ASCII, so another is as good as none."""
    value = request.cookies.get(name)
    return value if value and value.isascii() else None


def _write(
    settings: Settings,
    response: web.StreamResponse,
    name: str,
    value: str,
    max_age_s: int | None,
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path=PATH,
        secure=settings.secure_cookies,
        httponly=True,
        samesite=SAME_SITE,
    )


def _clear(settings: Settings, response: web.StreamResponse, name: str) -> None:
    response.del_cookie(
        name,
        path=PATH,
        secure=settings.secure_cookies,
        httponly=True,
        samesite=SAME_SITE,
    )
