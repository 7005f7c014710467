"""The console's reads over HTTP: one chart, and the signed exam as PDF."""

from __future__ import annotations

from server.console.chart_view import chart_view
from server.documents.issuing import document
from server.http.calls import Answer, Call, Document, answer, pdf
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.views import ChartView


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
    Route("GET", "/api/v1/console/encounters/{id}", get_chart, Subject.ENCOUNTER),
    Route("GET", "/api/v1/console/encounters/{id}/exam.pdf", get_exam, Subject.ENCOUNTER),
)
