"""Encounters: where each visit stands, and its place in the line.

Functions named `set_...` write what they are told, and when; each touches exactly one row. The
visit is written by `set_visit` alone, and where it may go is decided by its machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import select, update

from server.chart.leaf import GENESIS
from server.storage.errors import CommitFailed, RowMissing
from server.storage.statements import Query, Tx, among, insert_into, update_rows
from server.storage.tables import counters, encounters
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.messages import PresenceName, RequestedModality, Visit

UNSIGNED: Final[tuple[Visit, ...]] = ("in_progress", "wrap_up")
PLACES: Final = "encounter_place"
# What may change once an encounter exists.
CHANGING: Final = (
    "visit",
    "requested_modality",
    "jurisdiction",
    "eligibility",
    "language",
    "priority",
    "place",
    "presence",
    "practitioner_id",
    "parked",
    "chart_seq",
    "chart_head",
    "ready_at",
    "accepted_at",
    "connected_at",
    "ended_at",
    "submitted_at",
    "signed_at",
    "changed_at",
)


@dataclass(frozen=True, slots=True)
class Encounter:
    """A row of `encounters`; instants in microseconds UTC.

    Attributes:
        request_id: the spa's own; with `spa_id` it names one encounter.
        requested_by: account of the spa's staff; None for an integration.
        requested_modality: how the patient wants to be examined; once it was raised to live
            video it stays so.
        jurisdiction: where the patient attested to be.
        language: code of the language that the patient wants to speak; empty before they wait.
        priority: steps of priority in line.
        eligibility, place, ready_at: as of the last time the patient asked to be seen. They
            outlive the exam: a practitioner who drops out gives the place back.
        practitioner_id: who accepted.
        parked: the unsigned chart was put aside.
        chart_seq, chart_head: number and leaf hash of the chart's last entry.
        connected_at: the first time that media flowed both ways.
        submitted_at: when the patient sent what is to be reviewed without them.
        ended_at: when the call, or the visit without one, was over.
    """

    encounter_id: EncounterId
    network_id: str
    spa_id: str
    site_id: str
    patient_id: str
    request_id: str
    requested_by: str | None
    requested_at: Instant
    changed_at: Instant
    visit: Visit = "requested"
    requested_modality: RequestedModality = "live_video"
    jurisdiction: str | None = None
    eligibility: EligibilityClass | None = None
    language: str = ""
    priority: int = 0
    place: int | None = None
    presence: PresenceName = "unknown"
    practitioner_id: PractitionerId | None = None
    parked: bool = False
    chart_seq: int = 0
    chart_head: str = GENESIS
    ready_at: Instant | None = None
    accepted_at: Instant | None = None
    connected_at: Instant | None = None
    ended_at: Instant | None = None
    submitted_at: Instant | None = None
    signed_at: Instant | None = None


async def create(tx: Tx, encounter: Encounter) -> Encounter:
    """Insert the encounter, or give the one that this request made before, unchanged.

    The caller tells them apart by `encounter_id`.
    """
    await tx.execute(
        insert_into(tx, encounters)
        .values(_row(encounter))
        .on_conflict_do_nothing(index_elements=["spa_id", "request_id"])
    )
    query = select(encounters).where(
        encounters.c.spa_id == encounter.spa_id,
        encounters.c.request_id == encounter.request_id,
    )
    return (await _all(tx, query))[0]


async def get(tx: Tx, encounter_id: str, *, lock: bool = False) -> Encounter:
    """Give an encounter; `lock` lets nobody else change it until the commit.

    FOR NO KEY UPDATE, here and in the chart's log: a row that refers to the encounter has a
    weak lock on it, and a stronger one than this would deadlock with whoever made such a row.

    Raises:
        RowMissing: there is none.
    """
    query = select(encounters).where(encounters.c.id == encounter_id)
    found = await _all(tx, query.with_for_update(key_share=True) if lock else query)
    if not found:
        raise RowMissing("encounters", encounter_id)
    return found[0]


async def hold(tx: Tx, encounter_ids: Iterable[str]) -> Mapping[str, Encounter]:
    """Give encounters by their id, all locked as `get` locks one, in one order for everybody.

    Raises:
        RowMissing: one of them is not there.
    """
    wanted = sorted(set(encounter_ids))
    query = (
        select(encounters).where(among(tx, encounters.c.id, wanted)).order_by(encounters.c.id)
    )
    found = await _all(tx, query.with_for_update(key_share=True)) if wanted else []
    held = {one.encounter_id: one for one in found}
    for encounter_id in wanted:
        if encounter_id not in held:
            raise RowMissing("encounters", encounter_id)
    return {str(one): row for one, row in held.items()}


async def next_place(tx: Tx) -> int:
    """Give the next place in line. Places only grow; one that is rolled back is given again."""
    statement = insert_into(tx, counters).values(name=PLACES, value=1)
    given = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    return int((await tx.execute(given)).scalar_one())


# ------------------------------------------------------------------ changes


async def save(tx: Tx, changes: Sequence[tuple[Encounter, Encounter]]) -> None:
    """Write rows that this transaction holds, each as `(read, changed)`.

    Raises:
        CommitFailed: a chart grew since its row was read; nothing may be committed.
    """
    rows = [
        {
            "row_id": read.encounter_id,
            "seq_read": read.chart_seq,
            "head_read": read.chart_head,
            **{name: getattr(changed, name) for name in CHANGING},
        }
        for read, changed in changes
    ]
    as_read = {"row_id": "id", "seq_read": "chart_seq", "head_read": "chart_head"}
    if await update_rows(tx, encounters, rows, where=as_read) != len(rows):
        raise CommitFailed("a chart grew meanwhile")


async def set_changed(tx: Tx, read: Encounter, changed: Encounter) -> None:
    """Write what differs between a row as it was read under lock and as it is to be."""
    values = {
        name: getattr(changed, name)
        for name in CHANGING
        if getattr(changed, name) != getattr(read, name)
    }
    values.pop("changed_at", None)
    await _set(tx, read.encounter_id, changed.changed_at, **values)


async def set_visit(tx: Tx, encounter_id: str, visit: str, *, now: int) -> None:
    """Write where the visit stands."""
    await _set(tx, encounter_id, now, visit=visit)


async def set_jurisdiction(tx: Tx, encounter_id: str, jurisdiction: str, *, now: int) -> None:
    """Write where the patient attested to be."""
    await _set(tx, encounter_id, now, jurisdiction=jurisdiction)


async def set_connected(tx: Tx, encounter_id: str, *, connected_at: int) -> bool:
    """Write when media first flowed both ways; False if that is known already."""
    changed = await tx.execute(
        update(encounters)
        .where(encounters.c.id == encounter_id, encounters.c.connected_at.is_(None))
        .values(connected_at=connected_at, changed_at=connected_at)
    )
    return changed.rowcount == 1


async def set_parked(tx: Tx, encounter_id: str, *, parked: bool, now: int) -> None:
    """Write whether the unsigned chart is put aside."""
    await _set(tx, encounter_id, now, parked=parked)


async def _set(tx: Tx, encounter_id: str, now: int, **values: object) -> None:
    changed = await tx.execute(
        update(encounters)
        .where(encounters.c.id == encounter_id)
        .values(changed_at=now, **values)
    )
    if changed.rowcount != 1:
        raise RowMissing("encounters", encounter_id)


# ------------------------------------------------------------------ questions


async def in_visit(tx: Tx, network_id: str, visit: Visit) -> list[Encounter]:
    """Give a network's encounters whose visit stands there, the oldest place first."""
    query = (
        select(encounters)
        .where(encounters.c.network_id == network_id, encounters.c.visit == visit)
        .order_by(encounters.c.place, encounters.c.id)
    )
    return await _all(tx, query)


