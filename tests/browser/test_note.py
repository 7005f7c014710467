"""A note in two windows, across a reload, an outage and another chart; the draft beside it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Page, WebSocketRoute, expect

from server.rehearsal.practitioner import Practitioner
from tests.browser.actors import STEP_MS, Console
from tests.browser.axe import looking
from tests.browser.signing_in import Look, no_look
from tests.browser.stage import DESKTOP, PHONE, Stage

NAME = "Nora Note"
LOGIN = "blake"
FIRST, SECOND, THIRD, FOURTH, FIFTH = (
    "Brow symmetric, no ptosis.",
    "Plan: start low, review in two weeks.",
    "Lesions: none seen.",
    "Typed without a connection.",
    "Saved elsewhere meanwhile.",
)
KEY_MS = 25


async def write(page: Page, words: str) -> None:
    """Write a line of its own at the top of the note.

    The line first, then the words: put right before a word they would be one with it, and a
    word that two windows change at once is kept as both have it.
    """
    note = page.get_by_test_id("note")
    await note.focus()
    for key in ("Control+Home", "Enter", "Control+Home"):
        await page.keyboard.press(key)
    await note.press_sequentially(words, delay=KEY_MS)


async def saved(page: Page, *words: str) -> str:
    """Wait until the page shows as saved what holds all of these words once."""
    note, state = page.get_by_test_id("note"), page.get_by_test_id("note-saved")
    await expect(state).to_have_attribute("data-state", "saved", timeout=STEP_MS)
    text = await note.input_value()
    for one in words:
        assert text.count(one) == 1, (one, text)
    return text


async def test_a_note_is_written_in_two_windows_across_a_reload_and_an_outage(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    nora = await stage.clinic.waiting_patient(NAME)
    blake = await stage.clinic.practitioner(LOGIN)
    await stage.clinic.accepted(blake, nora)
    await blake.examine(nora.encounter_id, looking=False)
    await blake.hang_up(nora.encounter_id)

    one = await stage.page(DESKTOP, media=False, bypass_csp=True)
    await Console(one).sign_in(stage.server.url, stage.server.people[LOGIN])
    two = await one.context.new_page()
    await two.goto(f"{stage.server.url}/console")
    for page in (one, two):
        await expect(page.get_by_test_id("note")).to_be_editable(timeout=STEP_MS)

    await asyncio.gather(write(one, FIRST), write(two, SECOND))
    for page in (one, two):
        for words in (FIRST, SECOND):
            await expect(page.get_by_test_id("note")).to_have_value(
                holding(words), timeout=STEP_MS
            )
    assert await saved(one, FIRST, SECOND) == await saved(two, FIRST, SECOND)

    # The last keys before a reload are on no server yet, and on no disk in the clear.
    one.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await write(one, THIRD)
    stored = await one.evaluate("() => JSON.stringify(sessionStorage)")
    assert "Lesions" not in stored
    await one.reload()
    await expect(one.get_by_test_id("note")).to_have_value(holding(THIRD), timeout=STEP_MS)
    await saved(one, FIRST, SECOND, THIRD)

    await one.context.set_offline(True)
    await write(one, FOURTH)
    state = one.get_by_test_id("note-saved")
    await expect(state).to_have_attribute("data-state", "offline")
    chart = await blake.read_chart(nora.encounter_id)
    await blake.socket.ask(
        "note.save",
        encounter_id=nora.encounter_id,
        base_revision=chart.note_revision,
        text=f"{chart.note}\n{FIFTH}",
    )
    await one.context.set_offline(False)
    await expect(one.get_by_test_id("note")).to_have_value(holding(FIFTH), timeout=STEP_MS)
    await expect(two.get_by_test_id("note")).to_have_value(holding(FOURTH), timeout=STEP_MS)
    text = await saved(one, FIRST, SECOND, THIRD, FOURTH, FIFTH)
    assert text == await saved(two, FIRST, SECOND, THIRD, FOURTH, FIFTH)

    await the_draft(one)
    await look(one, "console-draft")
    await one.set_viewport_size(PHONE)
    wide = await one.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], "nothing scrolls sideways"
    await look(one, "console-draft-phone")
    assert found == {}
    assert stage.errors == []


async def test_words_typed_during_a_save_are_saved_though_another_chart_takes_its_place(
    stage: Stage,
) -> None:
    way = Way()
    async with writing(stage, way) as (page, note_url):
        way.blocked = True
        await write(page, FIRST)
        await expect(page.get_by_test_id("note-saved")).to_have_text("saving", timeout=STEP_MS)
        await write(page, SECOND)
    await examining_olga(stage, page)
    assert await page.evaluate(LEAVE) is False, "it asks before the words are gone"

    way.open()
    await page.wait_for_function(LEAVE, timeout=STEP_MS)
    note = (await (await page.request.get(note_url)).json())["note"]
    assert (note.count(FIRST), note.count(SECOND)) == (1, 1)
    assert stage.errors == []


async def test_a_note_that_cannot_be_saved_is_shown_when_another_chart_takes_its_place(
    stage: Stage,
) -> None:
    found: dict[str, list[str]] = {}
    look = looking(found, stage.folder)
    long = FIRST.ljust(20_001, ".")
    async with writing(stage, Way(), look) as (page, _):
        await page.get_by_test_id("note").fill(long)
    await examining_olga(stage, page)
    lost = page.get_by_test_id("lost-note")
    await expect(lost).to_contain_text(f"The note of {NAME} is not saved", timeout=STEP_MS)
    await expect(lost).to_contain_text("The note is 1 character too long.")
    await lost.locator("summary").click()
    await expect(lost.get_by_role("textbox")).to_have_value(long)
    await look(page, "console-lost-note")
    assert await page.evaluate(LEAVE) is False, "it asks before the words are gone"
    await lost.get_by_role("button", name="Dismiss").click()
    await expect(lost).to_have_count(0)
    assert await page.evaluate(LEAVE) is True
    assert found == {}
    assert stage.errors == []


LEAVE = "() => dispatchEvent(new Event('beforeunload', {cancelable: true}))"


@asynccontextmanager
async def writing(
    stage: Stage, way: Way, look: Look = no_look
) -> AsyncIterator[tuple[Page, str]]:
    """Give a page with a note, and its address; afterwards the chart is parked elsewhere."""
    nora = await stage.clinic.waiting_patient(NAME)
    url, blake = stage.server.url, stage.server.people[LOGIN]
    async with Practitioner.working(url, blake) as elsewhere:
        await stage.clinic.accepted(elsewhere, nora)
        await elsewhere.hang_up(nora.encounter_id)
        page = (await stage.console(LOGIN, look)).page
        await page.route_web_socket(re.compile("socket.io"), way.take)
        await page.reload()
        await expect(page.get_by_test_id("note")).to_be_editable(timeout=STEP_MS)
        yield page, f"{url}/api/v1/console/encounters/{nora.encounter_id}/note"
        await elsewhere.socket.ask("encounter.park", encounter_id=nora.encounter_id)


async def examining_olga(stage: Stage, page: Page) -> None:
    """Accept the next patient, whose chart takes the place of the one that was open."""
    await stage.clinic.waiting_patient("Olga Other")
    console = Console(page)
    await console.come_on_duty()
    await console.accept()
    await expect(page.locator(".desk-chart")).to_contain_text("Olga Other", timeout=STEP_MS)


@dataclass
class Way:
    """From a page to the server; while it is blocked, saves of notes are held up on it."""

    blocked: bool = False
    held: list[tuple[WebSocketRoute, str | bytes]] = field(default_factory=list)

    def take(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def carry(message: str | bytes) -> None:
            if self.blocked and "note.save" in str(message):
                self.held.append((server, message))
            else:
                server.send(message)

        page.on_message(carry)

    def open(self) -> None:
        self.blocked = False
        for server, message in self.held:
            server.send(message)


async def the_draft(page: Page) -> None:
    """Each line of the draft opens its entry."""
    await page.reload()
    draft = page.get_by_test_id("draft")
    await expect(draft).to_contain_text(FIFTH, timeout=STEP_MS)
    line = draft.locator("li", has_text=FIFTH)
    await expect(line).to_have_attribute("data-by", "practitioner")
    source = line.get_by_test_id("draft-source")
    seq = await source.inner_text()
    await source.click()
    entry = page.locator(f"#entry-{seq}")
    await expect(entry).to_be_focused()
    await expect(entry).to_contain_text("Note saved")


def holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))
