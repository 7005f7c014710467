"""`kill -9` at every step of saving a note: nothing that was shown as saved is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from server.console.noting import NoteStep
from server.rehearsal.live_socket import LiveSocket, new_command_id
from server.rehearsal.page import Page
from server.rehearsal.practitioner import Practitioner
from server.views.notes import NoteView
from tests.clients import scene
from tests.postgres import running_postgres
from tests.servers import SERVE, RunningServer, running_program

FATAL_SAVE = 3
EVERY_STEP = tuple(NoteStep)


class Writer:
    """A page that types word after word, and knows which of them it showed as saved."""

    def __init__(self, page: Page, encounter_id: str) -> None:
        self.page = page
        self.encounter_id = encounter_id
        self.text = ""
        self.shown_as_saved = ""
        self.revision = 0
        self.save: dict[str, object] = {}

    async def type(self, socket: LiveSocket, word: str) -> bool:
        """Type a word and save; tell whether that was answered."""
        self.text = f"{self.text} {word}".strip()
        self.save = {
            "v": 1,
            "type": "note.save",
            "encounter_id": self.encounter_id,
            "base_revision": self.revision,
            "text": self.text,
        }
        return await self.send(socket, new_command_id())

    async def send(self, socket: LiveSocket, command_id: str) -> bool:
        """Send the last save; tell whether it was answered before the server was gone."""
        asked = asyncio.ensure_future(socket.send({**self.save, "id": command_id}))
        gone = asyncio.ensure_future(socket.closed.wait())
        await asyncio.wait({asked, gone}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not asked.done():
            asked.cancel()
            return False
        ack = asked.result()
        assert ack.ok, ack.error
        assert ack.result is not None
        self.revision = int(ack.result["revision"] or 0)
        self.shown_as_saved = self.text
        return True

    async def note(self) -> NoteView:
        path = f"/api/v1/console/encounters/{self.encounter_id}/note"
        return await self.page.get(path, NoteView)


async def write_through(server: RunningServer, steps: Sequence[NoteStep]) -> None:
    """Write, with a server that dies once at each of `steps`, and look each time."""
    async with scene(server) as clinic:
        ana = await clinic.waiting_patient()
        page = await clinic.staff_page("console", "casey")
        casey = Practitioner(page, await clinic.listening(page, "/practitioner"))
        await casey.come_on_duty()
        await clinic.accepted(casey, ana)
        writer = Writer(page, ana.encounter_id)
        for step, following in zip(steps, (*steps[1:], None), strict=True):
            while await writer.type(casey.socket, f"{step.value}-{len(writer.text)}."):
                pass
            assert writer.text != writer.shown_as_saved != ""

            server.program = dying_at(following) if following else SERVE
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            committed = step in {NoteStep.COMMITTED, NoteStep.TOLD}
            expected = writer.text if committed else writer.shown_as_saved
            assert (await writer.note()).note == expected
            casey.socket = await clinic.listening(page, "/practitioner")
            assert await writer.send(casey.socket, new_command_id())
            assert (await writer.note()).note == writer.text
            chart = await casey.read_chart(ana.encounter_id)  # its chain is whole
            assert chart.note_revision == writer.revision


def dying_at(step: NoteStep) -> tuple[str, ...]:
    return ("tests.dying_server", step.value, str(FATAL_SAVE))


@contextmanager
def dying_server(kind: str, folder: Path, step: NoteStep) -> Iterator[RunningServer]:
    """Run a server that dies at a step, then whatever it is told to be."""
    with ExitStack() as stack:
        settings = {}
        if kind == "postgresql":
            postgres = stack.enter_context(running_postgres())
            settings["database_url"] = postgres.create("notes")
        yield stack.enter_context(running_program(folder, dying_at(step), **settings))


async def test_a_save_is_not_lost_by_a_crash_around_its_commit(tmp_path: Path) -> None:
    steps = (NoteStep.WRITTEN, NoteStep.COMMITTED)
    with dying_server("sqlite", tmp_path, steps[0]) as server:
        await write_through(server, steps)


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
async def test_a_save_is_not_lost_by_a_crash_at_any_step(tmp_path: Path, kind: str) -> None:
    with dying_server(kind, tmp_path, EVERY_STEP[0]) as server:
        await write_through(server, EVERY_STEP)
