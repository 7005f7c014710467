"""The note over sockets: several windows of one practitioner, and what they are told."""

from __future__ import annotations

import base64

from server.chart.note import NOTE_MAX
from server.console.noting import draft_key
from server.rehearsal.live_socket import new_command_id
from server.rehearsal.practitioner import Practitioner
from server.sealing import KEY_BYTES
from server.views.notes import NoteView
from signaling import messages as wire
from tests.clients import Attendee, Scene


async def wrap_up(clinic: Scene) -> tuple[Attendee, Practitioner]:
    """Return a practitioner after a call: they may have several windows then."""
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    await casey.hang_up(ana.encounter_id)
    return ana, casey


async def test_two_windows_save_at_once_and_both_texts_are_there(clinic: Scene) -> None:
    ana, casey = await wrap_up(clinic)
    page = await clinic.staff_page("console", "casey")
    other = await clinic.listening(page, "/practitioner")
    path = f"/api/v1/console/encounters/{ana.encounter_id}/note"
    save = {"encounter_id": ana.encounter_id, "base_revision": 0}

    first = await casey.socket.ask("note.save", **save, text="Seen on video.")
    assert (first["revision"], first["joined"]) == (1, False)
    told = await other.expect(wire.NoteSaved)
    assert (told.encounter_id, told.revision) == (ana.encounter_id, 1)

    second = await other.ask("note.save", **save, text="Plan: as asked.")
    assert (second["revision"], second["joined"]) == (2, True)
    assert "Seen" not in str(second)  # results are kept, and not sealed
    await casey.socket.expect(wire.NoteSaved, lambda one: one.revision == 2)
    note = await page.get(path, NoteView)
    assert note.note == "Plan: as asked.\nSeen on video."

    again = await other.ask("note.save", **save, text="Plan: as asked.")
    assert (again["revision"], again["joined"]) == (2, True)
    assert (await page.get(path, NoteView)).note == note.note
    assert len(base64.b64decode(note.draft_key)) == KEY_BYTES


async def test_what_two_windows_typed_is_refused_when_it_is_too_long_together(
    clinic: Scene,
) -> None:
    ana, casey = await wrap_up(clinic)
    await casey.socket.ask(
        "note.save", encounter_id=ana.encounter_id, base_revision=0, text="a" * NOTE_MAX
    )
    ack = await casey.socket.send(
        {
            "v": 1,
            "id": new_command_id(),
            "type": "note.save",
            "encounter_id": ana.encounter_id,
            "base_revision": 0,
            "text": "b",
        }
    )
    assert ack.error is not None
    assert ack.error.code == "note_too_long"
    assert not ack.error.retry
    never = await casey.socket.command(
        "note.save", encounter_id=ana.encounter_id, base_revision=7, text="c"
    )
    assert never.error is not None
    assert never.error.code == "stale_revision"
    assert (await casey.read_chart(ana.encounter_id)).note_revision == 1


def test_a_draft_key_is_of_one_encounter_and_one_practitioner() -> None:
    keys = {draft_key(bytes([n]) * KEY_BYTES, who) for n in (1, 2) for who in ("a", "b")}
    assert len(keys) == 4
    assert base64.b64encode(bytes([1]) * KEY_BYTES).decode() not in keys
