"""`/metrics` for Prometheus: with the token, or from this machine when none is set.

Anybody else is told that there is no such thing. A request that a proxy passed on is not from
this machine, whatever its connection says.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Final

from aiohttp import web

from server.errors import NotFound
from server.http.calls import Call
from server.http.operation import Operation
from server.http.routes import Route
from server.origins import is_loopback

TEXT_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED: Final = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


async def get_metrics(call: Call) -> web.StreamResponse:
    """GET /metrics: all metrics as text."""
    if not _may_read(call):
        raise NotFound
    return web.Response(
        body=await call.services.oversight.exposition(), headers={"Content-Type": TEXT_FORMAT}
    )


def _may_read(call: Call) -> bool:
    token = call.services.settings.metrics_token
    if token is None:
        forwarded = any(name in call.request.headers for name in FORWARDED)
        return not forwarded and is_loopback(_peer(call.request))
    given = call.request.headers.get("Authorization", "")
    wanted = f"Bearer {token.get_secret_value()}"
    return compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode())


def _peer(request: web.Request) -> str | None:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return str(peer[0]) if isinstance(peer, tuple) else None


METRICS: Final = Operation(
    get_metrics,
    name="get_metrics",
    text=get_metrics.__doc__ or "",
    media="text/plain",
    refuses=(NotFound,),
)
ROUTES: Final = (Route("GET", "/metrics", METRICS),)
