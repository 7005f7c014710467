"""Who examines: practitioners, what they may do where, and who stands behind them.

`lock=True` keeps rows as they are until the commit, as in `server.storage.directory`, which
gives all of this too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from server.authority import Authority, Collaboration
from server.dea import DeaRegistration
from server.storage import versions
from server.storage.keyed_rows import Row, found, only, set_row, shared, with_id
from server.storage.statements import Tx
from server.storage.tables import (
    authorities,
    collaborations,
    dea_registrations,
    practitioners,
)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody who examines; `languages` are codes with spaces between them.

    `auto_accept`: their console accepts offers by itself. `cleared_until`: until then their
    file is complete, microseconds UTC; None where the network asks for licences alone.
    `planned_until`: the same for days that are planned (`server.credentials.Clearance`).
    """

    practitioner_id: str
    network_id: str
    account_id: str
    display_name: str
    profession: str
    npi: str
    languages: str
    active: bool
    auto_accept: bool = False
    cleared_until: int | None = None
    planned_until: int | None = None

    def may_examine(self, now: int) -> bool:
        """Tell whether they may examine at all at an instant; where, licences say."""
        return self.active and self.is_cleared(now)

    def may_be_planned(self, instant: int, *, now: int) -> bool:
        """Tell whether they may be counted on at an instant that is to come.

        Nobody can who may not examine now: when the file will be complete, nobody knows.
        """
        until = self.planned_until
        lasts = self.cleared_until is None or until is None or instant < until
        return self.may_examine(now) and lasts

    def is_cleared(self, now: int) -> bool:
        """Tell whether nothing that their network asks for is missing from their file."""
        return self.cleared_until is None or now < self.cleared_until

    @property
    def spoken(self) -> frozenset[str]:
        """The codes of `languages`."""
        return frozenset(self.languages.split())


@dataclass(frozen=True, slots=True)
class PractitionerFile:
    """A practitioner with everything that authority is decided from."""

    practitioner: Practitioner
    authorities: tuple[Authority, ...]
    collaborations: tuple[Collaboration, ...]
    registrations: tuple[DeaRegistration, ...] = ()


# ------------------------------------------------------------------ looking up


async def practitioner(tx: Tx, practitioner_id: str, *, lock: bool = False) -> Practitioner:
    """Give a practitioner, or raise RowMissing."""
    query = select(practitioners).where(practitioners.c.id == practitioner_id)
    row = await only(tx, shared(query, lock=lock), "practitioners", practitioner_id)
    return _practitioner(row)


async def practitioner_of_account(tx: Tx, account_id: str) -> Practitioner | None:
    """Give the practitioner who signs in with an account."""
    query = select(practitioners).where(practitioners.c.account_id == account_id)
    rows = await found(tx, query)
    return _practitioner(rows[0]) if rows else None


async def practitioners_of(tx: Tx, network_id: str) -> list[Practitioner]:
    """Give a network's practitioners by name."""
    query = (
        select(practitioners)
        .where(practitioners.c.network_id == network_id)
        .order_by(practitioners.c.display_name, practitioners.c.id)
    )
    return [_practitioner(row) for row in await found(tx, query)]


async def practitioner_file(
    tx: Tx, practitioner_id: str, *, lock: bool = False
) -> PractitionerFile:
    """Give a practitioner with authorities and collaborations, or raise RowMissing."""
    who = await practitioner(tx, practitioner_id, lock=lock)
    held = select(authorities).where(authorities.c.practitioner_id == practitioner_id)
    backed = select(collaborations).where(collaborations.c.practitioner_id == practitioner_id)
    listed = select(dea_registrations).where(
        dea_registrations.c.practitioner_id == practitioner_id
    )
    return PractitionerFile(
        practitioner=who,
        authorities=tuple(map(_authority, await found(tx, shared(held, lock=lock)))),
        collaborations=tuple(map(_collaboration, await found(tx, shared(backed, lock=lock)))),
        registrations=tuple(map(_registration, await found(tx, shared(listed, lock=lock)))),
    )


