"""Proving again who one is; the same for every staff audience."""

from __future__ import annotations

from typing import Final

from server.errors import SignInFailed, TooManyAttempts
from server.http.calls import Answer, Call, EmptyForm, answer
from server.http.cookies import read_cookie, write_cookie
from server.http.operation import Operation, operation
from server.http.routes import Route
from server.proofs import passkey_proof, stepping_up
from server.proofs.refusals import (
    ChallengeOver,
    CodeRefused,
    CodeRequired,
    CodeUsed,
    NoPasskeysHere,
    PasskeyRefused,
    PasskeyRequired,
)
from server.proofs.relying_party import passkey_host
from server.proofs.stepping_up import Standing, SteppedUp
from server.proofs.ways import Presented, StaffAudience
from server.views.passkeys import PasskeyForm, PasskeyRequestView
from server.views.proofs import StepUpForm, StepUpView

MS: Final = 1_000


@operation()
async def get_step_up(call: Call) -> Answer[StepUpView]:
    """GET session/step-up: what is asked for, and until when the last proof is fresh."""
    return answer(step_up_view(call, await stepping_up.standing(call.services, call.principal)))


def proving_again(audience: StaffAudience) -> Operation:
    """Return the handler that makes a session fresh, under another cookie."""

    @operation(
        *(SignInFailed, CodeRequired, PasskeyRequired, CodeRefused, CodeUsed, TooManyAttempts)
    )
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
        return _stepped_up(call, audience, done)

    return post_step_up


def asking_again(audience: StaffAudience) -> Operation:
    """Return the handler that says what a passkey of the account is to answer."""

    @operation(NoPasskeysHere, TooManyAttempts)
    async def post_step_up_options(call: Call, _: EmptyForm) -> Answer[PasskeyRequestView]:
        """POST session/step-up/passkey-options: what one's own passkey is to answer."""
        asking = stepping_up.asking_of(call.principal, audience)
        return answer(await passkey_proof.begin(call.services, asking))

    return post_step_up_options


def proving_by_passkey(audience: StaffAudience) -> Operation:
    """Return the handler that makes a session fresh by a passkey, under another cookie."""

    @operation(NoPasskeysHere, SignInFailed, PasskeyRefused, ChallengeOver)
    async def post_step_up_passkey(call: Call, form: PasskeyForm) -> Answer[StepUpView]:
        """POST session/step-up/passkey: prove it by a passkey; it sets another cookie."""
        services = call.services
        done = await stepping_up.step_up_by_passkey(
            services,
            call.principal,
            stepping_up.asking_of(call.principal, audience),
            form,
            cookie_value=read_cookie(services.settings, call.request, audience),
            route=call.key,
        )
        return _stepped_up(call, audience, done)

    return post_step_up_passkey


def _stepped_up(call: Call, audience: StaffAudience, done: SteppedUp) -> Answer[StepUpView]:
    response = answer(step_up_view(call, done.standing))
    write_cookie(call.services.settings, response, audience, done.cookie)
    return response


def step_up_view(call: Call, standing: Standing) -> StepUpView:
    """Return how a session stands, as its page reads it."""
    return StepUpView(
        ways=list(standing.ways),
        passkey_host=passkey_host(call.services.settings),
        fresh_until_ms=standing.fresh_until // MS,
    )


def routes_of(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the routes of one page's people."""
    path = f"/api/v1/{page}/session/step-up"
    return (
        Route("GET", path, get_step_up),
        Route("POST", path, proving_again(audience)),
        Route("POST", f"{path}/passkey-options", asking_again(audience)),
        Route("POST", f"{path}/passkey", proving_by_passkey(audience)),
    )


ROUTES: Final = (
    *routes_of("console", "practitioner"),
    *routes_of("portal", "spa"),
    *routes_of("ops", "ops"),
)
