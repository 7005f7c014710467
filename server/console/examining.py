"""What a practitioner writes into an open chart, and when it may be written."""

from __future__ import annotations

from collections.abc import Collection

from server import charting
from server.chart.reading import read
from server.chart.state import ChartState
from server.errors import Conflict, NotFound, NotPossibleNow
from server.services import Core
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter

UNSIGNED = ("in_progress", "wrap_up")
OPEN = (*UNSIGNED, "in_review")
MS = 1_000


class GatesMissing(Conflict):
    """Spoken prompts come before any decision; `fields` names those not confirmed."""

    code = "gates_missing"
    message = "Say and confirm the prompts first. Decisions come after them."


def require_unsigned(encounter: Encounter) -> None:
    """Refuse unless the exam, or the review, is open.

    Raises:
        NotPossibleNow: before accept, or signed, or over.
    """
    if encounter.visit not in OPEN:
        raise NotPossibleNow


def require_signed(encounter: Encounter) -> None:
    """Refuse unless the chart is signed.

    Raises:
        NotPossibleNow: it is not.
    """
    if encounter.visit != "signed":
        raise NotPossibleNow


async def unsigned(
    tx: Tx, encounter_id: str, practitioner_id: str, *, visits: Collection[str] = UNSIGNED
) -> Encounter:
    """Return a practitioner's open encounter, locked.

    Raises:
        NotFound: it is somebody else's.
        NotPossibleNow: it is not open.
    """
    encounter = await encounters.get(tx, encounter_id, lock=True)
    if encounter.practitioner_id != practitioner_id:
        raise NotFound
    if encounter.visit not in visits:
        raise NotPossibleNow
    return encounter


async def chart_state(tx: Tx, core: Core, encounter_id: str) -> ChartState:
    """Return what a chart says now."""
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    return read(entries, [one.at for one in stored])
