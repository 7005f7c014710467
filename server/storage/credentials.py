"""Practitioners' files as rows: their parts, what networks ask for, who looked at what.

Until when a file is complete is a column of the practitioner's own row, which every offer
locks anyway. `settle` writes it; whoever changes a part or a standard calls it in the same
transaction, and it holds the practitioner's row first, so that of two who change at once the
later sees all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Table, delete, func, insert, null, select, update

from server.credentials import (
    DAY_US,
    Clearance,
    Employment,
    ExclusionCheck,
    Malpractice,
    Part,
    Parts,
    Standard,
    Training,
    clearance,
    verify_again_at,
)
from server.storage import versions
from server.storage.errors import RowMissing
from server.storage.keyed_rows import Row, found, only, set_row, with_id
from server.storage.practitioner_rows import Practitioner, practitioner
from server.storage.statements import Tx, insert_into
from server.storage.tables import (
    authorities,
    authority_checks,
    collaborations,
    credential_standards,
    employments,
    exclusion_checks,
    malpractice_policies,
    practitioners,
    trainings,
)

TABLES: Final[Mapping[type[Part], Table]] = {
    ExclusionCheck: exclusion_checks,
    Malpractice: malpractice_policies,
    Employment: employments,
    Training: trainings,
}
REVOKED: Final = "revoked"
P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class AuthorityCheck:
    """Somebody looked at an authority, or decided about it; kept for ever.

    Attributes:
        outcome: `confirmed`, `other_status` or `not_found`; or the status that was set.
        method: `person`, `service` or `import`.
        actor: who did it here, as the audit log names them.
        checked_by: who looked, where somebody did.
        source: where.
    """

    check_id: str
    authority_id: str
    at: int
    outcome: str
    method: str
    actor: str
    checked_by: str | None = None
    source: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """A physician who answers for a practitioner, as a row that can be named."""

    collaboration_id: str
    jurisdiction: str
    physician_name: str
    physician_number: str
    physician_id: str | None
    active_from: int
    active_until: int


# ------------------------------------------------------------------ what a network asks for


async def standard(tx: Tx, network_id: str) -> Standard | None:
    """Give what a network asks of every file; None where it asks for nothing."""
    query = select(credential_standards).where(credential_standards.c.network_id == network_id)
    rows = await found(tx, query)
    if not rows:
        return None
    (row,) = rows
    del row["network_id"], row["changed_at"], row["changed_by"]
    return Standard(**row)


async def set_standard(
    tx: Tx, network_id: str, one: Standard, *, now: int, time_zone: str, by: str
) -> None:
    """Write what a network asks for from now on, and settle every file of it.

    The files come first: whoever verifies a licence meanwhile has its row, and reads what is
    asked for after that.
    """
    await _hold_all(tx, network_id)
    await _look_again(tx, network_id, one.verify_again_days)
    values = {**asdict(one), "changed_at": now, "changed_by": by}
    statement = insert_into(tx, credential_standards).values(network_id=network_id, **values)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["network_id"], set_=values)
    )
    await _settle_all(tx, network_id, now, time_zone)


async def drop_standard(tx: Tx, network_id: str, *, now: int, time_zone: str) -> None:
    """Ask for nothing besides licences any more, and settle every file."""
    await _hold_all(tx, network_id)
    await _look_again(tx, network_id, None)
    await tx.execute(
        delete(credential_standards).where(credential_standards.c.network_id == network_id)
    )
    await _settle_all(tx, network_id, now, time_zone)


async def _hold_all(tx: Tx, network_id: str) -> list[str]:
    of_network = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    everybody = list((await tx.execute(of_network)).scalars())
    await hold(tx, everybody)
    return everybody


async def _settle_all(tx: Tx, network_id: str, now: int, time_zone: str) -> None:
    for who in await _hold_all(tx, network_id):
        await settle(tx, who, now=now, time_zone=time_zone)


async def _look_again(tx: Tx, network_id: str, days: int | None) -> None:
    """Write until when each look at a licence counts that was made before."""
    ids = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    seen = authorities.c.verified_at
    until = null() if days is None else seen + days * DAY_US
    await tx.execute(
        update(authorities)
        .where(authorities.c.practitioner_id.in_(ids), seen.is_not(None))
        .values(verify_again_at=until)
    )
    await versions.grow(tx, versions.DIRECTORY)


async def hold(tx: Tx, practitioner_ids: Collection[str]) -> None:
    """Hold the rows of several practitioners, always in one order.

    Whoever changes more than one file does so before the first change: each grows the number of
    the directory, and one who has that row must wait for nobody's practitioner.
    """
    query = select(practitioners.c.id).where(practitioners.c.id.in_(sorted(practitioner_ids)))
    await tx.execute(query.order_by(practitioners.c.id).with_for_update(key_share=True))


async def lapsed(tx: Tx, now: int, limit: int) -> list[str]:
    """Give practitioners whose file is not complete: what begins later may complete it."""
    query = (
        select(practitioners.c.id)
        .where(practitioners.c.cleared_until <= now, practitioners.c.active.is_(True))
        .order_by(practitioners.c.id)
        .limit(limit)
    )
    return list((await tx.execute(query)).scalars())


async def settle(tx: Tx, practitioner_id: str, *, now: int, time_zone: str) -> Clearance:
    """Write until when a file is complete, and return it; days are meant in `time_zone`.

    Raises:
        RowMissing: there is no such practitioner.
    """
    query = select(practitioners).where(practitioners.c.id == practitioner_id)
    held = query.with_for_update(key_share=True)  # rows that name this one may come meanwhile
    row = await only(tx, held, "practitioners", practitioner_id)
    asked = await standard(tx, row["network_id"])
    cleared = clearance(await parts_of(tx, practitioner_id), asked, now, time_zone)
    values = {"cleared_until": cleared.until, "planned_until": cleared.planned}
    if any(row[name] != value for name, value in values.items()):
        await set_row(tx, practitioners, practitioner_id, values)
        await versions.grow(tx, versions.DIRECTORY)
    return cleared


async def would_clear(tx: Tx, practitioner_id: str, *, now: int, time_zone: str) -> bool:
    """Tell whether a file is complete, whatever is written down."""
    query = select(practitioners.c.network_id).where(practitioners.c.id == practitioner_id)
    asked = await standard(tx, (await tx.execute(query)).scalar_one())
    until = clearance(await parts_of(tx, practitioner_id), asked, now, time_zone).until
    return until is None or until > now


# ------------------------------------------------------------------ parts


async def parts_of(tx: Tx, practitioner_id: str) -> Parts:
    """Give all parts of one file, those that count no more too."""
    made = await _parts(tx, lambda table: table.c.practitioner_id == practitioner_id)
    return made.get(practitioner_id, Parts())


async def parts_of_network(tx: Tx, network_id: str) -> Mapping[str, Parts]:
    """Give the parts of every file of a network, by practitioner, in four statements."""
    ids = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    return await _parts(tx, lambda table: table.c.practitioner_id.in_(ids))


async def _parts(tx: Tx, wanted: Callable[[Table], ColumnElement[bool]]) -> Mapping[str, Parts]:
    checks = await _of_kind(tx, ExclusionCheck, wanted(exclusion_checks))
    policies = await _of_kind(tx, Malpractice, wanted(malpractice_policies))
    contracts = await _of_kind(tx, Employment, wanted(employments))
    trained = await _of_kind(tx, Training, wanted(trainings))
    return {
        who: Parts(
            exclusion_checks=tuple(checks[who]),
            malpractice=tuple(policies[who]),
            employments=tuple(contracts[who]),
            trainings=tuple(trained[who]),
        )
        for who in {*checks, *policies, *contracts, *trained}
    }


async def _of_kind(
    tx: Tx, kind: type[P], wanted: ColumnElement[bool]
) -> defaultdict[str, list[P]]:
    table = TABLES[kind]
    made: defaultdict[str, list[P]] = defaultdict(list)
    for row in await found(
        tx, select(table).where(wanted).order_by(table.c.entered_at, table.c.id)
    ):
        who = row.pop("practitioner_id")
        made[who].append(kind(part_id=row.pop("id"), **row))
    return made


async def claims_of(tx: Tx, practitioner_id: str) -> int:
    """Count what stands in a file that nobody has verified, nor taken back."""
    count = 0
    for table in (authorities, *TABLES.values()):
        open_ = (
            table.c.status != REVOKED if table is authorities else table.c.ended_at.is_(None)
        )
        query = select(func.count()).where(
            table.c.practitioner_id == practitioner_id, table.c.verified_at.is_(None), open_
        )
        count += (await tx.execute(query)).scalar_one()
    return count


async def add_part(tx: Tx, practitioner_id: str, one: Part) -> None:
    """Insert a part."""
    values = {**with_id(asdict(one), "part_id"), "practitioner_id": practitioner_id}
    await tx.execute(insert(TABLES[type(one)]).values(values))


async def change_part(
    tx: Tx,
    kind: type[Part],
    practitioner_id: str,
    part_id: str,
    values: Mapping[str, object],
    *,
    claims_only: bool = False,
) -> None:
    """Write columns of a part that was not taken back; `claims_only`: nor verified.

    Raises:
        RowMissing: this practitioner has no such part, or none that stands.
    """
    table = TABLES[kind]
    changing = update(table).where(
        table.c.id == part_id,
        table.c.practitioner_id == practitioner_id,
        table.c.ended_at.is_(None),
    )
    if claims_only:
        changing = changing.where(table.c.verified_at.is_(None))
    changed = await tx.execute(changing.values(dict(values)))
    if changed.rowcount != 1:
        raise RowMissing(table.name, part_id)


# ------------------------------------------------------------------ licences


async def holder_of(tx: Tx, authority_id: str) -> Practitioner:
    """Give the practitioner who holds an authority. Raises RowMissing: there is none."""
    query = select(authorities.c.practitioner_id).where(authorities.c.id == authority_id)
    row = await only(tx, query, "authorities", authority_id)
    return await practitioner(tx, row["practitioner_id"])


async def authority_row(tx: Tx, practitioner_id: str, authority_id: str) -> Row:
    """Give the row of an authority, held until the commit.

    Raises:
        RowMissing: this practitioner has no such authority.
    """
    query = select(authorities).where(
        authorities.c.id == authority_id, authorities.c.practitioner_id == practitioner_id
    )
    return await only(tx, query.with_for_update(), "authorities", authority_id)


async def look_counts_until(tx: Tx, authority_id: str, verified_at: int) -> int | None:
    """Give until when a look at an authority counts that is made now, whose row it holds.

    Raises:
        RowMissing: there is no such authority.
    """
    query = select(authorities).where(authorities.c.id == authority_id).with_for_update()
    row = await only(tx, query, "authorities", authority_id)
    who = await practitioner(tx, row["practitioner_id"])
    return verify_again_at(verified_at, await standard(tx, who.network_id))


async def set_independent(tx: Tx, authority_id: str, *, independent: bool) -> None:
    """Write what the source says of an NP's independent practice there. Raises RowMissing."""
    values = {"independent_practice_verified": independent}
    await set_row(tx, authorities, authority_id, values)
    await versions.grow(tx, versions.DIRECTORY)


