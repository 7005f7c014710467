"""People on a running server: closed in the middle of work, and enrolled by links alone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.page import Page
from server.views import AccountView
from server.views.people import (
    InvitationForm,
    JoinForm,
    NewInvitationView,
    PeopleView,
    PersonView,
)
from signaling import messages as wire
from tests.clients import Scene
from tests.enrolled import PASSWORD
from tests.servers import RunningServer

PEOPLE = "/api/v1/ops/people"
AT_ONCE_S = 1.0


async def person(officer: Page, login: str) -> PersonView:
    page = await officer.get(f"{PEOPLE}?words={login}", PeopleView)
    return next(one for one in page.people if one.login == login)


async def test_a_closed_practitioner_loses_a_ringing_offer_and_the_page(clinic: Scene) -> None:
    officer = await clinic.staff_page("ops", "compliance")
    path = f"{PEOPLE}/{(await person(officer, 'blake')).account_id}"
    ana = await clinic.waiting_patient()
    blake = await clinic.practitioner("blake")
    offer = await blake.offer_for(ana.encounter_id, 20)
    casey = await clinic.practitioner("casey")
    try:
        closed = await officer.send("POST", f"{path}/close", None, PeopleView)
        assert [one.active for one in closed.people if one.login == "blake"] == [False]
        again = await casey.offer_for(ana.encounter_id, AT_ONCE_S)
        assert again.offer_id != offer.offer_id
        ended = await blake.socket.expect(wire.SessionEnded, within_s=AT_ONCE_S)
        assert ended.reason == "revoked"
        async with asyncio.timeout(AT_ONCE_S):
            await blake.socket.closed.wait()
        with pytest.raises(Refused):
            await blake._page.get("/api/v1/console/session", AccountView)
    finally:
        await officer.send("POST", f"{path}/reopen", None, PeopleView)
    assert (await person(officer, "blake")).active
    await clinic.practitioner("blake", on_duty=False)


class Invited:
    """Somebody who came in by a link, at the page of whom they are."""

    def __init__(self, page: Page, account: AccountView) -> None:
        self.page = page
        self.account = account

    async def invites(self, area: str, form: InvitationForm) -> str:
        path = f"/api/v1/{area}/people/invitations"
        return (await self.page.send("POST", path, form, NewInvitationView)).url


async def come(stack: AsyncExitStack, server: RunningServer, url: str) -> Invited:
    """Accept an invitation as the page does that the link opens."""
    page = await stack.enter_async_context(Page.opened(server.url))
    form = JoinForm(secret=url.partition("#invitation=")[2], password=PASSWORD)
    account = await page.send("POST", "/api/v1/invitations/accept", form, AccountView)
    return Invited(page, account)


@pytest.mark.safeguard("164.312(a)(2)(i)")
async def test_a_new_network_is_enrolled_with_links_only(server: RunningServer) -> None:
    """Nobody ever knows a password of somebody else: not even who runs the server."""
    command = asyncio.to_thread
    network = (await command(server.command, "network", "create", "Zinnia Clinicians")).strip()
    spa = (await command(server.command, "spa", "create", network, "Zinnia Aesthetics")).strip()
    words = ("account", "invite", network, "zoe", "--name", "Zoe Amato", "--role", "compliance")
    url = (await command(server.command, *words)).strip()
    assert url.startswith(f"{server.url}/ops#invitation=")
    async with AsyncExitStack() as stack:
        officer = await come(stack, server, url)
        assert officer.account.role == "compliance"
        zack = InvitationForm(
            organization_id=network,
            role="practitioner",
            login="zack",
            display_name="Zack Imani",
            profession="MD",
            npi="1000000095",
        )
        practitioner = await come(stack, server, await officer.invites("ops", zack))
        assert practitioner.account.practitioner_id is not None
        own = await practitioner.page.get("/api/v1/console/session", AccountView)
        assert (own.display_name, own.complete) == ("Zack Imani", True)
        zara = InvitationForm(
            organization_id=spa, role="spa_manager", login="zara", display_name="Zara Quist"
        )
        manager = await come(stack, server, await officer.invites("ops", zara))
        zeno = InvitationForm(
            organization_id=spa, role="spa_staff", login="zeno", display_name="Zeno Abara"
        )
        staff = await come(stack, server, await manager.invites("portal", zeno))
        assert staff.account.organization_name == "Zinnia Aesthetics"
        page = await officer.page.get(PEOPLE, PeopleView)
        assert {one.login for one in page.people} == {"zoe", "zack", "zara", "zeno"}
        assert page.invitations == []


async def test_an_operator_is_told_why_nobody_is_invited(server: RunningServer) -> None:
    invite = ("account", "invite", "nowhere", "zoe", "--name", "Zoe", "--role", "compliance")
    with pytest.raises(AssertionError, match="Not found"):
        await asyncio.to_thread(server.command, *invite)
