"""When pictures of the other person were shown on a page, by the clock that all pages share.

The clocks of two pages of one browser are comparable as timeOrigin + now, also after a reload.
"""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page

# Every picture that the page's remote video presents, whatever element and stream it is in.
WATCH: Final = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  window.shownAt = [];
  const watched = new WeakSet();
  const look = () => {
    for (const video of document.querySelectorAll("[data-testid=call-remote]")) {
      if (watched.has(video)) continue;
      watched.add(video);
      const shown = () => {
        window.shownAt.push(now());
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
"""
_NOW: Final = "() => performance.timeOrigin + performance.now()"
_LAST: Final = "() => window.shownAt.at(-1) ?? null"
# The longest pause that ended after `since`, once so many pictures have followed it without
# another one of half its length, and the newest is fresh.
_PAUSE: Final = """
([last, since, enough, fresh]) => {
  const at = [last, ...window.shownAt.filter((one) => one > last)];
  let [begun, ended] = [0, 0];
  for (let one = 1; one < at.length; one += 1) {
    const longer = at[one] - at[one - 1] > at[ended] - at[begun];
    if (at[one] > since && longer) [begun, ended] = [one - 1, one];
  }
  const now = performance.timeOrigin + performance.now();
  const flows = at.length - ended > enough && now - at.at(-1) < fresh;
  return ended > 0 && flows ? [at[begun], at[ended]] : null;
}
"""
FRESH_MS: Final = 300.0
ENOUGH: Final = 45


async def now_ms(page: Page) -> float:
    """Return the time on the pages' clock."""
    found: float = await page.evaluate(_NOW)
    return found


async def last_shown_ms(page: Page) -> float:
    """Return when a page showed its last picture.

    Raises:
        LookupError: it has shown none.
    """
    found: float | None = await page.evaluate(_LAST)
    if found is None:
        raise LookupError("no picture was shown")
    return found


async def pause_ms(page: Page, last: float, since: float, within_ms: float) -> float:
    """Wait until pictures flow again, and return how long there was none.

    Args:
        page: the one that looks.
        last: when it showed a picture before the fault.
        since: when the fault happened.
        within_ms: how long to wait at most.

    Raises:
        playwright.async_api.TimeoutError: they do not flow in time.
    """
    given = [last, since, ENOUGH, FRESH_MS]
    handle = await page.wait_for_function(_PAUSE, arg=given, timeout=within_ms)
    begun, ended = await handle.json_value()
    return float(ended - begun)
