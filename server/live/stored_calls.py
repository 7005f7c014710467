"""Calls as the database knows them, taken up by a process that does not."""

from __future__ import annotations

from media.call import Call, CallState, Failure, Side
from server.access import Principal
from server.live.calls import CallBook
from server.live.live_call import LiveCall
from server.services import Core
from server.storage import encounters, roster
from server.storage.roster import CallRow
from signaling.messages import CallMode


async def stored_call(core: Core, encounter_id: str) -> LiveCall | None:
    """Return the call of an exam that is going on, as committed; None when there is none."""
    async with core.database.read() as tx:
        encounter = await encounters.get(tx, encounter_id)
        rows = await roster.calls_of(tx, encounter_id)
    who = encounter.practitioner_id
    if encounter.visit != "in_progress" or who is None or not rows:
        return None
    row = rows[-1]
    mode: CallMode = "relay" if row.mode == "relay" else "direct"
    return LiveCall(encounter_id, encounter.network_id, who, call_of(row), mode)


async def unknown_calls(core: Core, calls: CallBook, network_id: str) -> list[LiveCall]:
    """Return the exams of a network that are going on, and that `calls` does not know of."""
    async with core.database.read() as tx:
        going_on = await encounters.in_visit(tx, network_id, "in_progress")
    unknown = [one.encounter_id for one in going_on if calls.get(one.encounter_id) is None]
    found = [await stored_call(core, encounter_id) for encounter_id in unknown]
    return [live for live in found if live is not None]


def call_of(row: CallRow) -> Call:
    """Return the call that a row stands for, as far as rows know it."""
    failure = Failure(row.outcome) if row.outcome in set(Failure) else None
    flowing = CallState.CONNECTING if row.connected_at is None else CallState.CONNECTED
    return Call(
        generation=row.generation,
        state=CallState.FAILED if failure else flowing,
        started_at=row.started_at,
        patient_first_frame_at=row.patient_first_frame_at,
        practitioner_first_frame_at=row.practitioner_first_frame_at,
        connected_at=row.connected_at,
        failure=failure,
        ended_at=row.ended_at,
    )


def side_of(principal: Principal) -> Side:
    """Return which side of a call a principal is on."""
    return Side.PATIENT if principal.encounter_id is not None else Side.PRACTITIONER
