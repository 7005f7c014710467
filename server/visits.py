"""Moving a visit: the row and the chart's entry, in one transaction.

Where a visit may go is decided by `signaling.visit`. While a patient waits or is in an exam,
the desk of the network is the one that moves it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server import charting
from server.chart.entries import AnyEntry, CallbackEnded, VisitChanged
from server.keyring import Keyring
from server.storage import callbacks, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.identifiers import Instant
from signaling.visit import (
    PacketSubmitted,
    PractitionerDropped,
    Rescheduled,
    Resumed,
    ReviewReturned,
    UpgradedToLive,
    VisitEvent,
    VisitState,
    advance,
)

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
    after = moved(encounter, event, now=now)
    if after.visit == encounter.visit:
        return VisitState(after.visit)
    await encounters.set_changed(tx, encounter, after)
    entries: list[AnyEntry] = [VisitChanged(before=encounter.visit, after=after.visit)]
    if VisitState(after.visit) not in KEEPS_CALLBACK:
        entries += await callback_over(tx, encounter, after.visit, now=now)
    await charting.write(tx, keyring, encounter.encounter_id, actor, entries, now=now)
    return VisitState(after.visit)


async def callback_over(
    tx: Tx, encounter: Encounter, reason: str, *, now: int
) -> list[AnyEntry]:
    """End the patient's callback, and return the entry that says so, if there was one."""
    ended = await callbacks.end(tx, encounter.encounter_id, now)
    return [CallbackEnded(reason=reason)] if ended else []


def moved(encounter: Encounter, event: VisitEvent, *, now: int) -> Encounter:
    """Return the row as `event` leaves it; the same one if the visit stays where it is.

    Raises:
        IllegalTransition: the visit cannot go there.
    """
    before = VisitState(encounter.visit)
    after = advance(before, event)
    if after is before:
        return encounter
    at = Instant(now)
    row = replace(encounter, visit=after.value, changed_at=at)
    if after is VisitState.SIGNED:
        return replace(row, signed_at=at, parked=False)
    if isinstance(event, PacketSubmitted):
        return replace(row, submitted_at=at)
    if isinstance(event, UpgradedToLive):
        row = replace(row, requested_modality="live_video")
    if isinstance(event, PractitionerDropped | Rescheduled | ReviewReturned | UpgradedToLive):
        # `connected_at` stays: the patient did get through to somebody.
        row = replace(row, practitioner_id=None, accepted_at=None, parked=False)
    if isinstance(event, Resumed):
        return replace(row, ended_at=None, parked=False)
    if after in ENDED:
        return replace(row, ended_at=at)
    return row
