"""Whom a rehearsal plays, and with which names, passwords and codes they prove who they are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from server import totp
from server.clock import Clock, SystemClock
from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.failures import Refused, RehearsalFailed
from server.rehearsal.page import Page
from server.views import AccountView, SignInForm, SiteInfoView
from server.views.proofs import StepUpForm, StepUpView

SEPARATOR = " / "
SECRET = re.compile(r"[A-Z2-7]{16,128}")  # base 32, as it is shown at enrolment
USED = "code_used"
STALE = "step_up_required"
TRIES_MAX = 3


@dataclass(frozen=True, slots=True)
class SignIn:
    """A name and its password.

    Attributes:
        secret: of the code generator, where the account has one.
    """

    login: str
    password: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> SignIn:
        """Read `LOGIN:PASSWORD` or `LOGIN:PASSWORD:TOTP_SECRET`.

        A password may have colons in it: what is no secret in base 32 belongs to it.

        Raises:
            ValueError: login or password is missing.
        """
        login, _, rest = text.partition(":")
        password, colon, last = rest.rpartition(":")
        has_secret = bool(colon and password) and SECRET.fullmatch(last) is not None
        if not has_secret:
            password, last = rest, ""
        if not login or not password:
            raise ValueError("expected LOGIN:PASSWORD or LOGIN:PASSWORD:TOTP_SECRET")
        return cls(login, password, last or None)

    def form(self, now: int) -> SignInForm:
        """Return what is sent at an instant, with the code of then."""
        return SignInForm(login=self.login, password=self.password, code=self._code(now))

    def proof(self, now: int) -> StepUpForm:
        """Return what is sent to prove again who it is: the code of then, or the password."""
        code = self._code(now)
        return StepUpForm(code=code) if code else StepUpForm(password=self.password)

    def _code(self, now: int) -> str | None:
        return totp.code_at(self.secret, totp.step_at(now)) if self.secret else None


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
    url: str,
    area: str,
    who: SignIn,
    *,
    browser: Browser = IMPATIENT,
    clock: Clock | None = None,
) -> AsyncIterator[Page]:
    """Give a page signed in to `console`, `portal` or `ops`, and sign out at the end."""
    path = f"/api/v1/{area}/session"
    async with browser.page.opened(url) as page:
        await enter(page, path, who, clock or SystemClock())
        try:
            yield page
        finally:
            with suppress(RehearsalFailed):
                await page.call("DELETE", path)


async def enter(page: Page, path: str, who: SignIn, clock: Clock) -> None:
    """Sign in.

    Raises:
        Refused: the server did not let them in.
    """
    await _with_code(lambda now: page.send("POST", path, who.form(now), AccountView), clock)


async def step_up(page: Page, area: str, who: SignIn, clock: Clock) -> None:
    """Prove again who one is, as whoever is signed in on `console`, `portal` or `ops`.

    Raises:
        Refused: the server did not believe it.
    """
    path = f"/api/v1/{area}/session/step-up"
    await _with_code(lambda now: page.send("POST", path, who.proof(now), StepUpView), clock)


async def _with_code(send: Callable[[int], Awaitable[object]], clock: Clock) -> None:
    """Send what has a code in it. One counts once: where it did already, the next one."""
    for left in reversed(range(TRIES_MAX)):
        now = clock.now()
        try:
            await send(now)
        except Refused as refused:
            if refused.code != USED or not left:
                raise
            await asyncio.sleep(until_next_code_s(now))
        else:
            return


def until_next_code_s(now: int) -> float:
    """Return for how many seconds the code of `now` is still the newest."""
    step_us = totp.STEP_S * totp.MICROSECONDS
    return (step_us - now % step_us) / totp.MICROSECONDS
