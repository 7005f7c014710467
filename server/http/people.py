"""People over HTTP: for those who decide about them, for the invited and for the locked out."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

from server import auditing
from server.access import Resource, Role
from server.auditing import Action
from server.browsers import browser_of
from server.errors import NotFound, SignInFailed, TooManyAttempts
from server.federation.refusals import NoWayIn
from server.http.calls import Answer, Call, EmptyForm, Query, answer
from server.http.changes import event_about
from server.http.cookies import read_cookie, read_known, write_cookie
from server.http.operation import operation
from server.http.routes import Route, Subject, resource_of_people
from server.people import accepting, changing, giving, inviting, listing, recovering
from server.people.inviting import Wanted
from server.people.refusals import (
    BeyondOneself,
    InvitationOver,
    InvitationsFull,
    InvitationUnknown,
    LetInElsewhere,
    LoginTaken,
    NotApproved,
    OwnAccount,
    PhraseWrong,
)
from server.proofs.refusals import LocalSignInClosed
from server.proofs.ways import Proven, Way
from server.sign_in import begin_session, resolve_session
from server.storage import invitations
from server.storage.directory import Account
from server.storage.errors import RowMissing
from server.views import AccountView
from server.views.people import (
    InvitationForm,
    InvitationView,
    JoinForm,
    NewInvitationView,
    PeopleView,
    PhraseForm,
    RecoveryAskedView,
    RecoveryForm,
    RoleForm,
    SecretForm,
)

MS: Final = 1_000


class PeopleQuery(Query):
    """Part of a name or login; without it, everybody."""

    words: Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)] = ""


# ------------------------------------------------------------------ those who decide


@operation()
async def get_people(call: Call, query: PeopleQuery) -> Answer[PeopleView]:
    """GET people: who signs in for one's organization, is invited, or asks to be let in."""
    async with call.services.database.read() as tx:
        view = await listing.people_view(tx, call.services, call.principal, words=query.words)
    return answer(view)


@operation(BeyondOneself, LoginTaken, InvitationsFull)
async def post_invitation(call: Call, form: InvitationForm) -> Answer[NewInvitationView]:
    """POST people/invitations: a link for one person, shown this once."""
    services, who = call.services, call.principal
    await _require_organization(call, form.organization_id)
    role = Role(form.role)
    giving.require_giver(who.role, role)
    wanted = Wanted(
        role, form.login, form.display_name, form.profession, form.npi, form.languages
    )
    async with services.database.write() as tx:
        made = await inviting.invite(
            tx, services, form.organization_id, wanted, by=auditing.actor_of(who)
        )
        await auditing.note(tx, event_about(call, Action.INVITED, made.invitation.id))
        page = await listing.people_view(tx, services, who)
    expires_at_ms = made.invitation.expires_at // MS
    return answer(NewInvitationView(url=made.url, expires_at_ms=expires_at_ms, page=page))


@operation(BeyondOneself)
async def delete_invitation(call: Call) -> Answer[PeopleView]:
    """DELETE people/invitations/{id}: it cannot be accepted any more."""
    services, who = call.services, call.principal
    async with services.database.write() as tx:
        invited = await invitations.get(tx, call.path_id)
        giving.require_giver(who.role, invited.role)
        await inviting.withdraw(tx, services, invited.id)
        await auditing.note(tx, event_about(call, Action.UNINVITED))
        return answer(await listing.people_view(tx, services, who))


@operation(BeyondOneself, OwnAccount, NoWayIn)
async def put_role(call: Call, form: RoleForm) -> Answer[PeopleView]:
    """PUT people/{id}/role: what somebody is from now on; their sessions end."""
    event = event_about(call, Action.ROLE_CHANGED, into=form.role)
    await changing.set_role(
        call.services, call.principal, call.path_id, Role(form.role), event=event
    )
    return await _page(call)


@operation(BeyondOneself, OwnAccount, NoWayIn)
async def post_close(call: Call, _: EmptyForm) -> Answer[PeopleView]:
    """POST people/{id}/close: they sign in no more.

    Their sessions end at once, sockets and legs with them. A practitioner goes off duty; an
    offer that rings is withdrawn.
    """
    event = event_about(call, Action.ACCOUNT_CLOSED)
    await changing.close(call.services, call.principal, call.path_id, event=event)
    return await _page(call)


@operation(BeyondOneself, OwnAccount)
async def post_reopen(call: Call, _: EmptyForm) -> Answer[PeopleView]:
    """POST people/{id}/reopen: they sign in again, by what they did before."""
    event = event_about(call, Action.ACCOUNT_REOPENED)
    await changing.reopen(call.services, call.principal, call.path_id, event=event)
    return await _page(call)


