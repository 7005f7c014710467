"""How people sign in on a page, and what looks at it meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from server.rehearsal.people import SignIn

Look = Callable[[Page, str], Awaitable[None]]


async def no_look(_page: Page, _name: str) -> None:
    """Look at nothing."""


async def sign_in(page: Page, who: SignIn, look: Look, name: str) -> None:
    """Sign in with a password on the page that asks for it, looked at under a name."""
    await page.get_by_test_id("sign-in-login").fill(who.login)
    await page.get_by_test_id("sign-in-password").fill(who.password)
    await look(page, name)
    await page.get_by_test_id("sign-in-submit").click()
