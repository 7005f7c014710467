"""A file in real browsers: from an invitation to the first offer, a revocation, an import."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS, Console
from tests.browser.axe import looking
from tests.browser.signing_in import Look
from tests.browser.stage import DESKTOP, PHONE, Stage
from tests.browser.test_account import sign_in
from tests.browser.test_people import choose_password, fits

BAD_FILE = (
    "practitioner,part,jurisdiction,number,since,until\n"
    "emery,license,ZZ,PA-1,2024-06-01,2028-06-01\n"
)


async def compliance_page(stage: Stage) -> Page:
    page = await stage.page(DESKTOP, bypass_csp=True)
    await page.goto(f"{stage.server.url}/ops#practitioners")
    who = stage.server.people["compliance"]
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("file-emery").wait_for(timeout=STEP_MS)
    return page


async def claimed(stage: Stage, look: Look) -> Page:
    """Let Emery enter a licence and send a paper; return the page with the file."""
    console = await stage.console("emery", look)
    page = console.page
    await page.get_by_test_id("own-file").click()
    await expect(page.get_by_test_id("file-standing")).to_contain_text("Complete")
    await look(page, "own-file")
    await page.get_by_test_id("authorities-jurisdiction").fill("nv")
    await page.get_by_test_id("authorities-number").fill("PA-77")
    await page.get_by_test_id("authorities-since").fill("2024-06-01")
    await page.get_by_test_id("authorities-until").fill("2048-06-01")
    await page.get_by_test_id("authorities-enter").click()
    nevada = page.get_by_test_id("part-authorities").filter(has_text="NV PA-77")
    await expect(nevada).to_have_attribute("data-standing", "claim", timeout=STEP_MS)
    await page.set_viewport_size(PHONE)
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    await look(page, "own-file-phone")
    await page.set_viewport_size(DESKTOP)
    await page.get_by_test_id("own-file-done").click()
    return page


async def test_a_practitioner_claims_a_licence_and_compliance_decides_about_it(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    await claimed(stage, look)
    page = await compliance_page(stage)
    await expect(page.get_by_test_id("file-emery")).to_contain_text("1 to be looked at")
    await look(page, "files")

    await page.get_by_role("link", name="Emery Castellanos").click()
    nevada = page.get_by_test_id("part-authorities").filter(has_text="NV PA-77")
    await nevada.get_by_test_id("look").click(timeout=STEP_MS)
    await page.get_by_test_id("look-who").fill("R. Alvarez")
    await page.get_by_test_id("look-source").fill("nv.gov")
    await look(page, "files-look")
    await page.get_by_test_id("look-save").click()
    await expect(nevada).to_have_attribute("data-standing", "counts", timeout=STEP_MS)
    await expect(nevada).to_contain_text("R. Alvarez, nv.gov")
    await nevada.get_by_test_id("revoke").click()
    await expect(nevada.get_by_test_id("revoke-sure")).to_be_focused()
    await nevada.get_by_test_id("revoke-sure").click()
    await expect(nevada).to_have_attribute("data-standing", "over", timeout=STEP_MS)
    await look(page, "files-one")

    await page.get_by_role("link", name="All practitioners").click()
    await page.get_by_test_id("file-import").locator("summary").click()
    await page.get_by_test_id("file-import-text").fill(BAD_FILE)
    await page.get_by_test_id("file-import-preview").click()
    wrong = page.locator("[data-code=jurisdiction_unknown]")
    await expect(wrong).to_contain_text("2", timeout=STEP_MS)
    await expect(page.get_by_test_id("file-import-found")).to_contain_text(
        "Nothing was changed"
    )
    await look(page, "files-import")
    await page.set_viewport_size(PHONE)
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing scrolls sideways"
    assert found == {}
    assert stage.errors == []


WHO = ("Vera Lund", "vera.lund", "goodfaith does not know this one")
SEEN = {"checked_by": "R. Alvarez", "source": "the primary source"}
CLAIMS = {
    "authorities": {
        "jurisdiction": "az",
        "number": "MD-1200",
        "since": "2024-06-01",
        "until": "2048-06-01",
    },
    "malpractice": {
        "insurer": "Saguaro Mutual",
        "policy_number": "SM-1200",
        "per_claim_usd": "1000000",
        "aggregate_usd": "3000000",
        "since": "2024-06-01",
        "until": "2048-06-01",
    },
    "trainings": {
        "topic": "Exams by video",
        "provider": "Academy",
        "minutes": "2400",
        "completed_on": "2024-06-01",
    },
}


async def enter(page: Page, chooser: str, kind: str, values: dict[str, str]) -> None:
    await page.get_by_test_id(chooser).select_option(value=kind)
    for name, value in values.items():
        await page.get_by_test_id(f"{kind}-{name}").fill(value)
    await page.get_by_test_id(f"{kind}-enter").click()
    entered = page.get_by_test_id(f"part-{kind}")
    await expect(entered).to_have_count(1, timeout=STEP_MS)


async def invited(officer: Page, stage: Stage, look: Look) -> str:
    """Let compliance invite a practitioner by name, and return the link."""
    name, login, _ = WHO
    await officer.goto(f"{stage.server.url}/ops#compliance/people")
    await sign_in(officer, "compliance", stage.server.people["compliance"].password)
    await officer.get_by_test_id("invite").click(timeout=STEP_MS)
    await officer.get_by_test_id("invite-name").fill(name)
    await officer.get_by_test_id("invite-login").fill(login)
    await officer.get_by_test_id("invite-role").select_option(value="practitioner")
    await officer.get_by_test_id("invite-npi").fill("1234567893")
    await officer.get_by_test_id("invite-make").click()
    link = await officer.get_by_test_id("invitation-link").inner_text(timeout=STEP_MS)
    await expect(officer.get_by_test_id("invitation-file")).to_be_visible()
    await look(officer, "people-link-of-a-practitioner")
    await officer.get_by_test_id("invitation-done").click()
    return link


async def comes_in(page: Page, link: str, look: Look) -> None:
    """Accept the invitation on a phone, and claim what one has."""
    await page.goto(link)
    await choose_password(page, WHO[2])
    await expect(page.get_by_test_id("own-file-missing")).to_contain_text(
        "Missing", timeout=STEP_MS
    )
    await look(page, "console-without-a-file")
    await page.get_by_test_id("own-file-missing").get_by_role("link").click()
    await expect(page.get_by_test_id("file-standing")).to_be_visible(timeout=STEP_MS)
    title = page.get_by_role("heading", name="Your file", exact=True)
    await expect(title).to_be_focused()
    for kind, values in CLAIMS.items():
        await enter(page, "own-kind", kind, values)
    assert await fits(page)
    await look(page, "own-file-claimed")
    await page.get_by_test_id("own-file-done").click()


async def completed(page: Page, look: Look) -> None:
    """Enter what compliance alone may, and verify what was claimed."""
    await page.get_by_test_id("people-words").fill(WHO[1])
    await page.get_by_role("link", name=f"File of {WHO[0]}").click(timeout=STEP_MS)
    await page.get_by_test_id("lacking-exclusion-checks").click(timeout=STEP_MS)
    await look(page, "files-lacking")
    # The calendar of the network may be a day behind that of the browser.
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    look_into_it = {"checked_on": yesterday, **SEEN}
    await enter(page, "entering-kind", "exclusion-checks", look_into_it)
    contract = {"title": "Physician", "since": "2024-06-01", **SEEN}
    await enter(page, "entering-kind", "employments", contract)
    for kind in CLAIMS:
        claim = page.get_by_test_id(f"part-{kind}")
        await claim.get_by_test_id("look").click()
        await page.get_by_test_id("look-who").fill(SEEN["checked_by"])
        await page.get_by_test_id("look-source").fill(SEEN["source"])
        await page.get_by_test_id("look-save").click()
        await expect(claim).to_have_attribute("data-standing", "counts", timeout=STEP_MS)
    await expect(page.get_by_test_id("file-standing")).to_contain_text("Licences: AZ")
    await page.get_by_test_id("account").click()
    account = page.get_by_role("heading", name="Your account")
    await expect(account).to_be_focused(timeout=STEP_MS)
    await page.get_by_test_id("account-done").click()
    await expect(page.get_by_test_id("file-standing")).to_be_visible()
    await page.set_viewport_size(PHONE)
    assert await fits(page)
    await look(page, "files-complete-phone")


async def test_a_practitioner_enters_a_licence_and_compliance_verifies_it_and_she_is_offered(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    officer = await stage.page(DESKTOP, bypass_csp=True)
    page = await stage.page(PHONE, bypass_csp=True)
    await comes_in(page, await invited(officer, stage, look), look)
    await completed(officer, look)

    await stage.clinic.waiting_patient()
    vera = Console(page)
    await vera.come_on_duty()
    await page.get_by_test_id("offer-card").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("own-file-missing")).to_have_count(0)
    await page.get_by_test_id("offer-pass").click()
    await vera.go_off_duty()
    assert found == {}
    assert stage.errors == []


async def test_compliance_says_which_physician_of_the_network_answers_for_somebody(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    page = await compliance_page(stage)
    await page.get_by_role("link", name="Emery Castellanos").click()
    await page.get_by_test_id("entering-kind").select_option(value="collaborations")
    physician = page.get_by_test_id("collaborations-physician_id")
    await physician.select_option(label="Avery Quinn, MD")
    name = page.get_by_test_id("collaborations-physician")
    await expect(name).to_have_value("Avery Quinn, MD")
    await page.get_by_test_id("collaborations-jurisdiction").fill("ut")
    await page.get_by_test_id("collaborations-number").fill("MD-1200")
    await page.get_by_test_id("collaborations-since").fill("2048-06-01")
    until = page.get_by_test_id("collaborations-until")
    await until.fill("2024-06-01")
    await page.get_by_test_id("collaborations-enter").click()
    await expect(until).to_have_attribute("aria-invalid", "true", timeout=STEP_MS)
    await look(page, "files-wrong")
    await page.get_by_test_id("collaborations-since").fill("2024-06-01")
    await until.fill("2048-06-01")
    await page.get_by_test_id("collaborations-enter").click()
    entered = page.get_by_test_id("part-collaborations").filter(has_text="UT Avery Quinn, MD")
    await expect(entered).to_contain_text("reads what is examined there", timeout=STEP_MS)
    await expect(entered).to_have_attribute("data-standing", "counts")
    await expect(physician).to_have_value("")
    await page.set_viewport_size(PHONE)
    assert await fits(page)
    await look(page, "files-entered-phone")
    assert found == {}
    errors = [one for one in stage.errors if "400" not in one]
    assert errors == []
