"""The console's reads over HTTP: charts, reviews, pictures, and the signed exam as PDF.

A picture is given to whoever holds the encounter, once its opening is in the chart: reading
one changes nothing, and no picture is looked at without an entry. Thumbnails are how to choose.
"""

from __future__ import annotations

from aiohttp import web

from server.chart.state import ChartState
from server.conditions.showing import Item, items
from server.console.chart_view import chart_view
from server.console.examining import chart_state
from server.documents.issuing import document
from server.errors import NotFound
from server.http.calls import Call, answer, pdf
from server.http.routes import Route, Subject
from server.reviewing.queue import queue_for
from server.reviewing.refusals import ItemNotOpened
from server.storage import uploads
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.uploads import Part

THUMBNAIL = "image/jpeg"


async def get_chart(call: Call) -> web.StreamResponse:
    """GET /api/v1/console/encounters/{id}."""
    services = call.services
    async with services.database.read() as tx:
        view = await chart_view(tx, services, call.path_id)
    return answer(view)


async def get_exam(call: Call) -> web.StreamResponse:
    """GET /api/v1/console/encounters/{id}/exam.pdf."""
    content = await document(call.services, call.path_id, "exam")
    return pdf(content, f"exam-{call.path_id}")


async def get_reviews(call: Call) -> web.StreamResponse:
    """GET /api/v1/console/reviews."""
    services, who = call.services, call.principal.practitioner_id or ""
    async with services.database.read() as tx:
        view = await queue_for(tx, services, who)
    return answer(view)


async def get_picture(call: Call) -> web.StreamResponse:
    """GET /api/v1/console/encounters/{id}/pictures/{picture}."""
    services = call.services
    async with services.database.read() as tx:
        state = await chart_state(tx, services, call.path_id)
        if not _sent(state, call).opened:
            raise ItemNotOpened
        return await _picture(tx, call, "sealed_image")


async def get_thumbnail(call: Call) -> web.StreamResponse:
    """GET /api/v1/console/encounters/{id}/thumbnails/{picture}."""
    services = call.services
    async with services.database.read() as tx:
        _sent(await chart_state(tx, services, call.path_id), call)
        return await _picture(tx, call, "sealed_thumbnail")


def _sent(state: ChartState, call: Call) -> Item:
    wanted = call.request.match_info["picture"]
    for one in items(state):
        if one.upload_id == wanted:
            return one
    raise NotFound


async def _picture(tx: Tx, call: Call, part: Part) -> web.Response:
    """Return what is stored of a picture; it was encoded by this product."""
    wanted, keyring = call.request.match_info["picture"], call.services.keyring
    try:
        row = await uploads.get(tx, call.path_id, wanted)
        content = await uploads.opened(tx, call.path_id, wanted, part, keyring=keyring)
    except RowMissing:
        raise NotFound from None
    return web.Response(
        body=content,
        content_type=row.media_type if part == "sealed_image" else THUMBNAIL,
        headers={"Content-Disposition": "inline"},
    )


ROUTES = (
    Route("GET", "/api/v1/console/encounters/{id}", get_chart, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/encounters/{id}/exam.pdf", get_exam, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/reviews", get_reviews),
    Route(
        "GET",
        "/api/v1/console/encounters/{id}/pictures/{picture}",
        get_picture,
        Subject.ENCOUNTER,
    ),
    Route(
        "GET",
        "/api/v1/console/encounters/{id}/thumbnails/{picture}",
        get_thumbnail,
        Subject.ENCOUNTER,
    ),
)
