"""What patients send: kept sealed, counted, given back whole, and forgotten when removed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from server.keyring import Keyring
from server.storage import encounters, uploads
from server.storage.database import Database
from server.storage.errors import ChartBroken, ConstraintBroken, RowMissing
from server.storage.tables import uploads as table
from server.storage.uploads import Held, Picture, Upload
from tests.contract.storage.rows import NOW, SECOND, Clinic, encounter

PICTURE = Picture(image=b"\xff\xd8 a face", thumbnail=b"\xff\xd8 a small face")
PHOTO = Upload(
    upload_id="upload-1",
    encounter_id="encounter-1",
    file_id="file-0001",
    kind="image",
    page=1,
    media_type="image/jpeg",
    size=len(PICTURE.image),
    sha256=PICTURE.sha256,
    uploaded_at=NOW,
)
PAGES = [
    replace(
        PHOTO,
        upload_id=f"page-{number}",
        file_id="file-0002",
        kind="record",
        page=number,
        uploaded_at=NOW + SECOND,
    )
    for number in (1, 2)
]


@pytest.fixture
async def sent(database: Database, keyring: Keyring, clinic: Clinic) -> Clinic:
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        for one in (*PAGES, PHOTO):
            await uploads.add(tx, one, PICTURE, keyring=keyring)
    return clinic


async def test_what_was_sent_is_listed_in_order_and_counted(
    database: Database, sent: Clinic
) -> None:
    async with database.read() as tx:
        assert await uploads.of_encounter(tx, sent.encounter_id) == [PHOTO, *PAGES]
        assert await uploads.get(tx, sent.encounter_id, "upload-1") == PHOTO
        assert await uploads.held(tx, sent.encounter_id) == Held(1, 2, 3 * PHOTO.size)
        assert await uploads.held(tx, "encounter-2") == Held(0, 0, 0)


async def test_pictures_come_back_whole_and_are_not_stored_in_the_clear(
    database: Database, keyring: Keyring, sent: Clinic
) -> None:
    async with database.read() as tx:
        whole = await uploads.opened(
            tx, sent.encounter_id, "upload-1", "sealed_image", keyring=keyring
        )
        small = await uploads.opened(
            tx, sent.encounter_id, "upload-1", "sealed_thumbnail", keyring=keyring
        )
        stored = (
            await tx.execute(select(table.c.sealed_image, table.c.sealed_thumbnail))
        ).all()
    assert (whole, small) == (PICTURE.image, PICTURE.thumbnail)
    assert not any(b"face" in one for row in stored for one in row)


@pytest.mark.usefixtures("sent")
async def test_a_picture_of_another_visit_does_not_exist(
    database: Database, keyring: Keyring
) -> None:
    async with database.write() as tx:
        with pytest.raises(RowMissing):
            await uploads.get(tx, "encounter-2", "upload-1")
        with pytest.raises(RowMissing):
            await uploads.opened(tx, "encounter-2", "upload-1", "sealed_image", keyring=keyring)
        with pytest.raises(RowMissing):
            await uploads.remove(tx, "encounter-2", "upload-1", now=NOW)


async def test_what_was_removed_is_forgotten_but_its_row_stays(
    database: Database, keyring: Keyring, sent: Clinic
) -> None:
    async with database.write() as tx:
        await uploads.remove(tx, sent.encounter_id, "upload-1", now=NOW + SECOND)
        with pytest.raises(RowMissing):
            await uploads.remove(tx, sent.encounter_id, "upload-1", now=NOW + SECOND)
        with pytest.raises(RowMissing):
            await uploads.opened(
                tx, sent.encounter_id, "upload-1", "sealed_image", keyring=keyring
            )
        assert await uploads.of_encounter(tx, sent.encounter_id) == PAGES
        gone = replace(PHOTO, removed_at=NOW + SECOND)
        all_of_them = await uploads.of_encounter(tx, sent.encounter_id, removed=True)
        assert all_of_them == [gone, *PAGES]
        assert await uploads.held(tx, sent.encounter_id) == Held(0, 2, 2 * PHOTO.size)
        assert await uploads.sent_ever(tx, sent.encounter_id) == 3
        query = select(table.c.sealed_image, table.c.sealed_thumbnail)
        row = (await tx.execute(query.where(table.c.id == "upload-1"))).one()
    assert tuple(row) == (None, None)


@pytest.mark.usefixtures("sent")
async def test_one_page_of_one_file_is_there_once(database: Database, keyring: Keyring) -> None:
    again = replace(PHOTO, upload_id="upload-9")
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await uploads.add(tx, again, PICTURE, keyring=keyring)


async def test_a_picture_that_was_exchanged_does_not_open(
    database: Database, keyring: Keyring, sent: Clinic
) -> None:
    async with database.write() as tx:
        query = select(table.c.sealed_image).where(table.c.id == "page-1")
        other = (await tx.execute(query)).scalar_one()
        await tx.execute(
            update(table).where(table.c.id == "upload-1").values(sealed_image=other)
        )
        with pytest.raises(ChartBroken):
            await uploads.opened(
                tx, sent.encounter_id, "upload-1", "sealed_image", keyring=keyring
            )


@pytest.mark.usefixtures("clinic")
async def test_a_visit_that_does_not_exist_keeps_nothing(
    database: Database, keyring: Keyring
) -> None:
    nobody = replace(PHOTO, encounter_id="nobody")
    async with database.write() as tx:
        with pytest.raises(RowMissing):
            await uploads.add(tx, nobody, PICTURE, keyring=keyring)
