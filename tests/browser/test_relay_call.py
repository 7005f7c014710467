"""A call goes through the relay unless it cannot: both pages, the server and its relay."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import (
    Console,
    Join,
    in_state,
    sees_moving_pictures,
)
from tests.browser.axe import looking
from tests.browser.connections import (
    DIE,
    KEPT,
    MISREAD,
    STILL_MS,
    camera_off_and_on,
    only,
    seen,
    wait_until_connected,
)
from tests.browser.letters import Letters
from tests.browser.signing_in import Look, no_look
from tests.browser.stage import Stage
from tests.servers import RunningServer, free_port, running_server

ANA = "Ana Relay Ortiz"
LOST_MS = 30_000
# Nobody is seen or heard over any connection of this page.
STILL = """
() => window.connections.every((one) => one.connectionState !== "connected"
  || one.getSenders().every((each) => each.track === null))
"""


@pytest.fixture(scope="module")
def port() -> int:
    """Return the relay's UDP port."""
    return free_port()


@pytest.fixture(scope="module")
def server(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("relayed")
    with running_server(folder, calls="relay", relay_port=str(port)) as running:
        yield running


async def people(stage: Stage, look: Look = no_look) -> tuple[Join, Console]:
    """Return a practitioner on duty, and a patient who has not taken a place yet."""
    console = await stage.console("avery", look, script=KEPT)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA, script=KEPT, bypass_csp=look is not no_look)
    return ana, console


async def in_call(stage: Stage, look: Look = no_look) -> tuple[Join, Console]:
    ana, console = await people(stage, look)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    return ana, console


async def reaches_the_controls(page: Page) -> None:
    """See that what is open on a phone can be scrolled past, and that it hides nothing."""
    for name in ("lost-callback", "call-hangup"):
        control = page.get_by_test_id(name)
        await control.scroll_into_view_if_needed()
        await expect(control).to_be_in_viewport(ratio=1)
        await control.click(trial=True)  # it would hit the control, and nothing above it
    video, foot = [
        await page.locator(one).bounding_box() for one in (".join-video", ".join-call-foot")
    ]
    assert video is not None
    assert foot is not None
    assert video["y"] + video["height"] <= foot["y"]


async def test_a_call_goes_through_the_relay_and_only_there(stage: Stage, port: int) -> None:
    ana, console = await people(stage)
    patient, practitioner = Letters(ana.page), Letters(console.page)
    # Sockets that are open already are not seen.
    for page in (ana.page, console.page):
        await page.reload()
    await console.come_on_duty()
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    assert patient.modes() == practitioner.modes() == ["relay"]
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    for page in (ana.page, console.page):
        assert (await only(page)).port == port
    for letters in (patient, practitioner):
        assert letters.count("call.description") == letters.count("call.candidate") == 0
    await expect(ana.page.locator(".join-call-lock")).to_contain_text("relay")
    way = console.page.get_by_test_id("call-way")
    await expect(way).to_have_attribute("data-mode", "relay")
    await expect(way).to_contain_text("Through our relay")
    for page in (ana.page, console.page):
        await expect(page.get_by_test_id("spoken")).to_have_count(0)
    assert stage.errors == []


async def test_while_it_rings_both_are_connected_and_nothing_is_sent(stage: Stage) -> None:
    ana, console = await people(stage)
    await ana.wait()
    await console.page.get_by_test_id("offer-card").wait_for()
    for page in (ana.page, console.page):
        await wait_until_connected(page)
        # The camera is open for its owner by now, and no connection holds it.
        await page.wait_for_timeout(STILL_MS)
        leg = await only(page)
        assert leg.tracks == (None, None)
        assert leg.active == (False, False)
        assert leg.pictures == leg.sounds == 0
    await console.page.get_by_test_id("offer-pass").click()
    await expect(console.page.get_by_test_id("offer-card")).to_be_hidden()
    await console.page.wait_for_function(
        "() => window.connections.every((one) => one.connectionState === 'closed')"
    )
    assert len(await seen(ana.page)) == 1


