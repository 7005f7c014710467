"""What compliance sets: holds on records, and the years that a contract asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.retention.holding import YEARS_MAX
from server.retention.refusals import HoldUnclear
from server.services import Core
from server.storage import directory, encounters, retention
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.retention import ContractRow, HoldRow

ID_BYTES: Final = 16
WORDS_MAX: Final = 500
NAME_MAX: Final = 120


async def hold(
    tx: Tx,
    core: Core,
    *,
    encounter_id: str | None,
    patient_id: str | None,
    reason: str,
    by: str,
) -> HoldRow:
    """Hold a record until somebody releases it.

    Raises:
        HoldUnclear: no reason, nobody's name, or not exactly one of encounter and patient.
        RowMissing: there is no such encounter or patient.
    """
    if (encounter_id is None) == (patient_id is None):
        raise HoldUnclear("name an encounter or a patient")
    words = _words(reason, by)
    if encounter_id is not None:
        encounter = await encounters.get(tx, encounter_id)
        whose, network_id = encounter.patient_id, encounter.network_id
    else:
        visits = await retention.visits_of(tx, [patient_id or ""])
        if not visits:
            raise RowMissing("patients", patient_id or "")
        whose, network_id = visits[-1].patient_id, visits[-1].network_id
    await retention.lock_patient(tx, whose)
    row = HoldRow(
        id=core.random_bytes(ID_BYTES).hex(),
        network_id=network_id,
        encounter_id=encounter_id,
        patient_id=patient_id,
        reason=words[0],
        set_by=words[1],
        set_at=core.clock.now(),
    )
    await retention.add_hold(tx, row)
    return row


async def release(tx: Tx, core: Core, hold_id: str, *, reason: str, by: str) -> None:
    """End a hold; it stays on record with who ended it and why.

    Raises:
        HoldUnclear: no reason, or nobody's name.
        RowMissing: there is no such hold, or it ended before.
    """
    words = _words(reason, by)
    await retention.release_hold(
        tx, hold_id, by=words[1], reason=words[0], now=core.clock.now()
    )


@dataclass(frozen=True, slots=True)
class Contracted:
    """What a contract asks for from now on.

    Attributes:
        network_id: whose compliance answers for it.
        years: from the last contact; 0 for nothing.
        shortened: it asked for more before.
    """

    network_id: str
    years: int
    shortened: bool


async def contract(
    tx: Tx,
    core: Core,
    organization_id: str,
    *,
    years: int,
    reference: str,
    by: str,
    shorter: str | None = None,
) -> Contracted:
    """Set how many years a contract of a network or a spa asks for; 0 ends it.

    Args:
        tx: writes.
        core: the data.
        organization_id: a network or a spa.
        years: from the last contact.
        reference: which contract.
        by: who says so.
        shorter: why fewer years than before are enough; kept with the reference.

    Raises:
        HoldUnclear: no reference, nobody's name, years that cannot be, or fewer than before
            without a reason.
        RowMissing: there is no such organization.
    """
    words = _words(reference, by)
    if not 0 <= years <= YEARS_MAX:
        raise HoldUnclear(f"between 0 and {YEARS_MAX} years")
    whose = await directory.organization(tx, organization_id)
    before = (await retention.contracts(tx)).get(organization_id, 0)
    shortened = years < before
    if shortened:
        if shorter is None:
            raise HoldUnclear(f"it was {before} years: records would go earlier; say why")
        why, _ = _words(shorter, by)
        words = _words(f"{words[0]} (shorter: {why})", by)
    row = ContractRow(organization_id, years, words[0], words[1], core.clock.now())
    await retention.set_contract(tx, row)
    return Contracted(whose.network_id or organization_id, years, shortened)


def _words(reason: str, by: str) -> tuple[str, str]:
    reason, by = " ".join(reason.split()), " ".join(by.split())
    if not 1 <= len(reason) <= WORDS_MAX:
        raise HoldUnclear(f"a reason of 1 to {WORDS_MAX} characters, naming no patient")
    if not 1 <= len(by) <= NAME_MAX:
        raise HoldUnclear(f"who says so, in 1 to {NAME_MAX} characters")
    return reason, by