async def with_ids(tx: Tx, encounter_ids: Sequence[str]) -> Mapping[str, Encounter]:
    """Give those of some encounters that are there, by their id."""
    if not encounter_ids:
        return {}
    found = await _all(tx, select(encounters).where(among(tx, encounters.c.id, encounter_ids)))
    return {one.encounter_id: one for one in found}


async def of_spa(tx: Tx, spa_id: str, limit: int) -> list[Encounter]:
    """Give a spa's encounters, the last changed first."""
    query = (
        select(encounters)
        .where(encounters.c.spa_id == spa_id)
        .order_by(encounters.c.changed_at.desc(), encounters.c.id)
        .limit(limit)
    )
    return await _all(tx, query)


async def of_patient(tx: Tx, patient_id: str, limit: int) -> list[Encounter]:
    """Give a patient's encounters, the last requested first."""
    query = (
        select(encounters)
        .where(encounters.c.patient_id == patient_id)
        .order_by(encounters.c.requested_at.desc(), encounters.c.id)
        .limit(limit)
    )
    return await _all(tx, query)


async def unsigned_of(tx: Tx, practitioner_id: str) -> list[Encounter]:
    """Give the charts that still want this practitioner's signature, the oldest first."""
    query = (
        select(encounters)
        .where(
            encounters.c.practitioner_id == practitioner_id, encounters.c.visit.in_(UNSIGNED)
        )
        .order_by(encounters.c.accepted_at, encounters.c.id)
    )
    return await _all(tx, query)


async def signed_by(
    tx: Tx, practitioner_id: str, *, before: Instant, limit: int
) -> list[Encounter]:
    """Give what a practitioner signed before an instant, the newest first."""
    query = (
        select(encounters)
        .where(
            encounters.c.practitioner_id == practitioner_id,
            encounters.c.visit == "signed",
            encounters.c.signed_at < before,
        )
        .order_by(encounters.c.signed_at.desc(), encounters.c.id)
        .limit(limit)
    )
    return await _all(tx, query)


def _row(encounter: Encounter) -> dict[str, object]:
    values = asdict(encounter)
    return {"id": values.pop("encounter_id"), **values}


async def _all(tx: Tx, query: Query) -> list[Encounter]:
    rows = (dict(row) for row in (await tx.execute(query)).mappings())
    return [Encounter(encounter_id=row.pop("id"), **row) for row in rows]
