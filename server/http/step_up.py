"""Proving again who one is; the same for every staff audience."""

from __future__ import annotations

from typing import Final

from server.errors import SignInFailed, TooManyAttempts
from server.http.calls import Answer, Call, answer
from server.http.cookies import read_cookie, write_cookie
from server.http.operation import Operation, operation
from server.http.routes import Route
from server.proofs import stepping_up
from server.proofs.refusals import CodeRefused, CodeRequired, CodeUsed
from server.proofs.stepping_up import Standing
from server.proofs.ways import Presented, StaffAudience
from server.views.proofs import StepUpForm, StepUpView

MS: Final = 1_000


@operation()
async def get_step_up(call: Call) -> Answer[StepUpView]:
    """GET session/step-up: what is asked for, and until when the last proof is fresh."""
    return answer(_view(await stepping_up.standing(call.services, call.principal)))


def proving_again(audience: StaffAudience) -> Operation:
    """Return the handler that makes a session fresh, under another cookie."""

    @operation(SignInFailed, CodeRequired, CodeRefused, CodeUsed, TooManyAttempts)
    async def post_step_up(call: Call, form: StepUpForm) -> Answer[StepUpView]:
        """POST session/step-up: prove again who one is; it sets another cookie.

        Sockets that are open go on, and what they ask for counts as freshly proved.
        """
        services = call.services
        done = await stepping_up.step_up(
            services,
            call.principal,
            Presented(password=form.password or "", code=form.code),
            cookie_value=read_cookie(services.settings, call.request, audience),
            route=call.key,
        )
        response = answer(_view(done.standing))
        write_cookie(services.settings, response, audience, done.cookie)
        return response

    return post_step_up


def _view(standing: Standing) -> StepUpView:
    return StepUpView(ways=list(standing.ways), fresh_until_ms=standing.fresh_until // MS)


def routes_of(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the routes of one page's people."""
    path = f"/api/v1/{page}/session/step-up"
    return (Route("GET", path, get_step_up), Route("POST", path, proving_again(audience)))


ROUTES: Final = (
    *routes_of("console", "practitioner"),
    *routes_of("portal", "spa"),
    *routes_of("ops", "ops"),
)
