"""Passkeys over HTTP: everybody their own, on each page; and signing in with one."""

from __future__ import annotations

from typing import Final

from server import auditing
from server.auditing import Action
from server.errors import SignInFailed, TooManyAttempts
from server.http.calls import Answer, Call, EmptyForm, answer
from server.http.changes import event_of
from server.http.cookies import read_cookie, read_known, write_cookie
from server.http.operation import Operation, operation
from server.http.own_factors import hang_up, own_account
from server.http.routes import Route
from server.http.staff import agent_of, let_in
from server.proofs import enrolment, passkey_proof, passkeys
from server.proofs.challenges import Asking, Purpose
from server.proofs.refusals import (
    AlreadyEnrolled,
    ChallengeOver,
    LastFactor,
    LocalSignInClosed,
    NoPasskeysHere,
    PasskeyRefused,
)
from server.proofs.ways import StaffAudience
from server.sign_in import begin_session
from server.views import AccountView
from server.views.passkeys import (
    NewPasskeyForm,
    PasskeyCreationView,
    PasskeyForm,
    PasskeyLabelForm,
    PasskeyRequestView,
)
from server.views.proofs import FactorsView, RecoveryCodesView


def _registering(call: Call, audience: StaffAudience) -> Asking:
    who = call.principal
    return Asking(Purpose.REGISTER, audience, who.account_id or "", who.session)


def asking_for_one(audience: StaffAudience) -> Operation:
    """Return the handler that says what a browser is to make."""

    @operation(NoPasskeysHere, AlreadyEnrolled, TooManyAttempts)
    async def post_passkey_options(call: Call, _: EmptyForm) -> Answer[PasskeyCreationView]:
        """POST passkeys/options: what the browser is to make, within five minutes."""
        async with call.services.database.read() as tx:
            account = await own_account(tx, call)
        asking = _registering(call, audience)
        return answer(await passkeys.begin(call.services, account, asking))

    return post_passkey_options


def registering(audience: StaffAudience) -> Operation:
    """Return the handler that lets a passkey count, under another cookie."""

    @operation(NoPasskeysHere, AlreadyEnrolled, PasskeyRefused, ChallengeOver)
    async def post_passkey(call: Call, form: NewPasskeyForm) -> Answer[RecoveryCodesView]:
        """POST passkeys: it counts from now on, and the session with it.

        The answer sets another cookie; all other sessions of the account end.
        """
        services = call.services
        made = await passkeys.attest(services, _registering(call, audience), form)
        async with services.database.write() as tx:
            account = await own_account(tx, call)
            done = await enrolment.register(
                tx, services, account, made, form, session=call.principal.session
            )
            await auditing.note(tx, event_of(call, Action.ENROLLED))
            factors = await enrolment.factors_view(tx, services, account)
        await hang_up(call, done.ended)
        response = answer(RecoveryCodesView(codes=done.recovery_codes, factors=factors))
        write_cookie(services.settings, response, audience, done.cookie)
        return response

    return post_passkey


@operation()
async def put_passkey(call: Call, form: PasskeyLabelForm) -> Answer[FactorsView]:
    """PUT passkeys/{id}: call it something else."""
    services = call.services
    async with services.database.write() as tx:
        account = await own_account(tx, call)
        await passkeys.relabel(tx, account, call.path_id, form.label)
        return answer(await enrolment.factors_view(tx, services, account))


@operation(LastFactor)
async def delete_passkey(call: Call) -> Answer[FactorsView]:
    """DELETE passkeys/{id}: it counts no more."""
    services = call.services
    async with services.database.write() as tx:
        account = await own_account(tx, call)
        await passkeys.remove(tx, services, account, call.path_id)
        await auditing.note(tx, event_of(call, Action.UNENROLLED))
        return answer(await enrolment.factors_view(tx, services, account))


# ------------------------------------------------------------------ signing in


def asking_who(audience: StaffAudience) -> Operation:
    """Return the handler that says what a browser is to answer, whoever sits there."""

    @operation(NoPasskeysHere)
    async def post_sign_in_options(call: Call, _: EmptyForm) -> Answer[PasskeyRequestView]:
        """POST session/passkey-options: what a passkey is to answer, within five minutes.

        It is the same for everybody, and says nothing about accounts.
        """
        asking = Asking(Purpose.SIGN_IN, audience)
        return answer(await passkey_proof.begin(call.services, asking))

    return post_sign_in_options


def signing_in(audience: StaffAudience) -> Operation:
    """Return the handler that lets somebody in by a passkey and sets the cookie."""

    @operation(
        *(NoPasskeysHere, SignInFailed, PasskeyRefused, ChallengeOver, TooManyAttempts),
        LocalSignInClosed,
    )
    async def post_sign_in(call: Call, form: PasskeyForm) -> Answer[AccountView]:
        """POST session/passkey: sign in by a passkey, and nothing else; it sets the cookie."""
        services = call.services
        proven = await passkey_proof.finish(
            services,
            Asking(Purpose.SIGN_IN, audience),
            form,
            address=call.address,
            known=read_known(services.settings, call.request, audience),
        )
        begun, view = await begin_session(
            services,
            audience,
            proven,
            cookie_value=read_cookie(services.settings, call.request, audience),
            agent=agent_of(call),
        )
        return await let_in(call, audience, begun, view)

    return post_sign_in


def routes_of(page: str, audience: StaffAudience) -> tuple[Route, ...]:
    """Return the routes of one page."""
    path = f"/api/v1/{page}"
    return (
        Route("POST", f"{path}/passkeys/options", asking_for_one(audience)),
        Route("POST", f"{path}/passkeys", registering(audience)),
        Route("PUT", f"{path}/passkeys/{{id}}", put_passkey),
        Route("DELETE", f"{path}/passkeys/{{id}}", delete_passkey),
        Route("POST", f"{path}/session/passkey-options", asking_who(audience)),
        Route("POST", f"{path}/session/passkey", signing_in(audience)),
    )


ROUTES: Final = (
    *routes_of("console", "practitioner"),
    *routes_of("portal", "spa"),
    *routes_of("ops", "ops"),
)
