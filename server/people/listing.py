"""The page of an organization's people: who signs in, who is invited, who asks to be let in."""

from __future__ import annotations

from typing import Final

from server.access import SPA_ROLES, Principal, Role
from server.people import giving
from server.proofs import policies
from server.services import Core
from server.session_times import idle_s
from server.storage import directory, invitations, people, recoveries
from server.storage.directory import Account, Organization
from server.storage.invitations import Invitation
from server.storage.people import Standing
from server.storage.recoveries import Recovery
from server.storage.statements import Tx
from server.views.people import (
    ROLE_NAMES,
    OpenInvitationView,
    PeopleView,
    PersonView,
    PlaceView,
    RecoveryView,
    RoleName,
)

PEOPLE_MAX: Final = 200  # on one page; more are found by name
MS: Final = 1_000
NOTHING: Final = Standing()


async def people_view(tx: Tx, core: Core, who: Principal, *, words: str = "") -> PeopleView:
    """Return the people of whoever asks.

    Args:
        tx: reads them.
        core: the running server.
        who: a manager or director sees their spa's, compliance its network's and its spas'.
        words: part of a name or login; empty: everybody.
    """
    places = await _places(tx, who)
    ids = [one.organization_id for one in places]
    found = await people.accounts_among(tx, ids, words=words, limit=PEOPLE_MAX + 1)
    shown, now = found[:PEOPLE_MAX], core.clock.now()
    account_ids = [one.account_id for one in shown]
    idle = idle_s(core.settings, who.audience or "ops")
    standings = await people.standings(tx, account_ids, now=now, idle_s=idle)
    examining = await people.practitioners_among(tx, account_ids)
    asked: dict[str, list[Recovery]] = {}
    for one in await recoveries.going_on(tx, account_ids, now):
        asked.setdefault(one.account_id, []).append(one)
    invited = await invitations.open_of(tx, ids, now, PEOPLE_MAX)
    return PeopleView(
        people=[
            _person(
                one,
                who,
                standings.get(one.account_id, NOTHING),
                asked.get(one.account_id, []),
                examining.get(one.account_id),
            )
            for one in shown
        ],
        more=len(found) > len(shown),
        invitations=[_invitation(one, who) for one in invited],
        organizations=[_place(one, who) for one in places],
    )


async def _places(tx: Tx, who: Principal) -> list[Organization]:
    own = who.organization_id or ""
    if who.role in SPA_ROLES:
        return [await directory.organization(tx, own)]
    return await policies.within(tx, own)


def _person(
    one: Account,
    who: Principal,
    standing: Standing,
    asked: list[Recovery],
    practitioner_id: str | None,
) -> PersonView:
    yours = one.account_id == who.account_id
    decides = not yours and giving.may_give(who.role, one.role)
    return PersonView(
        account_id=one.account_id,
        organization_id=one.organization_id,
        audience=one.audience,
        login=one.login,
        display_name=one.display_name,
        role=ROLE_NAMES[one.role],
        active=one.active,
        yours=yours,
        roles=_names(giving.given_by(who.role, one.audience)) if decides else [],
        second_factor=standing.factors > 0,
        sessions=standing.sessions,
        practitioner_id=practitioner_id,
        recovery=_recovery(asked) if decides and asked else None,
    )


def _recovery(asked: list[Recovery]) -> RecoveryView:
    """Return the newest of what is asked; the words say which browser it is."""
    approved = [one for one in asked if one.approved_at is not None]
    shown = (approved or asked)[-1]
    return RecoveryView(
        asked_at_ms=shown.asked_at // MS,
        expires_at_ms=shown.expires_at // MS,
        approved=bool(approved),
    )


def _invitation(one: Invitation, who: Principal) -> OpenInvitationView:
    return OpenInvitationView(
        id=one.id,
        organization_id=one.organization_id,
        role=ROLE_NAMES[one.role],
        login=one.login,
        display_name=one.display_name,
        invited_at_ms=one.created_at // MS,
        expires_at_ms=one.expires_at // MS,
        yours=giving.may_give(who.role, one.role),
    )


def _place(one: Organization, who: Principal) -> PlaceView:
    roles = [
        role
        for role in giving.GIVES.get(who.role, ())
        if giving.KINDS[giving.AUDIENCE_OF[role]] == one.kind
    ]
    return PlaceView(
        organization_id=one.organization_id,
        name=one.name,
        kind=one.kind,
        roles=_names(roles),
    )


def _names(roles: list[Role]) -> list[RoleName]:
    return [ROLE_NAMES[one] for one in roles]
