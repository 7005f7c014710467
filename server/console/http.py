"""The console's reads over HTTP: charts, reviews, pictures, and the signed exam as PDF.

A picture is given to whoever holds the encounter, once its opening is in the chart: reading
one changes nothing, and no picture is looked at without an entry. Thumbnails are how to choose.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.chart.state import ChartState
from server.conditions.showing import Item, items
from server.console.chart_view import chart_view
from server.console.examining import chart_state
from server.console.noting import note_view
from server.console.signed_exams import signed_exams
from server.documents.issuing import document
from server.errors import NotFound
from server.http.calls import JPEG, Answer, Call, Document, Picture, Query, answer, pdf
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.live.chat import chat_view
from server.reviewing.queue import queue_for
from server.reviewing.refusals import ItemNotOpened
from server.storage import uploads
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.uploads import Part
from server.views import ChartView
from server.views.authorizations import SignedExamsView
from server.views.chat import ChatView
from server.views.notes import NoteView
from server.views.reviews import ReviewsView
from signaling.identifiers import Instant

MS: Final = 1_000
INSTANT_MS_MAX: Final = 10**15 - 1


class SignedQuery(Query):
    """Before when, in milliseconds UTC; before now, unless it is said."""

    before: Annotated[int, Field(ge=0, le=INSTANT_MS_MAX)] = INSTANT_MS_MAX


@operation()
async def get_signed(call: Call, query: SignedQuery) -> Answer[SignedExamsView]:
    """GET signed?before=MS: the exams that one signed, the newest first, a page of them."""
    who = call.principal.practitioner_id or ""
    async with call.services.database.read() as tx:
        before = Instant(query.before * MS)
        view = await signed_exams(tx, call.services, who, before)
    call.told.lists(one.encounter_id for one in view.exams)
    return answer(view)


@operation()
async def get_chart(call: Call) -> Answer[ChartView]:
    """GET encounters/{id}: the chart of an encounter that one may read."""
    services = call.services
    async with services.database.read() as tx:
        view = await chart_view(tx, services, call.path_id)
    return answer(view)


@operation()
async def get_note(call: Call) -> Answer[NoteView]:
    """GET encounters/{id}/note: the note of an encounter of one's own."""
    services = call.services
    async with services.database.read() as tx:
        view = await note_view(tx, services, call.path_id)
    return answer(view)


@operation()
async def get_chat(call: Call) -> Answer[ChatView]:
    """GET encounters/{id}/chat: what was written in the call of an exam that one may read."""
    services = call.services
    async with services.database.read() as tx:
        view = await chat_view(tx, services, call.path_id)
    return answer(view)


@operation()
async def get_exam(call: Call) -> Document:
    """GET encounters/{id}/exam.pdf: the signed exam."""
    content = await document(call.services, call.path_id, "exam")
    return pdf(content, f"exam-{call.path_id}")


@operation()
async def get_reviews(call: Call) -> Answer[ReviewsView]:
    """GET reviews: the packets that one may review, and those that one has."""
    services, who = call.services, call.principal.practitioner_id or ""
    async with services.database.read() as tx:
        view = await queue_for(tx, services, who)
    call.told.lists(one.encounter_id for one in view.reviews)
    return answer(view)


@operation(ItemNotOpened)
async def get_picture(call: Call) -> Picture:
    """GET encounters/{id}/pictures/{picture}: a photo or page that was opened."""
    services = call.services
    async with services.database.read() as tx:
        state = await chart_state(tx, services, call.path_id)
        if not _sent(state, call).opened:
            raise ItemNotOpened
        return await _picture(tx, call, "sealed_image")


@operation()
async def get_thumbnail(call: Call) -> Picture:
    """GET encounters/{id}/thumbnails/{picture}: too small to judge by."""
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


async def _picture(tx: Tx, call: Call, part: Part) -> Picture:
    """Return what is stored of a picture; it was encoded by this product."""
    wanted, keyring = call.request.match_info["picture"], call.services.keyring
    try:
        row = await uploads.get(tx, call.path_id, wanted)
        content = await uploads.opened(tx, call.path_id, wanted, part, keyring=keyring)
    except RowMissing:
        raise NotFound from None
    return Picture(
        body=content,
        content_type=row.media_type if part == "sealed_image" else JPEG,
        headers={"Content-Disposition": "inline"},
    )


ROUTES = (
    Route("GET", "/api/v1/console/signed", get_signed),
    Route("GET", "/api/v1/console/encounters/{id}", get_chart, Subject.ENCOUNTER_READ),
    Route("GET", "/api/v1/console/encounters/{id}/note", get_note, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/encounters/{id}/chat", get_chat, Subject.ENCOUNTER_READ),
    Route("GET", "/api/v1/console/encounters/{id}/exam.pdf", get_exam, Subject.ENCOUNTER_READ),
    Route("GET", "/api/v1/console/reviews", get_reviews),
    Route(
        "GET",
        "/api/v1/console/encounters/{id}/pictures/{picture}",
        get_picture,
        Subject.ENCOUNTER_READ,
    ),
    Route(
        "GET",
        "/api/v1/console/encounters/{id}/thumbnails/{picture}",
        get_thumbnail,
        Subject.ENCOUNTER_READ,
    ),
)