@operation(BeyondOneself, OwnAccount, LetInElsewhere, PhraseWrong, TooManyAttempts)
async def post_approval(call: Call, form: PhraseForm) -> Answer[PeopleView]:
    """POST people/{id}/recovery/approve: who reads out these words may choose a password."""
    event = event_about(call, Action.RECOVERY_ALLOWED)
    await recovering.approve(
        call.services, call.principal, call.path_id, form.phrase, event=event
    )
    return await _page(call)


@operation(BeyondOneself, OwnAccount)
async def post_refusal(call: Call, _: EmptyForm) -> Answer[PeopleView]:
    """POST people/{id}/recovery/refuse: whatever is asked for the account ends."""
    event = event_about(call, Action.RECOVERY_REFUSED)
    await recovering.refuse(call.services, call.principal, call.path_id, event=event)
    return await _page(call)


async def _page(call: Call) -> Answer[PeopleView]:
    async with call.services.database.read() as tx:
        return answer(await listing.people_view(tx, call.services, call.principal))


async def _require_organization(call: Call, organization_id: str) -> None:
    """Ask the policy about an organization that only the body names."""
    try:
        async with call.services.database.read() as tx:
            resource: Resource = await resource_of_people(tx, organization_id)
    except RowMissing:
        raise NotFound from None
    call.require(resource)


# ------------------------------------------------------------------ those who are let in


@operation(InvitationUnknown, InvitationOver, TooManyAttempts)
async def look_at_invitation(call: Call, form: SecretForm) -> Answer[InvitationView]:
    """POST invitations/look: whom a link names; nothing is used up by it."""
    return answer(await accepting.look(call.services, form.secret, address=call.address))


@operation(
    *(InvitationUnknown, InvitationOver, LoginTaken, SignInFailed, TooManyAttempts),
    LocalSignInClosed,
)
async def accept_invitation(call: Call, form: JoinForm) -> Answer[AccountView]:
    """POST invitations/accept: a password is chosen, and the account is there, once.

    It sets the cookie. Where a second factor is required, that is enrolled first.
    """
    account = await accepting.accept(
        call.services, form.secret, form.password, address=call.address, route=call.key
    )
    return await _entered(call, account)


@operation(TooManyAttempts)
async def post_recovery(call: Call, form: RecoveryForm) -> Answer[RecoveryAskedView]:
    """POST recoveries: somebody cannot sign in; the answer is the same for every login."""
    services, audience = call.services, form.audience
    asked = await recovering.ask(
        services,
        audience,
        form.login,
        address=call.address,
        known=read_known(services.settings, call.request, audience),
        route=call.key,
    )
    return answer(
        RecoveryAskedView(
            secret=asked.secret, phrase=asked.phrase, expires_at_ms=asked.expires_at // MS
        )
    )


@operation(NotApproved, SignInFailed, TooManyAttempts, LocalSignInClosed)
async def finish_recovery(call: Call, form: JoinForm) -> Answer[AccountView]:
    """POST recoveries/finish: a new password, once it was approved. It sets the cookie.

    What was lost, the password of before and every session end.
    """
    account = await recovering.finish(
        call.services, form.secret, form.password, address=call.address, route=call.key
    )
    return await _entered(call, account)


async def _entered(call: Call, account: Account) -> Answer[AccountView]:
    """Begin the session of somebody who just chose a password."""
    services, settings, audience = call.services, call.services.settings, account.audience
    begun, view = await begin_session(
        services,
        audience,
        Proven(account, Way.PASSWORD),
        cookie_value=read_cookie(settings, call.request, audience),
        agent=browser_of(call.request.headers.get("User-Agent", "")),
    )
    call.told.principal = await resolve_session(
        services, audience, begun.session_id, touch=False
    )
    response = answer(view)
    write_cookie(settings, response, audience, begun.session_id)
    return response


def routes_of(page: str) -> tuple[Route, ...]:
    """Return the routes of those who decide, under one page."""
    path, person = f"/api/v1/{page}/people", Subject.ACCOUNT
    one = f"{path}/{{id}}"
    return (
        Route("GET", path, get_people),
        Route("POST", f"{path}/invitations", post_invitation, Subject.IN_BODY),
        Route("DELETE", f"{path}/invitations/{{id}}", delete_invitation, Subject.INVITATION),
        Route("PUT", f"{one}/role", put_role, person),
        Route("POST", f"{one}/close", post_close, person),
        Route("POST", f"{one}/reopen", post_reopen, person),
        Route("POST", f"{one}/recovery/approve", post_approval, person),
        Route("POST", f"{one}/recovery/refuse", post_refusal, person),
    )


ROUTES: Final = (
    *routes_of("portal"),
    *routes_of("ops"),
    Route("POST", "/api/v1/invitations/look", look_at_invitation),
    Route("POST", "/api/v1/invitations/accept", accept_invitation),
    Route("POST", "/api/v1/recoveries", post_recovery),
    Route("POST", "/api/v1/recoveries/finish", finish_recovery),
)
