"""What carries a call ends under it: the relay, or the server that had it begun."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.actors import Console, Join, in_state, sees_moving_pictures
from tests.browser.connections import KEPT, only
from tests.browser.stage import Stage
from tests.pools import end_relay
from tests.servers import RunningServer, running_server

ANA = "Ana Fault Ortiz"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("faults"), calls="relay") as running:
        yield running


async def in_call(stage: Stage) -> tuple[Join, Console]:
    console = await stage.console("avery", script=KEPT)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA, script=KEPT)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana, console


async def test_a_relay_is_killed_and_the_call_goes_on(stage: Stage) -> None:
    ana, console = await in_call(stage)
    end_relay(stage.server.folder / "data" / "relay")
    await expect(ana.page.get_by_test_id("call-cover")).to_be_visible()
    await in_state(ana.page, "connected")
    await console.connected()
    await expect(ana.page.get_by_test_id("call-cover")).to_be_hidden()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    for page in (ana.page, console.page):
        await only(page)
    assert stage.errors == []


async def test_the_server_starts_again_and_the_pages_keep_their_connections(
    stage: Stage,
) -> None:
    ana, console = await in_call(stage)
    before = [await only(page) for page in (ana.page, console.page)]
    stage.server.kill()
    stage.server.start()
    await expect(console.page.get_by_test_id("call-hangup")).to_be_visible()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    await in_state(ana.page, "connected")
    await console.connected()
    after = [await only(page) for page in (ana.page, console.page)]
    assert [one.index for one in after] == [one.index for one in before]
    # The pages are heard again, and the call ends as calls do.
    await console.page.get_by_test_id("call-hangup").click()
    await ana.page.get_by_test_id("after-call").wait_for()
