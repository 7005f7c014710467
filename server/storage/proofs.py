"""What people prove themselves by besides a password, and where that is required.

A code counts once: what says so is a conditional UPDATE, so that of two uses at once one wins.
Who changes what an account proves itself by holds its row (`hold`); who begins a session on
what was proven shares it, so neither overlaps the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from sqlalchemy import and_, case, delete, func, insert, or_, select, update

from server.sealing import Place
from server.storage.errors import RowMissing
from server.storage.keyed_rows import found
from server.storage.statements import Tx, insert_into
from server.storage.tables import (
    accounts,
    code_generators,
    emergency_accounts,
    local_sign_ins,
    organizations,
    passkeys,
    recovery_codes,
    sessions,
    sign_in_policies,
)

SecondFactor = Literal["required", "optional"]
UNUSED: Final = -1  # the step of no code
NO_PASSWORD: Final = "!"  # noqa: S105 - what is kept of an account that has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A code generator of an account; instants in microseconds UTC.

    Attributes:
        last_step: of the last code that counted, `UNUSED` before the first.
        confirmed_at: a code of it was typed then; before, it counts for nothing.
    """

    id: str
    account_id: str
    sealed_secret: bytes = field(repr=False)
    label: str
    last_step: int = UNUSED
    created_at: int
    confirmed_at: int | None = None


def secret_place(generator_id: str, organization_id: str) -> Place:
    """Return where a generator's secret is sealed to, under the key of its organization."""
    return Place("code_generators", "sealed_secret", generator_id, organization_id)


async def hold(tx: Tx, account_id: str) -> None:
    """Keep an account for oneself until the commit: what it proves itself by will change.

    Raises:
        RowMissing: there is no such account.
    """
    query = select(accounts.c.id).where(accounts.c.id == account_id).with_for_update()
    if (await tx.execute(query)).scalar_one_or_none() is None:
        raise RowMissing("accounts", account_id)


# ------------------------------------------------------------------ code generators


async def add_generator(tx: Tx, one: Generator) -> None:
    """Insert a generator."""
    await tx.execute(insert(code_generators).values(asdict(one)))


async def generators_of(tx: Tx, account_id: str) -> list[Generator]:
    """Give an account's generators, confirmed or not, the oldest first."""
    query = (
        select(code_generators)
        .where(code_generators.c.account_id == account_id)
        .order_by(code_generators.c.created_at, code_generators.c.id)
    )
    return [Generator(**row) for row in await found(tx, query)]


async def confirm(tx: Tx, generator_id: str, *, step: int, now: int) -> bool:
    """Let a generator count from now on; False if it is gone, or does already."""
    changed = await tx.execute(
        update(code_generators)
        .where(code_generators.c.id == generator_id, code_generators.c.confirmed_at.is_(None))
        .values(confirmed_at=now, last_step=step)
    )
    return changed.rowcount == 1


async def use_step(tx: Tx, generator_id: str, step: int) -> bool:
    """Let the code of a step count; False if that one, or a later one, did before."""
    changed = await tx.execute(
        update(code_generators)
        .where(
            code_generators.c.id == generator_id,
            code_generators.c.confirmed_at.is_not(None),
            code_generators.c.last_step < step,
        )
        .values(last_step=step)
    )
    return changed.rowcount == 1


async def remove_generator(tx: Tx, account_id: str, generator_id: str) -> bool:
    """Destroy a generator; False if the account has none by this id."""
    gone = await tx.execute(
        delete(code_generators).where(
            code_generators.c.id == generator_id, code_generators.c.account_id == account_id
        )
    )
    return gone.rowcount == 1


async def remove_unconfirmed(tx: Tx, account_id: str) -> None:
    """Destroy what was begun and never confirmed."""
    await tx.execute(
        delete(code_generators).where(
            code_generators.c.account_id == account_id,
            code_generators.c.confirmed_at.is_(None),
        )
    )


async def has_second(tx: Tx, account_id: str) -> bool:
    """Tell whether an account has anything that counts besides its password."""
    confirmed = select(code_generators.c.id).where(
        code_generators.c.account_id == account_id, code_generators.c.confirmed_at.is_not(None)
    )
    keys = select(passkeys.c.id).where(passkeys.c.account_id == account_id)
    query = select(or_(confirmed.exists(), keys.exists()))
    return bool((await tx.execute(query)).scalar_one())


# ------------------------------------------------------------------ recovery codes


async def replace_recovery_codes(
    tx: Tx, account_id: str, hashes: Sequence[str], now: int
) -> None:
    """Write new recovery codes; the old ones, used or not, are no codes any more."""
    await tx.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    if hashes:
        rows = [
            {"code_hash": one, "account_id": account_id, "made_at": now, "used_at": None}
            for one in hashes
        ]
        await tx.execute(insert(recovery_codes), rows)


