"""A whole rehearsal: everybody signs in, plays some encounters one by one, and leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from server.clock import Clock
from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.encounter import Outcome, Rehearsed, Waits
from server.rehearsal.peer import loopback_as_last_resort
from server.rehearsal.people import SignIn, cast, signed_in
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.spa import Spa


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to rehearse.

    Attributes:
        url: the server, as people type it.
        count: encounters.
        practitioner: who examines; the demo network's first unless given.
        spa: who requests; the same.
        site_name: where; the spa's first site unless given.
        browser: what everybody comes with.
    """

    url: str
    count: int = 1
    practitioner: SignIn | None = None
    spa: SignIn | None = None
    site_name: str | None = None
    waits: Waits = field(default_factory=Waits)
    browser: Browser = IMPATIENT


async def rehearse(
    plan: Plan, clock: Clock, told: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Play the encounters of a plan and return what came of each.

    Args:
        plan: what to play.
        clock: measures.
        told: called with each outcome as it is known.

    Raises:
        RehearsalFailed: nobody could sign in, so nothing was played.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(loopback_as_last_resort())
        page = await stack.enter_async_context(plan.browser.page.opened(plan.url))
        people = await cast(page, practitioner=plan.practitioner, spa=plan.spa)
        portal = await stack.enter_async_context(
            signed_in(plan.url, "portal", people.spa, browser=plan.browser)
        )
        practitioner = await stack.enter_async_context(
            Practitioner.working(plan.url, people.practitioner, browser=plan.browser)
        )
        rehearsed = Rehearsed(
            plan.url,
            Spa(portal),
            practitioner,
            clock,
            waits=plan.waits,
            site_name=plan.site_name,
            browser=plan.browser,
        )
        outcomes: list[Outcome] = []
        for number in range(1, plan.count + 1):
            outcome = await rehearsed.play(f"Rehearsal Patient {number}")
            told(outcome)
            outcomes.append(outcome)
        return outcomes
