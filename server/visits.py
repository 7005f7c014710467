"""Moving a visit outside the waiting room: the row and the chart's entry, in one transaction.

Where a visit may go is decided by `signaling.visit`. While a patient waits, the desk of the
network is the one that moves it.
"""

from __future__ import annotations

from server import charting
from server.chart.entries import VisitChanged
from server.services import Core
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.visit import VisitEvent, VisitState, advance, is_terminal


async def move(
    tx: Tx, core: Core, encounter: Encounter, event: VisitEvent, *, actor: str, now: int
) -> VisitState:
    """Write one step of a visit, and return where it leads.

    Args:
        tx: holds the encounter's row.
        core: the running server.
        encounter: as read under lock in `tx`.
        event: what happened.
        actor: whose doing it was, as charts name them.
        now: microseconds UTC.

    Raises:
        IllegalTransition: it cannot go there; nothing was written.
    """
    before = VisitState(encounter.visit)
    after = advance(before, event)
    if after is before:
        return after
    await encounters.set_visit(tx, encounter.encounter_id, after.value, now=now)
    if is_terminal(after):
        await encounters.set_ended(tx, encounter.encounter_id, ended_at=now)
    entry = VisitChanged(before=before.value, after=after.value)
    await charting.write(tx, core.keyring, encounter.encounter_id, actor, [entry], now=now)
    return after
