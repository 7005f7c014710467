"""Authorizations: rows that signing makes, and that only end or are satisfied afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select, update

from server.sealing import Place
from server.storage.authorization_tables import authorization_uses as uses
from server.storage.authorization_tables import authorizations, same_day_checks
from server.storage.errors import RowMissing
from server.storage.statements import Query, Tx


@dataclass(frozen=True, slots=True)
class AuthorizationRow:
    """A row of `authorizations`.

    Attributes:
        chart_head: leaf hash that was signed, hex; `chart_seq` is its entry.
        sealed_terms: `server.authorizations.terms.Terms`, under the patient's key; empty once
            the exam's record was destroyed.
        signed_at: microseconds UTC, like every other instant.
        valid_until: the last day, ISO.
    """

    id: str
    network_id: str
    spa_id: str
    site_id: str
    patient_id: str
    encounter_id: str
    practitioner_id: str
    treatment_class: str
    disposition: str
    protocol_id: str | None
    protocol_version: int | None
    chart_seq: int
    chart_head: str
    sealed_terms: bytes
    signed_at: int
    valid_until: str
    revoked_at: int | None = None
    revoked_by: str | None = None
    revoked_reason: str | None = None
    satisfied_at: int | None = None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A row of `same_day_checks`; who answered by name is sealed with the answers."""

    id: str
    spa_id: str
    patient_id: str
    day: str
    answered_by: str
    actor: str
    recorded_at: int
    sealed_answers: bytes


@dataclass(frozen=True, slots=True)
class UseRow:
    """A row of `authorization_uses`; `flags` are codes between spaces.

    `sealed_use` is empty once the exam's record was destroyed.
    """

    id: str
    authorization_id: str
    actor: str
    performed_at: int
    recorded_at: int
    flags: str
    sealed_use: bytes


def terms_place(authorization_id: str, spa_id: str) -> Place:
    """Name the one place where sealed terms open."""
    return Place("authorizations", "sealed_terms", authorization_id, spa_id)


def answers_place(check_id: str, spa_id: str) -> Place:
    """Name the one place where sealed answers open."""
    return Place("same_day_checks", "sealed_answers", check_id, spa_id)


def use_place(use_id: str, spa_id: str) -> Place:
    """Name the one place where a sealed use opens."""
    return Place("authorization_uses", "sealed_use", use_id, spa_id)


async def add(tx: Tx, one: AuthorizationRow) -> None:
    """Insert an authorization; a second one of the exam and class is ConstraintBroken."""
    await tx.execute(insert(authorizations).values(asdict(one)))


async def get(tx: Tx, authorization_id: str, *, lock: bool = False) -> AuthorizationRow:
    """Give an authorization.

    Raises:
        RowMissing: there is none.
    """
    found = await _rows(
        tx, select(authorizations).where(authorizations.c.id == authorization_id), lock=lock
    )
    if not found:
        raise RowMissing("authorizations", authorization_id)
    return found[0]


async def of_class(
    tx: Tx, patient_id: str, treatment_class: str, *, lock: bool = False
) -> list[AuthorizationRow]:
    """Give a patient's authorizations of a class, ended ones included, the newest first."""
    query = (
        select(authorizations)
        .where(
            authorizations.c.patient_id == patient_id,
            authorizations.c.treatment_class == treatment_class,
        )
        .order_by(authorizations.c.signed_at.desc(), authorizations.c.id)
    )
    return await _rows(tx, query, lock=lock)


async def of_patient(tx: Tx, patient_id: str, *, lock: bool = False) -> list[AuthorizationRow]:
    """Give all of a patient's authorizations, ended ones included."""
    query = (
        select(authorizations)
        .where(authorizations.c.patient_id == patient_id)
        .order_by(authorizations.c.id)
    )
    return await _rows(tx, query, lock=lock)


async def of_encounter(tx: Tx, encounter_id: str) -> list[AuthorizationRow]:
    """Give what one exam covers, by class."""
    query = (
        select(authorizations)
        .where(authorizations.c.encounter_id == encounter_id)
        .order_by(authorizations.c.treatment_class)
    )
    return await _rows(tx, query, lock=False)


async def classes_of(tx: Tx, encounter_ids: Collection[str]) -> dict[str, list[str]]:
    """Give the classes that exams allowed, by encounter, ended ones included."""
    query = (
        select(authorizations.c.encounter_id, authorizations.c.treatment_class)
        .where(authorizations.c.encounter_id.in_(tuple(encounter_ids)))
        .order_by(authorizations.c.treatment_class)
    )
    found: dict[str, list[str]] = {}
    for encounter_id, treatment_class in await tx.execute(query):
        found.setdefault(encounter_id, []).append(treatment_class)
    return found


async def revoke(
    tx: Tx, authorization_ids: Collection[str], *, reason: str, actor: str, now: int
) -> None:
    """End authorizations; those that have ended stay as they are."""
    await tx.execute(
        update(authorizations)
        .where(
            authorizations.c.id.in_(tuple(authorization_ids)),
            authorizations.c.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_by=actor, revoked_reason=reason)
    )


async def satisfy(tx: Tx, authorization_id: str, now: int) -> None:
    """Note that the condition is met."""
    await tx.execute(
        update(authorizations)
        .where(authorizations.c.id == authorization_id, authorizations.c.satisfied_at.is_(None))
        .values(satisfied_at=now)
    )


async def add_check(tx: Tx, one: CheckRow) -> None:
    """Insert a same-day check."""
    await tx.execute(insert(same_day_checks).values(asdict(one)))


async def checks_of(tx: Tx, patient_id: str, day: str) -> list[CheckRow]:
    """Give what was answered about a patient for a day, in order."""
    query = (
        select(same_day_checks)
        .where(same_day_checks.c.patient_id == patient_id, same_day_checks.c.day == day)
        .order_by(same_day_checks.c.recorded_at, same_day_checks.c.id)
    )
    return [CheckRow(**row) for row in (await tx.execute(query)).mappings()]


async def add_use(tx: Tx, one: UseRow) -> None:
    """Insert a treatment that was given."""
    await tx.execute(insert(uses).values(asdict(one)))


async def uses_of(tx: Tx, authorization_id: str) -> list[UseRow]:
    """Give the treatments recorded under an authorization, in order."""
    query = (
        select(uses)
        .where(uses.c.authorization_id == authorization_id)
        .order_by(uses.c.recorded_at, uses.c.id)
    )
    return [UseRow(**row) for row in (await tx.execute(query)).mappings()]


async def _rows(tx: Tx, query: Query, *, lock: bool) -> list[AuthorizationRow]:
    locked = query.with_for_update() if lock else query
    return [AuthorizationRow(**row) for row in (await tx.execute(locked)).mappings()]
