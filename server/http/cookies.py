"""Session cookies: one name per audience, so that no session is taken for another's.

All are `SameSite=Strict`, the patient's too. A link in a message opens a page that is the same
for everybody; only that page's own requests carry the cookie, and those are same-site however
the page was reached. So nothing is lost by the strictest setting.

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
SAME_SITE: Final = "Strict"


def cookie_name(settings: Settings, audience: Audience) -> str:
    """Return the name of an audience's cookie; over TLS it is bound to this very host."""
    return f"{'__Host-' if settings.secure_cookies else ''}gf_{audience}"


def read_cookie(settings: Settings, request: web.BaseRequest, audience: Audience) -> str | None:
    """Return the session id that a request carries for an audience, if any."""
    return request.cookies.get(cookie_name(settings, audience)) or None


def write_cookie(
    settings: Settings,
    response: web.StreamResponse,
    audience: Audience,
    session_id: str,
    *,
    max_age_s: int | None = None,
) -> None:
    """Give a session to the browser; without `max_age_s` it ends with the browser."""
    response.set_cookie(
        cookie_name(settings, audience),
        session_id,
        max_age=max_age_s,
        path=PATH,
        secure=settings.secure_cookies,
        httponly=True,
        samesite=SAME_SITE,
    )


def clear_cookie(settings: Settings, response: web.StreamResponse, audience: Audience) -> None:
    """Take a session from the browser, and whatever else it kept for that person."""
    response.headers.update(FORGET)
    response.del_cookie(
        cookie_name(settings, audience),
        path=PATH,
        secure=settings.secure_cookies,
        httponly=True,
        samesite=SAME_SITE,
    )
