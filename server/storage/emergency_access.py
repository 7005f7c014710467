"""Charts that were opened in an emergency: rows of one patient, one reader and one reason.

Whether one is open is asked of its row each time (`is_open`); nothing is remembered of it. The
words are sealed with the key of the encounter that it was opened by: who destroys that chart
destroys what was said about it, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, func, insert, select, update

from server.sealing import Place
from server.storage.audit_tables import audit_entries
from server.storage.errors import RowMissing
from server.storage.keyed_rows import found, only
from server.storage.statements import Query, Tx
from server.storage.tables import emergency_accesses

Verdict = Literal["justified", "not_justified"]
REASON: Final = "break_glass"  # in the audit log, of what was read by it
_rows: Final = emergency_accesses.c


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyAccess:
    """One row; instants in microseconds UTC.

    Attributes:
        encounter_id: by which the patient was found; what is said is sealed with its key.
        patient_id: whose charts in this network are open.
        ended_at: ended before its time.
        reviewed_by: account of who looked at it afterwards.
    """

    id: str
    account_id: str
    practitioner_id: str
    network_id: str
    encounter_id: str
    patient_id: str
    sealed_reason: bytes = field(repr=False)
    started_at: int
    expires_at: int
    ended_at: int | None = None
    reviewed_by: str | None = None
    reviewed_at: int | None = None
    verdict: Verdict | None = None
    sealed_review: bytes | None = field(default=None, repr=False)

    @property
    def over_at(self) -> int:
        """When it ended, or will."""
        return self.expires_at if self.ended_at is None else self.ended_at


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """What of a network nobody has reviewed: how many, and when the first and last began."""

    count: int
    oldest_at: int
    newest_at: int


def words_place(
    column: Literal["sealed_reason", "sealed_review"], access_id: str, network_id: str
) -> Place:
    """Name the one place where what was said opens."""
    return Place("emergency_accesses", column, access_id, network_id)


def is_open(now: int) -> ColumnElement[bool]:
    """Condition of rows whose time is not over."""
    return and_(_rows.ended_at.is_(None), _rows.started_at <= now, _rows.expires_at > now)


async def add(tx: Tx, one: EmergencyAccess) -> None:
    """Insert a row."""
    await tx.execute(insert(emergency_accesses).values(asdict(one)))


async def get(tx: Tx, access_id: str) -> EmergencyAccess:
    """Give one, or raise RowMissing."""
    query = select(emergency_accesses).where(_rows.id == access_id)
    return EmergencyAccess(**await only(tx, query, "emergency_accesses", access_id))


async def open_of(tx: Tx, account_id: str, *, now: int) -> list[EmergencyAccess]:
    """Give what an account has open, the first opened first."""
    query = select(emergency_accesses).where(_rows.account_id == account_id, is_open(now))
    return await _all(tx, query.order_by(_rows.started_at, _rows.id))


async def of_network(tx: Tx, network_id: str, *, limit: int) -> list[EmergencyAccess]:
    """Give those of a network: first what nobody has reviewed, then the newest."""
    query = (
        select(emergency_accesses)
        .where(_rows.network_id == network_id)
        .order_by(_rows.reviewed_at.is_not(None), _rows.started_at.desc(), _rows.id)
        .limit(limit)
    )
    return await _all(tx, query)


async def end(tx: Tx, access_id: str, *, at: int) -> bool:
    """End one that is open; False if it is over."""
    changed = await tx.execute(
        update(emergency_accesses).where(_rows.id == access_id, is_open(at)).values(ended_at=at)
    )
    return changed.rowcount == 1


async def review(
    tx: Tx, access_id: str, *, by: str, at: int, verdict: Verdict, sealed_review: bytes | None
) -> bool:
    """Write what came of looking at it; False if somebody did before.

    Raises:
        RowMissing: there is none.
    """
    changed = await tx.execute(
        update(emergency_accesses)
        .where(_rows.id == access_id, _rows.reviewed_at.is_(None))
        .values(reviewed_by=by, reviewed_at=at, verdict=verdict, sealed_review=sealed_review)
    )
    if changed.rowcount == 1:
        return True
    query = select(_rows.id).where(_rows.id == access_id)
    if (await tx.execute(query)).first() is None:
        raise RowMissing("emergency_accesses", access_id)
    return False


async def unreviewed(tx: Tx) -> Mapping[str, Unreviewed]:
    """Count what nobody has reviewed, by network; those without any are left out."""
    query = (
        select(
            _rows.network_id,
            func.count(),
            func.min(_rows.started_at),
            func.max(_rows.started_at),
        )
        .where(_rows.reviewed_at.is_(None))
        .group_by(_rows.network_id)
    )
    return {row[0]: Unreviewed(*row[1:]) for row in await tx.execute(query)}


async def readings(tx: Tx, one: EmergencyAccess) -> int:
    """Count what the audit log says was read by it."""
    entry = audit_entries.c
    query = select(func.count()).where(
        entry.actor == f"practitioner:{one.practitioner_id}",
        entry.at.between(one.started_at, one.over_at),
        entry.patient_id == one.patient_id,
        entry.reason == REASON,
    )
    return int((await tx.execute(query)).scalar_one())


async def _all(tx: Tx, query: Query) -> list[EmergencyAccess]:
    return [EmergencyAccess(**row) for row in await found(tx, query)]
