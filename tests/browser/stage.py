"""Browsers on a stage: each person gets a context of their own, closed at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, Route, ViewportSize

from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page as Visitor
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.spa import USUAL
from tests.browser.actors import Console, Join, Portal
from tests.browser.signing_in import Look, no_look
from tests.clients import Attendee, Scene
from tests.servers import RunningServer

PHONE: Final = ViewportSize(width=390, height=844)
DESKTOP: Final = ViewportSize(width=1280, height=800)
MEDIA: Final = ("camera", "microphone")
SIGN_IN_S: Final = 10.0
AGAIN_S: Final = 0.2


@dataclass(slots=True)
class Stage:
    """What one test plays on.

    Attributes:
        errors: what pages threw; nothing may be in there at the end.
    """

    server: RunningServer
    browser: Browser
    clinic: Scene
    stack: AsyncExitStack
    folder: Path
    errors: list[str] = field(default_factory=list)

    async def context(
        self,
        size: ViewportSize,
        *,
        media: bool = True,
        bypass_csp: bool = False,
        locale: str = "en-US",
        script: str = "",
    ) -> BrowserContext:
        context = await self.browser.new_context(
            viewport=size,
            permissions=list(MEDIA) if media else [],
            bypass_csp=bypass_csp,
            locale=locale,
            has_touch=size is PHONE,
            reduced_motion="reduce",
        )
        self.stack.push_async_callback(context.close)
        if script:
            await context.add_init_script(script)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context

    async def page(
        self,
        size: ViewportSize,
        *,
        media: bool = True,
        bypass_csp: bool = False,
        locale: str = "en-US",
        script: str = "",
    ) -> Page:
        context = await self.context(
            size, media=media, bypass_csp=bypass_csp, locale=locale, script=script
        )
        return await context.new_page()

    async def portal(self, login: str = "glow", look: Look = no_look) -> Portal:
        portal = Portal(await self.page(DESKTOP, bypass_csp=look is not no_look), look)
        await portal.sign_in(self.server.url, self.server.people[login])
        return portal

    async def console(
        self, login: str = "avery", look: Look = no_look, *, script: str = ""
    ) -> Console:
        """Return a practitioner at the console, off duty again at the end."""
        page = await self.page(DESKTOP, bypass_csp=look is not no_look, script=script)
        console = Console(page, look)
        await console.sign_in(self.server.url, self.server.people[login])
        self.stack.push_async_callback(self._rest, login)
        return console

    async def patient(self, name: str, look: Look = no_look, *, media: bool = True) -> Join:
        """Return somebody with a phone."""
        page = await self.page(PHONE, media=media, bypass_csp=look is not no_look)
        return Join(page, name, look)

    async def ready(
        self,
        name: str,
        *,
        media: bool = True,
        script: str = "",
        bypass_csp: bool = False,
        treatments: Sequence[str] = USUAL,
    ) -> tuple[Join, Attendee]:
        """Return somebody on a phone who has done the intake already."""
        attendee = await self.clinic.ready_patient(name, treatments=treatments)
        await attendee.socket.close()
        context = await self.context(PHONE, media=media, script=script, bypass_csp=bypass_csp)
        await take_over(attendee.patient.page, context)
        page = await context.new_page()
        await page.goto(f"{self.server.url}/join")
        await page.get_by_test_id("ready-button").wait_for()
        return Join(page, name), attendee

    async def _rest(self, login: str) -> None:
        """End whatever exam this practitioner is left in, and take them off duty."""
        who = self.server.people[login]
        async with Visitor.opened(self.server.url) as visitor:
            form = f'{{"login": "{who.login}", "password": "{who.password}"}}'
            async with asyncio.timeout(SIGN_IN_S):
                while True:  # a database that was away may refuse once more
                    status, _ = await visitor.request("POST", "/api/v1/console/session", form)
                    if status != HTTPStatus.SERVICE_UNAVAILABLE:
                        break
                    await asyncio.sleep(AGAIN_S)
            async with LiveSocket.opened(visitor, "/practitioner") as socket:
                await Practitioner(visitor, socket).rest()


async def take_over(visitor: Visitor, context: BrowserContext) -> None:
    """Give a browser the cookies of somebody who came without one."""
    for cookie in visitor.session.cookie_jar:
        await context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": visitor.origin}]
        )


def once(told: asyncio.Event) -> Callable[[Route], Awaitable[None]]:
    """Hold what a page asks for until then."""

    async def held(route: Route) -> None:
        await told.wait()
        await route.continue_()

    return held
