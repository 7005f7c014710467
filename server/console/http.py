"""The console's reads over HTTP: one chart, and the signed exam as PDF."""

from __future__ import annotations

from aiohttp import web

from server.console.chart_view import chart_view
from server.documents.issuing import document
from server.http.calls import Call, answer, pdf
from server.http.routes import Route, Subject


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


ROUTES = (
    Route("GET", "/api/v1/console/encounters/{id}", get_chart, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/encounters/{id}/exam.pdf", get_exam, Subject.ENCOUNTER),
)
