"""A practitioner at the console of one server, and one patient after another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.browser.actors import Console, Join, in_state
from tests.browser.stage import Stage
from tests.clients import scene
from tests.servers import RunningServer

LOGIN = "avery"


@dataclass(frozen=True, slots=True)
class Ringing:
    """A patient whose offer rings at the console."""

    patient: Join
    encounter_id: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """See the module.

    Attributes:
        stage: contexts of the browser.
        console: on duty.
        script: runs in every page before the page's own.
    """

    stage: Stage
    console: Console
    script: str

    @property
    def page(self) -> Page:
        """The console's."""
        return self.console.page

    async def ring(self, number: int) -> Ringing:
        """Let a patient wait until the offer is at the console, and has been read.

        What warms up while it rings has done so by then.
        """
        patient, attendee = await self.stage.ready(
            f"Bench Patient {number}", script=self.script
        )
        await patient.wait()
        await self.page.get_by_test_id("offer-card").wait_for()
        await self.page.wait_for_timeout(1_000)
        return Ringing(patient, attendee.encounter_id)

    async def connected(self, ringing: Ringing) -> None:
        """Wait until both pages say that the call is connected."""
        await self.console.connected()
        await in_state(ringing.patient.page, "connected")

    async def over(self, ringing: Ringing) -> None:
        """End the exam, and send the patient away."""
        await self.page.get_by_test_id("call-hangup").click()
        await self.page.get_by_test_id("park").click()
        await self.page.get_by_test_id("park").wait_for(state="detached")
        await ringing.patient.page.context.close()


@asynccontextmanager
async def clinic(server: RunningServer, browser: Browser, script: str) -> AsyncIterator[Clinic]:
    """Open a console at a server, and come on duty."""
    async with AsyncExitStack() as stack:
        people = await stack.enter_async_context(scene(server))
        stage = Stage(server, browser, people, stack, server.folder)
        console = await stage.console(LOGIN, script=script)
        await console.come_on_duty()
        yield Clinic(stage, console, script)
