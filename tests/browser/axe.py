"""axe-core on whatever a page shows, and a picture of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.async_api import Page

from tests.browser.signing_in import Look

ROOT: Final = Path(__file__).resolve().parents[2]
AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN: Final = """
async (tags) => {
  const { violations } = await axe.run({ runOnly: tags });
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
        if problems:
            found[name] = problems
        await page.screenshot(path=folder / f"{name}.png", full_page=True)

    return look