async def use_recovery_code(tx: Tx, account_id: str, code_hash: str, now: int) -> bool:
    """Let a recovery code count; False if it is none of this account's, or did before."""
    changed = await tx.execute(
        update(recovery_codes)
        .where(
            recovery_codes.c.code_hash == code_hash,
            recovery_codes.c.account_id == account_id,
            recovery_codes.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return changed.rowcount == 1


async def was_used(tx: Tx, account_id: str, code_hash: str) -> bool:
    """Tell whether this is a recovery code of the account that counted before."""
    query = select(recovery_codes.c.used_at).where(
        recovery_codes.c.code_hash == code_hash, recovery_codes.c.account_id == account_id
    )
    return (await tx.execute(query)).scalar_one_or_none() is not None


async def recovery_left(tx: Tx, account_id: str) -> int:
    """Return how many recovery codes were not used yet."""
    query = select(func.count()).where(
        recovery_codes.c.account_id == account_id, recovery_codes.c.used_at.is_(None)
    )
    return int((await tx.execute(query)).scalar_one())


# ------------------------------------------------------------------ policies


async def share_organizations(tx: Tx, organization_ids: Collection[str]) -> None:
    """Keep what organizations require as it is until the commit."""
    some = organizations.c.id.in_(sorted(organization_ids))
    await tx.execute(select(organizations.c.id).where(some).with_for_update(read=True))


async def hold_organizations(tx: Tx, organization_ids: Collection[str]) -> None:
    """Keep organizations for oneself until the commit: what they require will change."""
    some = organizations.c.id.in_(sorted(organization_ids))
    query = select(organizations.c.id).where(some).order_by(organizations.c.id)
    await tx.execute(query.with_for_update())


async def policies_of(tx: Tx, organization_ids: Collection[str]) -> Mapping[str, SecondFactor]:
    """Give what these organizations said of second factors; who said nothing is not named."""
    query = select(sign_in_policies.c.organization_id, sign_in_policies.c.second_factor).where(
        sign_in_policies.c.organization_id.in_(sorted(organization_ids))
    )
    return {row.organization_id: row.second_factor for row in await tx.execute(query)}


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people sign in for an organization.

    Attributes:
        without: how many may do so by a password, and have nothing else. Who signs in at a
            provider proves there who they are.
    """

    people: int
    without: int


async def people_of(tx: Tx, organization_ids: Collection[str]) -> Mapping[str, Heads]:
    """Count the active accounts of organizations; one that has none is not named."""
    theirs = and_(
        code_generators.c.account_id == accounts.c.id,
        code_generators.c.confirmed_at.is_not(None),
    )
    enrolled = func.coalesce(code_generators.c.account_id, passkeys.c.account_id)
    elsewhere = and_(
        local_sign_ins.c.organization_id == accounts.c.organization_id,
        local_sign_ins.c.emergency_only.is_(True),
    )
    by_password = and_(
        accounts.c.password_hash != NO_PASSWORD,
        or_(
            local_sign_ins.c.organization_id.is_(None),
            emergency_accounts.c.account_id.is_not(None),
        ),
    )
    alone = case((and_(enrolled.is_(None), by_password), accounts.c.id))
    query = (
        select(
            accounts.c.organization_id,
            func.count(accounts.c.id.distinct()),
            func.count(alone.distinct()),
        )
        .select_from(
            accounts.outerjoin(code_generators, theirs)
            .outerjoin(passkeys, passkeys.c.account_id == accounts.c.id)
            .outerjoin(local_sign_ins, elsewhere)
            .outerjoin(emergency_accounts, emergency_accounts.c.account_id == accounts.c.id)
        )
        .where(
            accounts.c.organization_id.in_(sorted(organization_ids)),
            accounts.c.active.is_(True),
        )
        .group_by(accounts.c.organization_id)
    )
    return {one: Heads(people, bare) for one, people, bare in await tx.execute(query)}


async def set_policy(
    tx: Tx, organization_id: str, second_factor: SecondFactor, *, now: int, by: str
) -> None:
    """Write what an organization says of second factors."""
    said = {"second_factor": second_factor, "changed_at": now, "changed_by": by}
    statement = insert_into(tx, sign_in_policies).values(
        organization_id=organization_id, **said
    )
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["organization_id"], set_=said)
    )


async def end_sessions_by(
    tx: Tx, organization_ids: Collection[str], assurance: str, now: int
) -> list[str]:
    """End sessions of organizations that rest on one way alone; return what ended."""
    people = select(accounts.c.id).where(
        accounts.c.organization_id.in_(sorted(organization_ids))
    )
    ended = await tx.execute(
        update(sessions)
        .where(
            sessions.c.account_id.in_(people),
            sessions.c.assurance == assurance,
            sessions.c.ended_at.is_(None),
        )
        .values(ended_at=now, end_reason="revoked")
        .returning(sessions.c.id_hash)
    )
    return sorted(ended.scalars())