async def practitioner_files(tx: Tx, network_id: str) -> list[PractitionerFile]:
    """Give every practitioner of a network with their file, in four statements."""
    ids = select(practitioners.c.id).where(practitioners.c.network_id == network_id)
    held = await found(tx, select(authorities).where(authorities.c.practitioner_id.in_(ids)))
    backed = await found(
        tx, select(collaborations).where(collaborations.c.practitioner_id.in_(ids))
    )
    listed = await found(
        tx, select(dea_registrations).where(dea_registrations.c.practitioner_id.in_(ids))
    )
    people = (
        select(practitioners)
        .where(practitioners.c.network_id == network_id)
        .order_by(practitioners.c.display_name, practitioners.c.id)
    )
    return files_of(await found(tx, people), held, backed, listed)


def files_of(
    people: Iterable[Row], held: Iterable[Row], backed: Iterable[Row], listed: Iterable[Row]
) -> list[PractitionerFile]:
    """Make files of rows: practitioners, authorities, collaborations, DEA registrations."""
    holdings, backings = _by_practitioner(held), _by_practitioner(backed)
    registered = _by_practitioner(listed)
    return [
        PractitionerFile(
            practitioner=who,
            authorities=tuple(map(_authority, holdings[who.practitioner_id])),
            collaborations=tuple(map(_collaboration, backings[who.practitioner_id])),
            registrations=tuple(map(_registration, registered[who.practitioner_id])),
        )
        for who in map(_practitioner, people)
    ]


# ------------------------------------------------------------------ enrolling


async def add_practitioner(tx: Tx, one: Practitioner) -> None:
    """Insert a practitioner, whose account is there already."""
    await tx.execute(insert(practitioners).values(with_id(asdict(one), "practitioner_id")))
    await versions.grow(tx, versions.DIRECTORY)


async def add_authority(tx: Tx, practitioner_id: str, one: Authority) -> None:
    """Insert a licence, registration or permit."""
    values = {**with_id(asdict(one), "authority_id"), "practitioner_id": practitioner_id}
    await tx.execute(insert(authorities).values(values))
    await versions.grow(tx, versions.DIRECTORY)


async def add_collaboration(
    tx: Tx, collaboration_id: str, practitioner_id: str, one: Collaboration
) -> None:
    """Insert a collaborating physician."""
    ids = {"id": collaboration_id, "practitioner_id": practitioner_id}
    await tx.execute(insert(collaborations).values({**ids, **asdict(one)}))
    await versions.grow(tx, versions.DIRECTORY)


# ------------------------------------------------------------------ changing


async def set_authority_status(tx: Tx, authority_id: str, status: str) -> None:
    """Suspend, revoke or restore an authority. Raises RowMissing.

    It waits for transactions that rely on the row, and whoever looks afterwards sees it.
    """
    await set_row(tx, authorities, authority_id, {"status": status})
    await versions.grow(tx, versions.DIRECTORY)


async def set_authority_verified(
    tx: Tx,
    authority_id: str,
    *,
    verified_at: int,
    verified_by: str,
    source: str,
    again_at: int | None = None,
) -> None:
    """Write who verified an authority, when, where, and until when that counts.

    Raises:
        RowMissing: there is no such authority.
    """
    values = {
        "verified_at": verified_at,
        "verified_by": verified_by,
        "source": source,
        "verify_again_at": again_at,
    }
    await set_row(tx, authorities, authority_id, values)
    await versions.grow(tx, versions.DIRECTORY)


async def set_practitioner_active(tx: Tx, practitioner_id: str, *, active: bool) -> None:
    """Let a practitioner examine, or not. Raises RowMissing."""
    await set_row(tx, practitioners, practitioner_id, {"active": active})
    await versions.grow(tx, versions.DIRECTORY)


async def set_auto_accept(tx: Tx, practitioner_id: str, *, on: bool) -> None:
    """Let a practitioner's console accept offers by itself, or not. Raises RowMissing."""
    await set_row(tx, practitioners, practitioner_id, {"auto_accept": on})


# ------------------------------------------------------------------ rows and values


def _by_practitioner(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["practitioner_id"]].append(row)
    return grouped


def _practitioner(row: Row) -> Practitioner:
    return Practitioner(practitioner_id=row.pop("id"), **row)


def _authority(row: Row) -> Authority:
    del row["practitioner_id"]
    return Authority(authority_id=row.pop("id"), **row)


def _collaboration(row: Row) -> Collaboration:
    del row["practitioner_id"], row["id"]
    return Collaboration(**row)


def _registration(row: Row) -> DeaRegistration:
    del row["practitioner_id"]
    return DeaRegistration(registration_id=row.pop("id"), **row)
