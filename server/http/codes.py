"""Second factors over HTTP: everybody their own, on each page; and where they are required."""

from __future__ import annotations

from typing import Final

from server import auditing
from server.auditing import Action
from server.errors import NotFound, SignInFailed, TooManyAttempts
from server.http.calls import Answer, Call, EmptyForm, Nothing, answer, nothing
from server.http.changes import event_about, event_of
from server.http.cookies import write_cookie
from server.http.operation import Operation, operation
from server.http.own_factors import hang_up, own_account
from server.http.routes import Route
from server.proofs import enrolment, own_password, policies, proving
from server.proofs.refusals import (
    AlreadyEnrolled,
    CodeRefused,
    LastFactor,
    NotEnrolled,
)
from server.proofs.ways import StaffAudience
from server.storage import directory
from server.storage.errors import RowMissing
from server.views.proofs import (
    CodeForm,
    FactorsView,
    GeneratorForm,
    NewGeneratorView,
    PasswordForm,
    RecoveryCodesView,
    SignInPoliciesView,
    SignInPolicyForm,
)

POLICY: Final = "/api/v1/compliance/sign-in-policy"


@operation()
async def get_factors(call: Call) -> Answer[FactorsView]:
    """GET factors: what this account proves itself by."""
    async with call.services.database.read() as tx:
        return answer(
            await enrolment.factors_view(tx, call.services, await own_account(tx, call))
        )


@operation(AlreadyEnrolled)
async def post_generator(call: Call, form: GeneratorForm) -> Answer[NewGeneratorView]:
    """POST code-generators: a new one, that counts once it is confirmed."""
    services = call.services
    async with services.database.write() as tx:
        made = await enrolment.begin(tx, services, await own_account(tx, call), form.label)
    return answer(NewGeneratorView(id=made.generator_id, secret=made.secret, uri=made.uri))


def confirming(audience: StaffAudience) -> Operation:
    """Return the handler that lets a generator count, under another cookie."""

    @operation(CodeRefused, TooManyAttempts)
    async def confirm_generator(call: Call, form: CodeForm) -> Answer[RecoveryCodesView]:
        """POST code-generators/{id}/confirm: it counts from now on, and the session with it.

        The answer sets another cookie; all other sessions of the account end.
        """
        services = call.services
        async with services.database.read() as tx:
            account = await own_account(tx, call)
        guesser = proving.Guesser(call.principal.session)
        guessed = await proving.guess(services, guesser, account, form.code)
        async with services.database.write() as tx:
            done = await enrolment.confirm(
                tx, services, account, call.path_id, form.code, session=call.principal.session
            )
            await auditing.note(tx, event_of(call, Action.ENROLLED))
            factors = await enrolment.factors_view(tx, services, account)
        await proving.right(services, guessed)
        await hang_up(call, done.ended)
        response = answer(RecoveryCodesView(codes=done.recovery_codes, factors=factors))
        write_cookie(services.settings, response, audience, done.cookie)
        return response

    return confirm_generator


@operation(LastFactor)
async def delete_generator(call: Call) -> Answer[FactorsView]:
    """DELETE code-generators/{id}: it counts no more."""
    services = call.services
    async with services.database.write() as tx:
        account = await own_account(tx, call)
        await enrolment.remove(tx, services, account, call.path_id)
        await auditing.note(tx, event_of(call, Action.UNENROLLED))
        return answer(await enrolment.factors_view(tx, services, account))


@operation(NotEnrolled)
async def post_recovery_codes(call: Call, _: EmptyForm) -> Answer[RecoveryCodesView]:
    """POST recovery-codes: new ones; the old ones end."""
    services = call.services
    async with services.database.write() as tx:
        account = await own_account(tx, call)
        made = await enrolment.new_recovery_codes(tx, services, account)
        await auditing.note(tx, event_of(call, Action.ENROLLED))
        factors = await enrolment.factors_view(tx, services, account)
    return answer(RecoveryCodesView(codes=made, factors=factors))


def changing_password(audience: StaffAudience) -> Operation:
    """Return the handler that changes a password, under another cookie."""

    @operation(SignInFailed, TooManyAttempts)
    async def put_password(call: Call, form: PasswordForm) -> Nothing:
        """PUT password: with the one of before; all other sessions of the account end."""
        services, session = call.services, call.principal.session
        await proving.confirm_password(services, call.principal, form.current)
        async with services.database.read() as tx:
            account = await own_account(tx, call)
        password_hash = await own_password.checked_hash(services, account, form.password)
        async with services.database.write() as tx:
            cookie, ended = await own_password.change(
                tx, services, account, password_hash, session=session
            )
            await auditing.note(tx, event_of(call, Action.PASSWORD_CHANGED))
        await hang_up(call, ended)
        response = nothing()
        write_cookie(services.settings, response, audience, cookie)
        return response

    return put_password


# ------------------------------------------------------------------ where it is required


@operation()
async def get_policy(call: Call) -> Answer[SignInPoliciesView]:
    """GET sign-in-policy: where the network and its spas require a second factor."""
    async with call.services.database.read() as tx:
        return answer(await enrolment.policies_view(tx, call.services, _network(call)))


@operation()
async def put_sign_in_policy(call: Call, form: SignInPolicyForm) -> Answer[SignInPoliciesView]:
    """PUT sign-in-policy: of the network or one of its spas.

    Where it is required from now on, sessions that rest on a password alone end.
    """
    services = call.services
    try:
        async with services.database.write() as tx:
            organization = await directory.organization(tx, form.organization_id)
            if _network(call) not in policies.chain_of(organization):
                raise NotFound
            event = event_about(
                call,
                Action.POLICY_CHANGED,
                organization.organization_id,
                into=form.second_factor,
            )
            ended = await policies.set_second_factor(
                tx, services, organization, form.second_factor, by=event.actor
            )
            await auditing.note(tx, event)
            view = await enrolment.policies_view(tx, services, _network(call))
    except RowMissing:
        raise NotFound from None
    await hang_up(call, ended)
    return answer(view)


# ------------------------------------------------------------------


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


def routes_of(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the routes of one page."""
    path = f"/api/v1/{page}"
    return (
        Route("GET", f"{path}/factors", get_factors),
        Route("POST", f"{path}/code-generators", post_generator),
        Route("POST", f"{path}/code-generators/{{id}}/confirm", confirming(audience)),
        Route("DELETE", f"{path}/code-generators/{{id}}", delete_generator),
        Route("POST", f"{path}/recovery-codes", post_recovery_codes),
        Route("PUT", f"{path}/password", changing_password(audience)),
    )


ROUTES: Final = (
    *routes_of("console", "practitioner"),
    *routes_of("portal", "spa"),
    *routes_of("ops", "ops"),
    Route("GET", POLICY, get_policy),
    Route("PUT", POLICY, put_sign_in_policy),
)
