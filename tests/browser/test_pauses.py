"""The longest pause between pictures, as the benchmarks find it on a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page
from playwright.async_api import TimeoutError as TooLate

from tests.bench.encounters.pictures import ENOUGH, now_ms, pause_ms

EVERY_MS = 33.0
SHORTLY_MS = 200.0


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


async def shown(page: Page, gaps: Sequence[float]) -> list[float]:
    """Let pictures have been shown with those gaps between them, the last one just now."""
    at = [await now_ms(page) - sum(gaps)]
    for gap in gaps:
        at.append(at[-1] + gap)
    await page.evaluate("at => { window.shownAt = at; }", at)
    return at


async def test_the_pause_is_the_longest_one_that_ended_after_the_fault(page: Page) -> None:
    before, after = [EVERY_MS] * 10, [EVERY_MS] * (ENOUGH + 5)
    at = await shown(page, [900.0, *before, 700.0, EVERY_MS, 90.0, *after])
    last = at[11]
    found = await pause_ms(page, last, last + 10, SHORTLY_MS)
    assert found == pytest.approx(700.0, abs=1.0)


async def test_pictures_of_another_page_load_follow_the_last_one_before_it(page: Page) -> None:
    at = await shown(page, [EVERY_MS] * (ENOUGH + 5))
    last = at[0] - 1_500
    found = await pause_ms(page, last, last + 10, SHORTLY_MS)
    assert found == pytest.approx(1_500.0, abs=1.0)


async def test_a_pause_is_not_over_while_few_pictures_have_followed_it(page: Page) -> None:
    at = await shown(page, [EVERY_MS, 700.0, *[EVERY_MS] * (ENOUGH // 2)])
    with pytest.raises(TooLate):
        await pause_ms(page, at[1], at[1] + 10, SHORTLY_MS)
