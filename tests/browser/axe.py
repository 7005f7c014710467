"""axe-core on whatever a page shows, its colours by day and by night, and a picture of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.async_api import Page

from tests.browser.signing_in import Look

ROOT: Final = Path(__file__).resolve().parents[2]
AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CONTRAST: Final = ("color-contrast",)
DARK: Final = "() => matchMedia('(prefers-color-scheme: dark)').matches"
# Colours change by and by: what is looked at meanwhile is neither the one nor the other.
SETTLED: Final = """
async () => {
  const changing = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(changing.map((one) => one.finished));
}
"""
RUN: Final = """
async (only) => {
  const { violations } = await axe.run({ runOnly: only });
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} (${one.help})`));
}
"""


def looking(found: dict[str, list[str]], folder: Path) -> Look:
    """Return what looks at a page: axe-core's findings by screen, and a picture."""

    async def look(page: Page, name: str) -> None:
        if not await page.evaluate("() => 'axe' in window"):
            await page.add_script_tag(path=AXE)
        problems = await page.evaluate(RUN, list(TAGS))
        await page.screenshot(path=folder / f"{name}.png", full_page=True)
        problems += await in_the_other_colours(page)
        if problems:
            found[name] = problems

    return look


async def in_the_other_colours(page: Page) -> list[str]:
    """Return what cannot be read where somebody has their device dark, or light, instead."""
    dark = await page.evaluate(DARK)
    await page.emulate_media(color_scheme="light" if dark else "dark")
    await page.evaluate(SETTLED)
    problems: list[str] = await page.evaluate(RUN, list(CONTRAST))
    await page.emulate_media(color_scheme="dark" if dark else "light")
    await page.evaluate(SETTLED)
    return [f"{'light' if dark else 'dark'}: {one}" for one in problems]
