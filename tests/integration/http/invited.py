"""People of an organization, as those see and change them who decide about them."""

from __future__ import annotations

from server.access import Role
from server.people.giving import AUDIENCE_OF
from server.storage import directory
from server.storage.directory import Account, AccountAudience
from tests.enrolled import PASSWORD, add_staff
from tests.integration.http.browsing import Answer, Browser, Json, World

PEOPLE = "/api/v1/{page}/people"
PAGES = {"practitioner": "console", "spa": "portal", "ops": "ops"}
LOOK = "/api/v1/invitations/look"
ACCEPT = "/api/v1/invitations/accept"
RECOVERIES = "/api/v1/recoveries"
FINISH = f"{RECOVERIES}/finish"
EXAMINING = {"profession": "NP", "npi": "1000000099"}


def people_of(page: str) -> str:
    return PEOPLE.format(page=page)


async def account(world: World, audience: AccountAudience, login: str) -> Account:
    async with world.services.database.read() as tx:
        found = await directory.account_by_login(tx, audience, login)
    assert found is not None
    return found


async def glow(world: World) -> str:
    """Return the spa whose people the tests are about."""
    return (await account(world, "spa", "glow")).organization_id


async def network(world: World) -> str:
    return (await account(world, "ops", "ops")).organization_id


async def home_of(world: World, role: Role) -> str:
    """Return an organization that has people of a role."""
    return await (glow if AUDIENCE_OF[role] == "spa" else network)(world)


def form_of(organization_id: str, role: Role, login: str) -> Json:
    examines = EXAMINING if role is Role.PRACTITIONER else {}
    named = {"login": login, "display_name": login.title()}
    return {"organization_id": organization_id, "role": role.value, **named, **examines}


async def invite(browser: Browser, page: str, form: Json) -> Answer:
    return await browser.post(f"{people_of(page)}/invitations", form)


async def invited(
    world: World, role: Role = Role.SPA_STAFF, login: str = "noa"
) -> tuple[Browser, Json]:
    """Let compliance invite somebody; return its browser, and what it was shown."""
    officer = await world.signed_in("ops", "compliance")
    answer = await invite(officer, "ops", form_of(await home_of(world, role), role, login))
    assert answer.status == 200, answer.body
    return officer, answer.body


def secret_of(shown: Json) -> str:
    return str(shown["url"]).partition("#invitation=")[2]


async def accept(
    world: World, shown: Json, *, password: str = PASSWORD
) -> tuple[Browser, Answer]:
    browser = world.browser()
    form = {"secret": secret_of(shown), "password": password}
    return browser, await browser.post(ACCEPT, form)


async def somebody(world: World, role: Role, login: str) -> Account:
    """Enrol somebody whom no other test knows."""
    organization_id = await home_of(world, role)
    return await add_staff(world.services, AUDIENCE_OF[role], organization_id, login, role)


async def inside(world: World, who: Account, *, password: str = PASSWORD) -> Browser:
    browser, answer = await signs_in(world, who, password=password)
    assert answer.status == 200, answer.body
    return browser


async def signs_in(
    world: World, who: Account, *, password: str = PASSWORD
) -> tuple[Browser, Answer]:
    browser = world.browser()
    form = {"login": who.login, "password": password}
    return browser, await browser.post(f"/api/v1/{PAGES[who.audience]}/session", form)


def person(page: Json, login: str) -> Json:
    people: list[Json] = page["people"]
    return next(one for one in people if one["login"] == login)
