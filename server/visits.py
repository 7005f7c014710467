"""Moving a visit: the row and the chart's entry, in one transaction.

Where a visit may go is decided by `signaling.visit`. While a patient waits or is in an exam,
the desk of the network is the one that moves it.
"""

from __future__ import annotations

from typing import Final

from server import charting
from server.chart.entries import AnyEntry, CallbackEnded, VisitChanged
from server.keyring import Keyring
from server.storage import callbacks, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.visit import PractitionerDropped, VisitEvent, VisitState, advance

KEEPS_CALLBACK: Final = frozenset({VisitState.REQUESTED, VisitState.INTAKE, VisitState.LEFT})
ENDED: Final = frozenset(
    {
        VisitState.WRAP_UP,
        VisitState.LEFT,
        VisitState.CANCELLED,
        VisitState.NO_SHOW,
        VisitState.EXPIRED,
    }
)


async def move(
    tx: Tx, keyring: Keyring, encounter: Encounter, event: VisitEvent, *, actor: str, now: int
) -> VisitState:
    """Write one step of a visit, and return where it leads.

    Args:
        tx: holds the encounter's row.
        keyring: seals the entry.
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
    if after is VisitState.SIGNED:
        await encounters.set_signed(tx, encounter.encounter_id, signed_at=now)
    elif isinstance(event, PractitionerDropped):
        await encounters.set_released(tx, encounter.encounter_id, now=now)
    elif after in ENDED:
        await encounters.set_ended(tx, encounter.encounter_id, ended_at=now)
    entries: list[AnyEntry] = [VisitChanged(before=before.value, after=after.value)]
    if after not in KEEPS_CALLBACK and await callbacks.end(tx, encounter.encounter_id, now):
        entries.append(CallbackEnded(reason=after.value))
    await charting.write(tx, keyring, encounter.encounter_id, actor, entries, now=now)
    return after
