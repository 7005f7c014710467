"""Words that both read aloud in a direct call, and a call with somebody in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import Console, Join, in_state
from tests.browser.axe import looking
from tests.browser.connections import MISHEARD
from tests.browser.signing_in import Look, no_look
from tests.browser.stage import Stage
from tests.servers import RunningServer, running_server

ANA: Final = "Ana Spoken Ortiz"
WORDS_S: Final = 20.0
LOOK_EVERY_S: Final = 0.1
TO_BOTH: Final = ("We ended the call to keep you safe", "could not be verified")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("direct"), calls="direct") as running:
        yield running


async def accepted(
    stage: Stage, *, script: str = "", look: Look = no_look
) -> tuple[Join, Console]:
    console = await stage.console("avery", look)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA, script=script, bypass_csp=look is not no_look)
    await ana.wait()
    await console.accept()
    return ana, console


async def words_of(page: Page) -> list[str]:
    return await page.get_by_test_id("spoken-words").locator("span").all_inner_texts()


async def same_words(*pages: Page, not_: list[str] | None = None) -> list[str]:
    """Wait until all pages show the same words, and others than `not_`."""
    async with asyncio.timeout(WORDS_S):
        while True:
            one, *others = [await words_of(page) for page in pages]
            if one and one != not_ and all(other == one for other in others):
                return one
            await asyncio.sleep(LOOK_EVERY_S)


async def told_of_a_mismatch(ana: Join, console: Console) -> None:
    for page, words in zip((ana.page, console.page), TO_BOTH, strict=True):
        await in_state(page, "failed")
        await expect(page.get_by_text(words)).to_be_visible()
        await expect(page.get_by_test_id("spoken")).to_be_hidden()


@pytest.mark.safeguard("V17.2.8")
async def test_both_pages_show_the_same_four_words_in_either_language_and_end_the_call_if_not(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    ana, console = await accepted(stage, look=look)
    words = await same_words(ana.page, console.page)
    assert len(words) == 4
    told = ana.page.get_by_role("status").filter(has_text="Check four words Read these aloud")
    await expect(told).to_have_count(1)  # heard by who does not see them
    await look(ana.page, "join-words")
    await look(console.page, "console-words")
    await ana.page.get_by_test_id("language").click()
    await expect(ana.page.get_by_test_id("spoken").get_by_text("Léalas")).to_be_visible()
    assert await words_of(ana.page) == words
    await ana.page.get_by_test_id("spoken-same").click()
    await expect(ana.page.get_by_test_id("spoken-words")).to_be_hidden()
    await console.page.get_by_test_id("spoken-same").click()
    # Another attempt, other certificates, other words.
    await ana.page.reload()
    await same_words(ana.page, console.page, not_=words)
    await expect(ana.page.get_by_test_id("spoken-words")).to_be_visible()
    anew = console.page.get_by_test_id("spoken").get_by_text("connected anew, with other words")
    await expect(anew).to_be_visible()
    await look(console.page, "console-words-anew")
    await ana.page.get_by_test_id("spoken-differ").click()
    await told_of_a_mismatch(ana, console)
    focused = await ana.page.evaluate("() => document.activeElement?.className")
    assert focused == "gf-spoken-place", "the button that went away leaves the place"
    await look(ana.page, "join-mismatch")
    await look(console.page, "console-mismatch")
    assert found == {}
    assert stage.errors == []


@pytest.mark.safeguard("V17.2.8")
async def test_another_certificate_in_between_ends_a_direct_call_on_both_pages(
    stage: Stage,
) -> None:
    ana, console = await accepted(stage, script=MISHEARD)
    await told_of_a_mismatch(ana, console)
    await ana.page.evaluate("() => { window.misheard = false; }")
    await console.page.get_by_test_id("call-retry").click()
    await in_state(ana.page, "connected")
    await console.connected()
    await same_words(ana.page, console.page)
    assert stage.errors == []
