"""Headers of every answer, errors and upgrades included.

Pages load nothing from elsewhere, run nothing written into them, stand in no frame, and have no
device but camera, microphone and what keeps passkeys. A browser keeps nothing but assets, whose
names change with their content, and tiles of the log, which never change: on a shared tablet,
Back shows nothing.
Whoever signs out takes along what the browser kept for them (`FORGET`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

UNCHANGING: Final = ("/assets/", "/log/tile/")
NO_STORE: Final = "no-store"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
HSTS: Final = "max-age=31536000; includeSubDomains"
# Not cookies: those of other audiences stay, a tablet is still the site's.
FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}

# What pages ask browsers for. A browser gives a page everything that is not closed here.
OWN_FEATURES: Final = (
    *("camera", "microphone", "display-capture"),
    *("publickey-credentials-create", "publickey-credentials-get"),  # passkeys
)
CLOSED_FEATURES: Final = (
    "accelerometer",
    "browsing-topics",
    "compute-pressure",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "midi",
    "otp-credentials",
    "payment",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)


def security_headers(origin: str, origins: Iterable[str]) -> dict[str, str]:
    """Return what every answer carries.

    Args:
        origin: where this server is reached; `https` adds HSTS.
        origins: every origin that the pages are served under.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(origins),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": permissions_policy(),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",  # browsers that do not know frame-ancestors
    }
    if origin.startswith("https://"):
        headers["Strict-Transport-Security"] = HSTS
    return headers


def content_security_policy(origins: Iterable[str]) -> str:
    """Return the policy: everything from here, sockets to here, nothing inline."""
    # A policy cannot name an IPv6 address (CSP3, host-source); 'self' covers it.
    named = (origin for origin in origins if "[" not in origin)
    sockets = sorted(f"ws{origin.removeprefix('http')}" for origin in named)
    directives: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": " ".join(("'self'", *sockets)),
        "media-src": "'self' blob:",
        # Pico's check marks and arrows are data: pictures in its style sheet.
        "img-src": "'self' data: blob:",
        "manifest-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def permissions_policy() -> str:
    """Return the policy: what pages use is theirs alone, the rest is nobody's."""
    own = (f"{name}=(self)" for name in OWN_FEATURES)
    return ", ".join((*own, *(f"{name}=()" for name in CLOSED_FEATURES)))


def install(app: web.Application, headers: Mapping[str, str]) -> None:
    """Add the headers to whatever this application answers."""

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        unchanging = request.path.startswith(UNCHANGING)
        kept = unchanging and response.status in {200, 206, 304}
        response.headers["Cache-Control"] = IMMUTABLE if kept else NO_STORE
        response.headers.popall("Server", None)

    app.on_response_prepare.append(add_headers)
