"""Photos instead of a video visit, on a phone: sent where signed off, refused where not."""

from __future__ import annotations

from typing import Final

from playwright.async_api import FilePayload, Page, Route, expect

from server.forward.wanted import wanted_views
from server.intake.questionnaire import benign_answers
from signaling.messages import TreatmentRef
from tests import photos
from tests.browser.actors import STEP_MS, Join
from tests.browser.axe import looking
from tests.browser.stage import Stage

NAME: Final = "Pilar Reyes"
PEEL: Final = ("chemical_peel",)
WANTED: Final = wanted_views([TreatmentRef(treatment_class=one) for one in PEEL])
FIRST, SECOND = WANTED[:2]
WELL: Final = {
    name: str(value).lower()
    if isinstance(value, bool)
    else str(value[0] if isinstance(value, list) else value)
    for name, value in benign_answers(
        [TreatmentRef(treatment_class=one) for one in PEEL]
    ).items()
}
API: Final = "**/api/v1/join/uploads"


def file(content: bytes, name: str = "IMG_0001.jpg", kind: str = "image/jpeg") -> FilePayload:
    return FilePayload(name=name, mimeType=kind, buffer=content)


async def choose(page: Page, view: str, content: bytes) -> None:
    await page.get_by_test_id(f"choose-{view}").set_input_files(file(content))


async def there(page: Page, count: int) -> None:
    said = f"{count} of {len(WANTED)}"
    await expect(page.get_by_test_id("photos-count")).to_contain_text(said, timeout=STEP_MS)


async def asked(stage: Stage, found: dict[str, list[str]]) -> Join:
    """Bring a patient for a peel to the question which way."""
    look = looking(found, stage.folder)
    link, _ = await (await stage.portal()).new_exam(NAME, treatments=PEEL)
    pilar = await stage.patient(NAME, look)
    pilar.answers = WELL
    await pilar.open(link)
    await pilar.intake("way-live_video")
    return pilar


async def sending(stage: Stage, found: dict[str, list[str]]) -> Join:
    """Bring a patient to where photos are sent."""
    pilar = await asked(stage, found)
    page = pilar.page
    await page.get_by_test_id("way-store_and_forward").check()
    await page.get_by_test_id("next").click()
    await expect(page.get_by_test_id("consent-store_and_forward")).to_be_visible()
    await pilar.intake("photos")
    return pilar


async def all_photos(page: Page) -> None:
    for number, view in enumerate(WANTED, start=1):
        await choose(page, view, photos.jpeg(700, 600))
        await there(page, number)


async def test_photos_go_from_a_phone_to_whoever_looks_at_them(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    pilar = await sending(stage, found)
    page = pilar.page
    await all_photos(page)
    record = file(photos.pdf(2), "letter.pdf", "application/pdf")
    await page.get_by_test_id("choose-record").set_input_files(record)
    await expect(page.get_by_test_id("record")).to_contain_text("2 pages", timeout=STEP_MS)
    await pilar.look(page, "join-photos-all")
    await page.get_by_test_id("submit").click()
    await page.get_by_test_id("sent").wait_for(timeout=STEP_MS)
    await expect(page.get_by_test_id("sent-status")).to_contain_text(" by ")
    await pilar.look(page, "join-sent")
    await page.reload()
    await page.get_by_test_id("sent").wait_for(timeout=STEP_MS)

    # Talking live after all: never the reverse.
    await page.get_by_test_id("talk-live").click()
    await pilar.look(page, "join-talk-live")
    await page.get_by_test_id("talk-live-confirm").click()
    await expect(page.get_by_test_id("consent-telehealth")).to_be_visible(timeout=STEP_MS)
    await pilar.intake()
    assert found == {}
    assert stage.errors == []


async def test_a_photo_is_refused_lost_taken_again_and_removed(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    pilar = await sending(stage, found)
    page = pilar.page
    await expect(page.get_by_test_id("submit")).to_have_attribute("aria-disabled", "true")
    await choose(page, FIRST, b"\x00\x00\x00\x18ftypheic of a telephone")
    await expect(page.get_by_test_id(f"photo-{FIRST}")).to_contain_text("HEIC")
    await pilar.look(page, "join-photos-refused")
    await choose(page, FIRST, photos.phone_jpeg())
    await there(page, 1)
    thumbnail = page.get_by_test_id(f"photo-{FIRST}").locator("img")
    assert await thumbnail.evaluate("one => one.decode().then(() => one.naturalHeight)") == 320

    # The connection is gone for one request: the same file is sent again by itself.
    names: list[str] = []

    async def lose_the_first(route: Route) -> None:
        names.append(route.request.headers["x-goodfaith-file"])
        await (route.abort() if len(names) == 1 else route.continue_())

    await page.route(API, lose_the_first)
    await choose(page, SECOND, photos.jpeg(700, 600))
    await there(page, 2)
    await page.unroute(API)
    assert len(names) == 2
    assert len(set(names)) == 1

    # After a reload what arrived is there, and the rest goes on.
    await page.reload()
    await there(page, 2)
    await page.get_by_test_id(f"remove-{SECOND}").click()
    await there(page, 1)
    before = await thumbnail.get_attribute("src")
    await choose(page, FIRST, photos.jpeg(640, 800))
    await expect(thumbnail).not_to_have_attribute("src", before or "", timeout=STEP_MS)
    await there(page, 1)
    assert found == {}
    assert stage.errors == []


async def test_photos_are_not_offered_for_what_nobody_signed_off(stage: Stage) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    link, _ = await (await stage.portal()).new_exam(
        NAME, treatments=("chemical_peel", "filler")
    )
    pilar = await stage.patient(NAME, look)
    await pilar.open(link)
    await pilar.intake("consent-name")
    await expect(pilar.page.get_by_test_id("consent-telehealth")).to_be_visible()
    await expect(pilar.page.get_by_test_id("way-store_and_forward")).to_have_count(0)
    refused = await pilar.page.evaluate(
        """async () => {
          const answer = await fetch("/api/v1/join/modality", {
            method: "PUT",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ modality: "store_and_forward" }),
          });
          return [answer.status, (await answer.json()).error.code];
        }"""
    )
    assert refused == [403, "store_and_forward_not_permitted"]
    assert found == {}
    assert stage.errors == []
