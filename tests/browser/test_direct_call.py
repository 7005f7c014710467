"""A call from browser to browser: where it is wanted, and where the relay cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.actors import Console, Join, in_state, sees_moving_pictures
from tests.browser.connections import KEPT, camera_off_and_on, only
from tests.browser.letters import Letters
from tests.browser.stage import Stage
from tests.servers import RunningServer, running_server

ANA = "Ana Direct Ortiz"
NOWHERE = "192.0.2.1"  # RFC 5737: nobody has it
WAYS = {
    "wanted": {"calls": "direct"},
    "relay-out-of-reach": {
        "calls": "relay",
        "relay_port": "0",
        "relay_host": "127.0.0.1",
        "relay_announce": NOWHERE,
    },
}


# Out of reach every call waits for the relay first: what comes after that is the same.
IN_CALLS = pytest.mark.parametrize(
    "server",
    ["wanted", pytest.param("relay-out-of-reach", marks=pytest.mark.long)],
    indirect=True,
)


@pytest.fixture(scope="module", params=WAYS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    way: str = request.param
    with running_server(tmp_path_factory.mktemp(way), **WAYS[way]) as running:
        yield running


async def in_call(stage: Stage) -> tuple[Join, Console, Letters]:
    console = await stage.console("avery", script=KEPT)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA, script=KEPT)
    letters = Letters(ana.page)
    await ana.page.reload()
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana, console, letters


async def test_it_goes_from_browser_to_browser(stage: Stage) -> None:
    ana, console, letters = await in_call(stage)
    assert letters.modes()[-1] == "direct"
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    lock = await ana.page.locator(".join-call-lock").inner_text()
    assert "directly" in lock
    # No leg is left beside it.
    await only(ana.page)
    await only(console.page)
    assert stage.errors == []


@IN_CALLS
async def test_a_camera_that_is_off_sends_nothing_and_comes_back(stage: Stage) -> None:
    ana, console, _ = await in_call(stage)
    await camera_off_and_on(ana.page, console.page)
    await camera_off_and_on(console.page, ana.page)
    assert stage.errors == []


@IN_CALLS
async def test_a_reload_begins_the_call_anew(stage: Stage) -> None:
    ana, console, letters = await in_call(stage)
    await ana.page.reload()
    await in_state(ana.page, "connected")
    await console.connected()
    assert letters.modes()[-1] == "direct"
    assert await sees_moving_pictures(console.page) > 10
    await console.page.reload()
    await console.connected()
    await in_state(ana.page, "connected")
    assert await sees_moving_pictures(ana.page) > 10
    assert stage.errors == []
