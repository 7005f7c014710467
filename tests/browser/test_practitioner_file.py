"""A file in real browsers: a claim, somebody who looks, a revocation, an import."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS
from tests.browser.axe import looking
from tests.browser.signing_in import Look
from tests.browser.stage import DESKTOP, PHONE, Stage

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
    await nevada.get_by_test_id("sure").click()
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
