"""What compliance decided, as rows: snapshots, openings, sign-offs, policies, and their log.

Nothing is deleted: what ends gets a second date. Every change belongs to a transaction that
first takes the number of the network's log (`log`), and so is alone with the network's rows;
whoever relies on them holds `versions.COMPLIANCE` and waits for it, or is waited for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import func, insert, select, tuple_, update

from server.storage import versions
from server.storage.statements import Tx, insert_into
from server.storage.tables import (
    compliance_changes,
    compliance_openings,
    compliance_sign_offs,
    operator_policies,
    rules_publications,
    rules_snapshots,
)

What: TypeAlias = Literal["store_and_forward", "audio_only", "definition_opinion"]
Layer: TypeAlias = Literal["compliance", "operator"]
CHANGES_MAX: Final = 200
CHUNK: Final = 500  # databases limit the parameters of a statement
Cell: TypeAlias = tuple[str, str, str]
"""Jurisdiction, profession, treatment class."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One profession and treatment class that is open in one jurisdiction."""

    id: str
    network_id: str
    jurisdiction: str
    profession: str
    treatment_class: str
    opened_by: str
    opened_at: int
    reference: str
    closed_by: str | None = None
    closed_at: int | None = None
    closed_reference: str | None = None

    @property
    def cell(self) -> Cell:
        """Return what it opens."""
        return self.jurisdiction, self.profession, self.treatment_class


@dataclass(frozen=True, slots=True)
class SignOff:
    """A counsel's word on one form of exam, or on a definition, in one jurisdiction."""

    id: str
    network_id: str
    jurisdiction: str
    what: What
    signed_by: str
    entered_by: str
    signed_at: int
    reference: str
    withdrawn_by: str | None = None
    withdrawn_at: int | None = None
    withdrawn_reference: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The switches of one layer, JSON, from `set_at` until `replaced_at`."""

    id: str
    network_id: str
    layer: Layer
    switches: str
    set_by: str
    set_at: int
    reference: str
    replaced_at: int | None = None


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A signed snapshot; `document` is the canonical JSON that was signed."""

    sha256: str
    version: str
    effective_from: int
    effective_until: int
    public_key: str
    signature: str
    document: str
    stored_at: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A network began to decide by a snapshot."""

    id: str
    network_id: str
    sha256: str
    published_by: str
    published_at: int
    reference: str
    number: int


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log."""

    id: str
    network_id: str
    number: int
    at: int
    actor: str
    what: str
    subject: str
    reference: str


# ------------------------------------------------------------------ the log


async def log(
    tx: Tx, change_id: str, network_id: str, *, at: int, entry: tuple[str, str, str, str]
) -> Change:
    """Write a line of the log, and let everybody look anew who keeps a copy of the rest.

    Args:
        tx: the transaction of the change; this comes first in it.
        change_id: an id that nothing ever had.
        network_id: whose compliance.
        at: microseconds UTC.
        entry: actor, what was done, its subject as JSON, and the reference.
    """
    await versions.grow(tx, versions.COMPLIANCE)
    actor, what, subject, reference = entry
    query = select(func.max(compliance_changes.c.number)).where(
        compliance_changes.c.network_id == network_id
    )
    number = int((await tx.execute(query)).scalar() or 0) + 1
    change = Change(change_id, network_id, number, at, actor, what, subject, reference)
    await tx.execute(insert(compliance_changes).values(**asdict(change)))
    return change


async def changes(tx: Tx, network_id: str, limit: int = CHANGES_MAX) -> list[Change]:
    """Give the last lines of the log, the newest first."""
    query = (
        select(compliance_changes)
        .where(compliance_changes.c.network_id == network_id)
        .order_by(compliance_changes.c.number.desc())
        .limit(limit)
    )
    return [Change(**row) for row in (await tx.execute(query)).mappings()]


# ------------------------------------------------------------------ openings


async def standing_openings(tx: Tx, network_id: str) -> list[Opening]:
    """Give what is open now, in the order of jurisdictions, professions and classes."""
    table = compliance_openings
    query = (
        select(table)
        .where(table.c.network_id == network_id, table.c.closed_at.is_(None))
        .order_by(table.c.jurisdiction, table.c.profession, table.c.treatment_class)
    )
    return [Opening(**row) for row in (await tx.execute(query)).mappings()]


async def openings_of(tx: Tx, network_id: str, jurisdiction: str) -> list[Opening]:
    """Give everything that was ever opened in one jurisdiction, the newest first."""
    table = compliance_openings
    query = (
        select(table)
        .where(table.c.network_id == network_id, table.c.jurisdiction == jurisdiction)
        .order_by(table.c.opened_at.desc(), table.c.profession, table.c.treatment_class)
    )
    return [Opening(**row) for row in (await tx.execute(query)).mappings()]


