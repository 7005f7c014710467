"""`kill -9` at every step of saving a note: nothing that was shown as saved is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.console.noting import NoteStep
from server.rehearsal.live_socket import LiveSocket, new_command_id
from server.rehearsal.page import Page
from server.views.notes import NoteView
from tests.clients import Scene, scene
from tests.postgres import running_postgres
from tests.servers import SERVE, RunningServer, running_server

FATAL_SAVE = 3
EVERY_STEP = tuple(NoteStep)


class Writer:
    """A page that types word after word, and knows which of them it showed as saved."""

    def __init__(self, clinic: Scene, page: Page, encounter_id: str) -> None:
        self.clinic = clinic
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
        casey = await clinic.practitioner("casey")
        await clinic.accepted(casey, ana)
        page = await clinic.staff_page("console", "casey")
        writer = Writer(clinic, page, ana.encounter_id)
        for step in steps:
            await restart(server, ("tests.dying_server", step.value, str(FATAL_SAVE)))
            socket = await clinic.listening(page, "/practitioner")
            answered = [
                await writer.type(socket, f"{step.value}-{number}.")
                for number in range(1, FATAL_SAVE + 1)
            ]
            assert answered == [True] * (FATAL_SAVE - 1) + [False]

            await restart(server, SERVE)
            note = (await writer.note()).note
            committed = step in {NoteStep.COMMITTED, NoteStep.TOLD}
            assert note == (writer.text if committed else writer.shown_as_saved)
            socket = await clinic.listening(page, "/practitioner")
            assert await writer.send(socket, new_command_id())
            assert (await writer.note()).note == writer.text
            chart = await casey.read_chart(ana.encounter_id)  # its chain is whole
            assert chart.note_revision == writer.revision


async def restart(server: RunningServer, program: tuple[str, ...]) -> None:
    server.program = program
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


@contextmanager
def a_server(kind: str, folder: Path) -> Iterator[RunningServer]:
    if kind == "sqlite":
        with running_server(folder) as server:
            yield server
        return
    with (
        running_postgres() as postgres,
        running_server(folder, database_url=postgres.create("notes")) as server,
    ):
        yield server


async def test_a_save_is_not_lost_by_a_crash_around_its_commit(tmp_path: Path) -> None:
    with a_server("sqlite", tmp_path) as server:
        await write_through(server, (NoteStep.WRITTEN, NoteStep.COMMITTED))


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
async def test_a_save_is_not_lost_by_a_crash_at_any_step(tmp_path: Path, kind: str) -> None:
    with a_server(kind, tmp_path) as server:
        await write_through(server, EVERY_STEP)
