"""Every route that wants a session, asked without one, and with everybody else's."""

from __future__ import annotations

import re

import pytest

from server.access import ROUTES, Audience, RouteKey
from tests.integration.http.browsing import (
    PORTAL,
    Browser,
    World,
    redeemed,
)

GUARDED = [key for key, rule in ROUTES.items() if rule.audience is not None]
COOKIES: tuple[Audience, ...] = ("patient", "practitioner", "spa", "ops", "site")


async def everybody(world: World) -> dict[str, str]:
    """Return one live session of each audience."""
    spa = await world.spa()
    link = await world.request(spa)
    site = await world.site(spa)
    tablet = await world.spa()
    await tablet.post(f"{PORTAL}/sites/{site['site_id']}/device", {})
    browsers: dict[str, Browser] = {
        "patient": await redeemed(world, link),
        "practitioner": await world.signed_in("console", "avery"),
        "spa": spa,
        "ops": await world.signed_in("ops", "ops"),
        "site": tablet,
    }
    return {name: one.cookie(f"gf_{name}") or "" for name, one in browsers.items()}


@pytest.mark.parametrize("only", COOKIES)
async def test_a_route_reads_its_own_audiences_cookie_and_no_other(
    world: World, only: Audience
) -> None:
    sessions = await everybody(world)
    for key in GUARDED:
        audience = ROUTES[RouteKey(key)].audience
        if audience != only:
            continue
        method, _, path = key.partition(" ")
        path = path.replace("{day}", "2026-02-03").replace("{code}", "AZ")
        path = re.sub(r"\{\w+\}", "0" * 32, path)
        others = "; ".join(
            f"gf_{name}={value}" for name, value in sessions.items() if name != audience
        )
        swapped = f"gf_{audience}={sessions['spa' if audience != 'spa' else 'ops']}"
        for cookies in ("", others, f"{others}; {swapped}"):
            answer = await world.browser().ask(
                method, path, {}, headers={"Cookie": cookies} if cookies else {}
            )
            wanted = {404} if audience == "site" else {401}
            assert answer.status in wanted, (key, cookies)
