"""What a practitioner says before care: prompts confirmed, who is there, an emergency."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from server import charting, emergencies
from server.chart import entries as chart
from server.chart.requirements import required_gates
from server.console.examining import chart_state, require_unsigned
from server.errors import InvalidBody, NotPossibleNow
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.waiting.work import Result
from signaling import messages as wire
from signaling.messages import Gate

ATTESTED: Final[frozenset[Gate]] = frozenset({"location", "consent"})
Say = Callable[[Tx, Core, Encounter, str, Any, int], Awaitable[Result]]


async def confirm(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.GateConfirm, now: int
) -> Result:
    """Keep that a prompt was asked and answered.

    Raises:
        InvalidBody: a prompt that this exam does not have.
        NotPossibleNow: the chart is not open; or it is about the place, and the patient was
            heard to be elsewhere and has not said where yet.
    """
    require_unsigned(encounter)
    state = await chart_state(tx, core, encounter.encounter_id)
    if command.gate not in required_gates(state):
        raise InvalidBody(fields=("gate",))
    if state.heard is not None and command.gate in ATTESTED:
        raise NotPossibleNow
    entry = chart.GateConfirmed(gate=command.gate, confirmed=command.confirmed)
    return await _write(tx, core, encounter, actor, [entry], now)


async def set_room(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.RoomSet, now: int
) -> Result:
    """Keep who is with the patient, as heard and seen in the call; that confirms it too.

    Raises:
        NotPossibleNow: the chart is not open, or it is a review: nobody is heard or seen.
    """
    require_unsigned(encounter)
    if encounter.visit == "in_review":
        raise NotPossibleNow
    entries: list[chart.AnyEntry] = [
        chart.RoomDeclared(by="practitioner", people=command.people),
        chart.GateConfirmed(gate="room", confirmed=True),
    ]
    return await _write(tx, core, encounter, actor, entries, now)


async def raise_emergency(
    tx: Tx, core: Core, encounter: Encounter, actor: str, command: wire.EmergencyRaise, now: int
) -> Result:
    """Keep that somebody needs help, whatever the chart's state; twice is the same as once."""
    state = await chart_state(tx, core, encounter.encounter_id)
    entry = emergencies.raised(state, [command.flag], "practitioner")
    return await _write(tx, core, encounter, actor, [entry] if entry else [], now)


async def clear_emergency(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    actor: str,
    _command: wire.EmergencyClear,
    now: int,
) -> Result:
    """Keep that it is over; nothing when there is none."""
    state = await chart_state(tx, core, encounter.encounter_id)
    over = [chart.EmergencyCleared(by="practitioner")] if state.emergency else []
    return await _write(tx, core, encounter, actor, over, now)


async def _write(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    actor: str,
    entries: Sequence[chart.AnyEntry],
    now: int,
) -> Result:
    if entries:
        await charting.write(tx, core.keyring, encounter.encounter_id, actor, entries, now=now)
    return {}