async def add_check(tx: Tx, one: AuthorityCheck) -> None:
    """Insert what somebody found about an authority, or decided."""
    await tx.execute(insert(authority_checks).values(with_id(asdict(one), "check_id")))


async def checks_of(tx: Tx, practitioner_id: str) -> list[AuthorityCheck]:
    """Give what was found and decided about a practitioner's authorities, the oldest first."""
    query = (
        select(authority_checks)
        .join(authorities, authorities.c.id == authority_checks.c.authority_id)
        .where(authorities.c.practitioner_id == practitioner_id)
        .order_by(authority_checks.c.at, authority_checks.c.id)
    )
    return [AuthorityCheck(check_id=row.pop("id"), **row) for row in await found(tx, query)]


async def collaborations_of(tx: Tx, network_id: str) -> Mapping[str, list[Backing]]:
    """Give the collaborations of a network's practitioners, by practitioner."""
    table = collaborations.c
    ids = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    query = select(
        table.practitioner_id,
        table.id.label("collaboration_id"),
        table.jurisdiction,
        table.physician_name,
        table.physician_number,
        table.physician_id,
        table.active_from,
        table.active_until,
    )
    made: defaultdict[str, list[Backing]] = defaultdict(list)
    wanted = query.where(table.practitioner_id.in_(ids))
    for row in await found(tx, wanted.order_by(table.active_from, table.id)):
        made[row.pop("practitioner_id")].append(Backing(**row))
    return made


async def end_collaboration(
    tx: Tx, practitioner_id: str, collaboration_id: str, *, at: int
) -> None:
    """Let a collaboration end now.

    Raises:
        RowMissing: this practitioner has no such one that still goes on.
    """
    changed = await tx.execute(
        update(collaborations)
        .where(
            collaborations.c.id == collaboration_id,
            collaborations.c.practitioner_id == practitioner_id,
            collaborations.c.active_until > at,
        )
        .values(active_until=at)
    )
    if changed.rowcount != 1:
        raise RowMissing("collaborations", collaboration_id)
    await versions.grow(tx, versions.DIRECTORY)
