"""Words written in the call: committed to the chart, then told to both sides.

Only while the visit is in progress, connected or interrupted alike; before it there is nobody
to write to, and afterwards the spa or an addendum. Whoever writes too fast, or very much, is
refused: the bounds are counted in the chart itself, so no window or restart goes round them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from media.call import Side
from server import charting
from server.chart.chat_entries import ChatSaid
from server.chart.entries import AnyEntry, decode
from server.chart.entry import SideName
from server.errors import NotPossibleNow, RateLimited
from server.live.calls import CallBook
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.services import Core
from server.storage import commands, encounters
from server.storage.chart_extract import dated_of_kinds
from server.storage.chart_log import StoredEntry
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views.chat import ChatView
from server.waiting.work import CommandKey, Result
from signaling import messages as wire

MS: Final = 1_000
KINDS: Final = ("chat.said",)
WINDOW_US: Final = 60 * 1_000_000
LINES_PER_WINDOW_MAX: Final = 20
LINES_MAX: Final = 300
"""Of one side, in one encounter."""


async def say(
    core: Core, calls: CallBook, side: Side, command: wire.ChatSay, key: CommandKey
) -> tuple[Result, int]:
    """Commit what was written and tell both sides; return the result, and the chart's length.

    The same command again changes nothing and tells nobody.

    Raises:
        NotPossibleNow: there is no visit in progress.
        RateLimited: too many lines in a minute, or in all.
        ChartFull: the chart has no room.
    """
    async with core.database.write() as tx:
        stored = await commands.recorded(tx, key.actor, key.id)
        encounter = await encounters.get(tx, command.encounter_id, lock=True)
        if stored is not None:
            return json.loads(stored), encounter.chart_seq
        line = await _kept(tx, core, encounter, side, command)
        result = {"seq": line.seq, "at_ms": line.at_ms}
        now = core.clock.now()
        await commands.record(tx, key.actor, key.id, json.dumps(result), now)
    said = {"encounter_id": encounter.encounter_id, "line": line}
    calls.ports.tell(
        recipient_of_patient(encounter.encounter_id), wire.ChatSaid.model_validate(said)
    )
    calls.ports.tell(
        recipient_of_practitioner(encounter.practitioner_id or ""),
        wire.ChatSaid.model_validate(said),
    )
    return result, line.seq


async def _kept(
    tx: Tx, core: Core, encounter: Encounter, side: Side, command: wire.ChatSay
) -> wire.ChatLine:
    if encounter.visit != "in_progress" or encounter.practitioner_id is None:
        raise NotPossibleNow
    charting.require_room(encounter, core.settings.entries_per_encounter_max)
    now = core.clock.now()
    dated = (
        await dated_of_kinds(tx, [encounter.encounter_id], KINDS, keyring=core.keyring)
    ).get(encounter.encounter_id, [])
    require_patience(side, [(at, decode(plaintext)) for at, plaintext in dated], now)
    by: SideName = "patient" if side is Side.PATIENT else "practitioner"
    actor = (
        charting.patient(encounter.encounter_id)
        if side is Side.PATIENT
        else charting.practitioner(encounter.practitioner_id)
    )
    entry = ChatSaid(by=by, text=command.text)
    appended = await charting.append(
        tx, core.keyring, encounter.encounter_id, actor, [entry], now=now
    )
    return wire.ChatLine(seq=appended.seqs[-1], by=by, text=command.text, at_ms=now // MS)


def require_patience(side: Side, chart: Sequence[tuple[int, AnyEntry]], now: int) -> None:
    """Refuse a side that writes too fast or too much.

    Args:
        side: who wants to write.
        chart: entries with their times, microseconds UTC.
        now: microseconds UTC.

    Raises:
        RateLimited: it does.
    """
    said = [at for at, entry in chart if isinstance(entry, ChatSaid) and entry.by == side.value]
    recent = sum(now - at < WINDOW_US for at in said)
    if recent >= LINES_PER_WINDOW_MAX or len(said) >= LINES_MAX:
        raise RateLimited


async def chat_view(tx: Tx, core: Core, encounter_id: str) -> ChatView:
    """Return what was written so far, in order."""
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    return ChatView(lines=lines(stored, entries))


def lines(stored: Sequence[StoredEntry], entries: Sequence[AnyEntry]) -> list[wire.ChatLine]:
    """Return what was written in a chart, in order."""
    return [
        wire.ChatLine(seq=one.seq, by=entry.by, text=entry.text, at_ms=one.at // MS)
        for one, entry in zip(stored, entries, strict=True)
        if isinstance(entry, ChatSaid)
    ]