async def test_of_two_windows_the_one_that_accepts_has_the_call(
    stage: Stage, port: int
) -> None:
    console = await stage.console("avery", script=KEPT)
    second = await console.page.context.new_page()
    await second.goto(f"{stage.server.url}/console")
    await console.come_on_duty()
    await second.get_by_test_id("duty-toggle").wait_for()
    ana, _ = await stage.ready(ANA, script=KEPT)
    await ana.wait()
    # Both answer the same leg, and one of them has it.
    windows = (console.page, second)
    having = [asyncio.ensure_future(wait_until_connected(page)) for page in windows]
    await asyncio.wait(having, return_when=asyncio.FIRST_COMPLETED)
    other = windows[having[0].done()]
    for waiting in having:
        waiting.cancel()
    await asyncio.gather(*having, return_exceptions=True)
    accepting = Console(other)
    await accepting.accept()
    await accepting.connected()
    await in_state(ana.page, "connected")
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(other) > 10
    for page in (ana.page, other):
        assert (await only(page)).port == port
    left = windows[other is console.page]
    await expect(left.get_by_test_id("sign-in-login")).to_be_visible()


async def test_a_patient_reloads_and_the_practitioner_keeps_the_connection(
    stage: Stage,
) -> None:
    ana, console = await in_call(stage)
    before = await only(console.page)
    await ana.page.reload()
    await expect(console.page.get_by_test_id("call-cover")).to_be_visible()
    await in_state(ana.page, "connected")
    await console.connected()
    await expect(console.page.get_by_test_id("call-cover")).to_be_hidden()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    after = await only(console.page)
    assert after.index == before.index
    assert after.sounds > before.sounds
    assert stage.errors == []


async def test_a_practitioner_reloads_and_the_patient_keeps_the_connection(
    stage: Stage,
) -> None:
    ana, console = await in_call(stage)
    before = await only(ana.page)
    await console.page.reload()
    await console.connected()
    await in_state(ana.page, "connected")
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    assert (await only(ana.page)).index == before.index
    assert stage.errors == []


async def test_a_connection_that_dies_is_replaced_beside_the_other_one(stage: Stage) -> None:
    ana, console = await in_call(stage)
    before = await only(console.page)
    await ana.page.evaluate(DIE)
    await expect(console.page.get_by_test_id("call-cover")).to_be_visible()
    await in_state(ana.page, "connected")
    await console.connected()
    assert await sees_moving_pictures(ana.page) > 10
    assert await sees_moving_pictures(console.page) > 10
    assert (await only(console.page)).index == before.index


@pytest.mark.safeguard("V17.2.8")
async def test_v17_2_8_another_certificate_than_the_answer_told_of_ends_it_on_both_pages(
    stage: Stage,
) -> None:
    console = await stage.console("avery", script=KEPT)
    await console.come_on_duty()
    ana, _ = await stage.ready(ANA, script=KEPT + MISREAD)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    await ana.page.evaluate("() => { window.misread = true; }")
    await ana.page.evaluate(DIE)
    await in_state(ana.page, "failed")
    await in_state(console.page, "failed")
    words = console.page.get_by_text("The encryption of the call could not be verified")
    await expect(words).to_be_visible()
    for page in (ana.page, console.page):
        await page.wait_for_function(STILL)
    await ana.page.evaluate("() => { window.misread = false; }")
    await console.page.get_by_test_id("call-retry").click()
    await in_state(ana.page, "connected")
    await console.connected()
    assert stage.errors == []


async def test_a_camera_that_is_off_sends_nothing_and_comes_back(stage: Stage) -> None:
    ana, console = await in_call(stage)
    await camera_off_and_on(ana.page, console.page)
    await camera_off_and_on(console.page, ana.page)
    assert stage.errors == []


@pytest.mark.long
async def test_after_a_while_without_the_other_each_may_choose_another_way(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    ana, console = await in_call(stage, look)
    await ana.page.evaluate("() => { window.stuck = true; }")
    await ana.page.evaluate(DIE)
    await expect(console.page.get_by_test_id("call-cover")).to_be_visible()
    lost = console.page.get_by_test_id("call-lost")
    await lost.wait_for(timeout=LOST_MS)
    await expect(ana.page.get_by_test_id("call-lost")).to_be_visible(timeout=LOST_MS)
    await ana.page.get_by_test_id("lost-device").click()
    await expect(ana.page.locator("#lost-device-text")).to_contain_text("message")
    await look(console.page, "console-lost")
    await look(ana.page, "join-lost")
    await reaches_the_controls(ana.page)
    await console.page.get_by_test_id("lost-wait").click()
    await expect(lost).to_be_hidden()
    await ana.page.evaluate("() => { window.stuck = false; }")
    await in_state(ana.page, "connected")
    await console.connected()
    await expect(ana.page.get_by_test_id("call-lost")).to_be_hidden()
    assert await sees_moving_pictures(console.page) > 10
    assert found == {}