async def open_all(tx: Tx, openings: Sequence[Opening]) -> None:
    """Open; what is open already is refused by the database."""
    for start in range(0, len(openings), CHUNK):
        rows = [asdict(one) for one in openings[start : start + CHUNK]]
        await tx.execute(insert(compliance_openings), rows)


async def close_all(
    tx: Tx, network_id: str, cells: Collection[Cell], *, by: str, at: int, reference: str
) -> int:
    """Close what is open of these; return how many that were."""
    table = compliance_openings
    named = tuple_(table.c.jurisdiction, table.c.profession, table.c.treatment_class)
    closed = 0
    for some in _chunks(sorted(cells)):
        done = await tx.execute(
            update(table)
            .where(
                table.c.network_id == network_id, table.c.closed_at.is_(None), named.in_(some)
            )
            .values(closed_by=by, closed_at=at, closed_reference=reference)
        )
        closed += done.rowcount
    return closed


def _chunks(cells: Sequence[Cell]) -> Iterable[Sequence[Cell]]:
    size = CHUNK // 3
    return (cells[start : start + size] for start in range(0, len(cells), size))


# ------------------------------------------------------------------ sign-offs


async def sign_offs_of(tx: Tx, network_id: str, *, withdrawn: bool = False) -> list[SignOff]:
    """Give sign-offs that stand; with `withdrawn`, also those that do not any more."""
    table = compliance_sign_offs
    query = select(table).where(table.c.network_id == network_id)
    if not withdrawn:
        query = query.where(table.c.withdrawn_at.is_(None))
    ordered = query.order_by(table.c.jurisdiction, table.c.what, table.c.signed_at)
    return [SignOff(**row) for row in (await tx.execute(ordered)).mappings()]


async def add_sign_off(tx: Tx, sign_off: SignOff) -> None:
    """Write a sign-off; where one stands, it is refused by the database."""
    await tx.execute(insert(compliance_sign_offs).values(**asdict(sign_off)))


async def withdraw_sign_off(
    tx: Tx, network_id: str, jurisdiction: str, what: What, by: tuple[str, int, str]
) -> bool:
    """End the sign-off that stands; return whether one did.

    Args:
        tx: the transaction of the change.
        network_id: whose.
        jurisdiction: where.
        what: which of them.
        by: who withdraws it, when, and the reference.
    """
    table = compliance_sign_offs
    person, at, reference = by
    done = await tx.execute(
        update(table)
        .where(
            table.c.network_id == network_id,
            table.c.jurisdiction == jurisdiction,
            table.c.what == what,
            table.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_by=person, withdrawn_at=at, withdrawn_reference=reference)
    )
    return done.rowcount > 0


# ------------------------------------------------------------------ policies


async def policies(tx: Tx, network_id: str) -> dict[Layer, PolicyRow]:
    """Give the policy that stands, by layer."""
    table = operator_policies
    query = select(table).where(table.c.network_id == network_id, table.c.replaced_at.is_(None))
    rows: list[dict[str, Any]] = [dict(row) for row in (await tx.execute(query)).mappings()]
    return {row["layer"]: PolicyRow(**row) for row in rows}


async def set_policy(tx: Tx, policy: PolicyRow) -> None:
    """Let a policy take the place of the one that stands."""
    table = operator_policies
    await tx.execute(
        update(table)
        .where(
            table.c.network_id == policy.network_id,
            table.c.layer == policy.layer,
            table.c.replaced_at.is_(None),
        )
        .values(replaced_at=policy.set_at)
    )
    await tx.execute(insert(table).values(**asdict(policy)))


# ------------------------------------------------------------------ snapshots


async def keep_snapshot(tx: Tx, snapshot: SnapshotRow) -> None:
    """Store a snapshot, if it is not stored yet."""
    statement = insert_into(tx, rules_snapshots).values(**asdict(snapshot))
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))


async def snapshot(tx: Tx, sha256: str) -> SnapshotRow | None:
    """Give a stored snapshot."""
    query = select(rules_snapshots).where(rules_snapshots.c.sha256 == sha256)
    row = (await tx.execute(query)).mappings().one_or_none()
    return SnapshotRow(**row) if row is not None else None


async def publications(tx: Tx, network_id: str) -> list[Publication]:
    """Give what a network published, the newest first."""
    table = rules_publications
    query = (
        select(table)
        .where(table.c.network_id == network_id)
        .order_by(table.c.number.desc())
        .limit(CHANGES_MAX)
    )
    return [Publication(**row) for row in (await tx.execute(query)).mappings()]


async def publish(tx: Tx, publication: Publication) -> None:
    """Let a network decide by a snapshot from now on."""
    await tx.execute(insert(rules_publications).values(**asdict(publication)))
