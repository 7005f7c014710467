"""The note: saved as typed, from any window, and told to the others once it is committed.

    received -> written -> committed -> told -> (the answer: "saved")

A server that dies at any of these steps has not lost what was shown as saved: the answer comes
last. A save whose answer was lost is sent again, and is known again (`server.chart.note`).

What a page has not saved yet it keeps under `draft_key`, since what a browser stores for a
page lies on the disk of whatever machine that is. The key is made from the encounter's, so
that destroying that one (a shred) destroys what some disk still has; the page has it only in
memory, and only while its session may read the chart.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server import charting
from server.chart.entries import decode
from server.chart.note import (
    KINDS,
    WINDOW,
    NoteEntry,
    fold,
    is_save,
    reaches,
    save,
    since_snapshot,
)
from server.console.examining import MS, require_unsigned
from server.console.job import Job
from server.sealing import KEY_BYTES
from server.services import Core
from server.storage import encounters
from server.storage.chart_extract import latest_of_kinds
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views.notes import NoteView
from server.waiting.work import Result
from signaling import messages as wire

EVERY: Final = 1_000_000
"""More entries than a chart may have."""
DRAFT_KEY: Final = b"goodfaith draft key v1"


class NoteStep(StrEnum):
    """How far a save has come."""

    RECEIVED = "received"
    WRITTEN = "written"  # in a transaction that is not committed
    COMMITTED = "committed"
    TOLD = "told"  # the other windows; the answer comes next


def go_on(_step: NoteStep) -> None:
    """Do nothing at a step."""


@dataclass(slots=True)
class Watch:
    """Who is told of each step; the running server tells nobody. For tests of crashes."""

    reached: Callable[[NoteStep], None] = go_on


WATCH: Final = Watch()


async def save_note(job: Job, command: wire.NoteSave) -> Result:
    """Keep the note as typed so far, then tell the practitioner's windows."""
    WATCH.reached(NoteStep.RECEIVED)

    async def write(tx: Tx, encounter: Encounter, now: int) -> Result:
        result = await saved(tx, job.app.services, encounter, job.actor, command, now)
        WATCH.reached(NoteStep.WRITTEN)
        return result

    result = await job.in_chart(command.encounter_id, write)
    WATCH.reached(NoteStep.COMMITTED)
    job.app.windows.note_saved(job.who, command.encounter_id, int(result["revision"] or 0))
    WATCH.reached(NoteStep.TOLD)
    return result


async def saved(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.NoteSave, now: int
) -> Result:
    """Append what one save changed; the same save again changes nothing.

    `joined` in the result: the note holds more than was sent, since another window saved. The
    text itself is not in it, because results are kept, unsealed, to be given again.

    Raises:
        StaleRevision: it was typed on a revision that this note never had.
        NoteTooLong: with what was saved in another window meanwhile.
        NotPossibleNow: the chart is not open.
    """
    require_unsigned(encounter)
    before, last_at = await _saves(tx, core, encounter.encounter_id)
    if not reaches(before, command.base_revision):
        before, _ = await _saves(tx, core, encounter.encounter_id, count=EVERY)
    fresh = save(before, command.text, base_revision=command.base_revision)
    saved_at = now if fresh else last_at or now
    if fresh:
        who = encounter.encounter_id
        await charting.write(tx, core.keyring, who, actor, fresh, now=now)
    after = fold([*before, *fresh])
    return {
        "revision": after.revision,
        "at_ms": saved_at // MS,
        "joined": after.text != command.text,
    }


async def note_view(tx: Tx, core: Core, encounter_id: str) -> NoteView:
    """Return the note as it stands, with the key for what a page has not saved yet."""
    encounter = await encounters.get(tx, encounter_id)
    saves, last_at = await _saves(tx, core, encounter_id)
    note = fold(saves)
    key = await core.keyring.encounter_key(tx, encounter_id, encounter.network_id)
    return NoteView(
        note=note.text,
        note_revision=note.revision,
        note_saved_at_ms=None if last_at is None else last_at // MS,
        draft_key=draft_key(key, encounter.practitioner_id or ""),
    )


async def _saves(
    tx: Tx, core: Core, encounter_id: str, *, count: int = WINDOW
) -> tuple[Sequence[NoteEntry], int | None]:
    """Return the note's last entries, from a snapshot on, and the instant of the last.

    The rest of the chart is not read: a save comes every second while somebody types. What is
    relied upon, the chart as it is shown and signed, is read whole.
    """
    dated = await latest_of_kinds(tx, encounter_id, KINDS, count=count, keyring=core.keyring)
    decoded = (decode(plaintext) for _, plaintext in dated)
    entries = since_snapshot([one for one in decoded if is_save(one)])
    return entries, dated[-1][0] if dated else None


def draft_key(encounter_key: bytes, practitioner_id: str) -> str:
    """Return the AES-256 key, base64, for unsaved words of one practitioner (RFC 5869)."""
    info = DRAFT_KEY + b"\0" + practitioner_id.encode()
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
    return base64.b64encode(derived.derive(encounter_key)).decode()
