"""Whom a rehearsal plays, and with which names and passwords they sign in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.failures import RehearsalFailed
from server.rehearsal.page import Page
from server.views import AccountView, SignInForm, SiteInfoView

SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class SignIn:
    """A name and its password."""

    login: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> SignIn:
        """Read `LOGIN:PASSWORD`.

        Raises:
            ValueError: one of the two is missing.
        """
        login, _, password = text.partition(":")
        if not login or not password:
            raise ValueError("expected LOGIN:PASSWORD")
        return cls(login, password)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who signs in to what."""

    practitioner: SignIn
    spa: SignIn


async def published(page: Page, audience: str) -> list[SignIn]:
    """Return the sign-ins that a demo server publishes for one audience."""
    info = await page.get("/api/v1/info", SiteInfoView)
    pairs = [line.partition(SEPARATOR) for line in info.demo_sign_ins.get(audience, [])]
    return [SignIn(login, password) for login, _, password in pairs]


async def cast(page: Page, *, practitioner: SignIn | None, spa: SignIn | None) -> Cast:
    """Return who plays; whoever is not given is the first that the demo network publishes.

    Raises:
        RehearsalFailed: somebody is not given, and the server publishes nobody.
    """

    async def chosen(given: SignIn | None, audience: str) -> SignIn:
        candidates = [given] if given else await published(page, audience)
        if not candidates:
            raise RehearsalFailed("no_sign_in", audience)
        return candidates[0]

    return Cast(await chosen(practitioner, "practitioner"), await chosen(spa, "spa"))


@asynccontextmanager
async def signed_in(
    url: str, area: str, who: SignIn, *, browser: Browser = IMPATIENT
) -> AsyncIterator[Page]:
    """Give a page signed in to `console`, `portal` or `ops`, and sign out at the end."""
    path = f"/api/v1/{area}/session"
    async with browser.page.opened(url) as page:
        form = SignInForm(login=who.login, password=who.password)
        await page.send("POST", path, form, AccountView)
        try:
            yield page
        finally:
            with suppress(RehearsalFailed):
                await page.call("DELETE", path)
