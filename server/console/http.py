"""The console's reads over HTTP: one chart, and the signed exam as PDF."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.console.chart_view import chart_view
from server.console.signed_exams import signed_exams
from server.documents.issuing import document
from server.http.calls import Answer, Call, Document, Query, answer, pdf
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.views import ChartView
from server.views.authorizations import SignedExamsView
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
        return answer(await signed_exams(tx, call.services, who, before))


@operation()
async def get_chart(call: Call) -> Answer[ChartView]:
    """GET encounters/{id}: the chart of an encounter of one's own."""
    services = call.services
    async with services.database.read() as tx:
        view = await chart_view(tx, services, call.path_id)
    return answer(view)


@operation()
async def get_exam(call: Call) -> Document:
    """GET encounters/{id}/exam.pdf: the signed exam."""
    content = await document(call.services, call.path_id, "exam")
    return pdf(content, f"exam-{call.path_id}")


ROUTES = (
    Route("GET", "/api/v1/console/signed", get_signed),
    Route("GET", "/api/v1/console/encounters/{id}", get_chart, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/encounters/{id}/exam.pdf", get_exam, Subject.ENCOUNTER),
)
