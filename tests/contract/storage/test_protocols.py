"""Directors and protocols: written once, signed once, withdrawn once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.storage import protocols
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, RowMissing
from server.storage.protocols import DirectorRow, ProtocolRow
from tests.contract.storage.rows import NOW, SECOND, Clinic

DIRECTOR = DirectorRow(
    director_id="director-1",
    site_id="site",
    account_id=None,
    display_name="Sasha Bellweather",
    profession="MD",
    jurisdiction="AZ",
    licence_number="MD-1",
    licence_from=NOW,
    licence_until=NOW + 1_000 * SECOND,
    verified_by="Credentialing",
    source="Board register",
    public_key=bytes(32),
    created_at=NOW,
)
FIRST = ProtocolRow(
    protocol_id="protocol-1",
    version=1,
    site_id="site",
    treatment_class="filler",
    body="{}",
    sha256="ab" * 32,
    valid_from=NOW,
    valid_until=NOW + 1_000 * SECOND,
    created_at=NOW,
    created_by="staff:1",
)


@pytest.fixture
async def site_id(database: Database, clinic: Clinic) -> str:
    """Return a site that has a director and two versions of a protocol."""
    async with database.write() as tx:
        await protocols.lock_site(tx, clinic.encounter.site_id)
        assert await protocols.last_version(tx, clinic.encounter.site_id, "filler") == (None, 0)
        await protocols.add_director(tx, replace(DIRECTOR, site_id=clinic.encounter.site_id))
        for version in (1, 2):
            row = replace(FIRST, site_id=clinic.encounter.site_id, version=version)
            await protocols.add(tx, row)
    return clinic.encounter.site_id


async def test_what_was_written_is_read(database: Database, site_id: str) -> None:
    first = replace(FIRST, site_id=site_id)
    async with database.read() as tx:
        assert await protocols.of_sites(tx, [site_id]) == [first, replace(first, version=2)]
        assert await protocols.of_sites(tx, [site_id], ["neurotoxin"]) == []
        assert await protocols.of_sites(tx, ["elsewhere"]) == []
        assert await protocols.get(tx, "protocol-1", 1) == first
        assert await protocols.site_of(tx, "protocol-1") == site_id
        assert await protocols.last_version(tx, site_id, "filler") == ("protocol-1", 2)
        assert await protocols.directors_of(tx, [site_id]) == [
            replace(DIRECTOR, site_id=site_id)
        ]


async def test_a_version_is_signed_once(database: Database, site_id: str) -> None:
    async with database.write() as tx:
        await protocols.set_signed(
            tx, "protocol-1", 1, director_id="director-1", signature=b"s" * 64, now=NOW
        )
    async with database.write() as tx:
        signed = await protocols.get(tx, "protocol-1", 1, lock=True)
        assert (signed.signed_at, signed.signature) == (NOW, b"s" * 64)
        locked = await protocols.of_sites(tx, [site_id], ["filler"], lock=True)
        assert [one.signed_at for one in locked] == [NOW, None]
        assert await protocols.directors_of(tx, [site_id], lock=True)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await protocols.set_signed(
                tx, "protocol-1", 1, director_id="director-1", signature=b"t" * 64, now=NOW
            )


async def test_a_version_is_withdrawn_once_and_signed_never_after(
    database: Database, site_id: str
) -> None:
    assert site_id
    async with database.write() as tx:
        await protocols.set_withdrawn(tx, "protocol-1", 2, now=NOW)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await protocols.set_withdrawn(tx, "protocol-1", 2, now=NOW + 1)
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await protocols.set_signed(
                tx, "protocol-1", 2, director_id="director-1", signature=b"s" * 64, now=NOW
            )


async def test_a_directorship_ends_once(database: Database, site_id: str) -> None:
    async with database.write() as tx:
        await protocols.end_director(tx, "director-1", NOW)
    async with database.read() as tx:
        (ended,) = await protocols.directors_of(tx, [site_id])
    assert ended.ended_at == NOW
    with pytest.raises(RowMissing):
        async with database.write() as tx:
            await protocols.end_director(tx, "director-1", NOW)


async def test_a_version_exists_once(database: Database, site_id: str) -> None:
    for same in (
        replace(FIRST, site_id=site_id),
        replace(FIRST, site_id=site_id, protocol_id="protocol-2"),
    ):
        with pytest.raises(ConstraintBroken):
            async with database.write() as tx:
                await protocols.add(tx, same)


async def test_what_is_not_there_is_missing(database: Database, site_id: str) -> None:
    assert site_id
    async with database.read() as tx:
        with pytest.raises(RowMissing):
            await protocols.get(tx, "protocol-1", 3)
        with pytest.raises(RowMissing):
            await protocols.site_of(tx, "protocol-2")
