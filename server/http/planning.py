"""The planner's API: one question, one plan, one at a time for each network."""

from __future__ import annotations

from typing import Final

from server.errors import PlanImpossible, PlanRunning, PlanTooLong
from server.http.calls import JSON, Answer, Call
from server.http.operation import Operation
from server.http.places import one_each
from server.http.routes import Route
from server.logging import get_logger
from server.planning.refusals import PlanRefused
from server.plans.asking import question_of
from server.plans.process import plan_beside
from server.views.planning import PlanForm, PlanView

LIMIT_S: Final = 180.0
TAKES: Final = PlanForm

log = get_logger("planning")


class Plans:
    """The plans that are being made just now, by network."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        """Start with none; each may take `limit_s` seconds."""
        self._limit_s = limit_s
        self._places = one_each(PlanRunning)

    async def make(self, call: Call) -> Answer[PlanView]:
        """POST plan: what a roster makes of a demand, and what would help it most."""
        form = await call.form(TAKES)
        network_id = call.principal.organization_id or ""
        began = call.services.clock.now()
        async with self._places.one_of(network_id):
            try:
                question = await question_of(call.services, network_id, form)
                text = await plan_beside(question, limit_s=self._limit_s)
            except PlanRefused as refused:
                raise PlanImpossible(str(refused)) from None
            except TimeoutError:
                raise PlanTooLong from None
        log.info("plan_made", took_ms=(call.services.clock.now() - began) // 1_000)
        return Answer(text=text, content_type=JSON)


def routes() -> tuple[Route, ...]:
    """Return the routes of one server, with their own plans."""
    make = Plans().make
    plan = Operation(
        make,
        name="make_plan",
        text=make.__doc__ or "",
        takes=TAKES,
        gives=PlanView,
        media=JSON,
        refuses=(PlanImpossible, PlanRunning, PlanTooLong),
    )
    return (Route("POST", "/api/v1/ops/plan", plan),)
