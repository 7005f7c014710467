"""What patients sent to be looked at later: each picture and its thumbnail, sealed.

One row is a photo or one page of a record. Removing one forgets the pictures and keeps the row:
the chart names it. Opening one fails rather than giving anything else than what was stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sqlalchemy import RowMapping, func, select, update

from server.keyring import Keyring
from server.sealing import Place, SealBroken, unseal
from server.storage.errors import ChartBroken, KeyShredded, RowMissing
from server.storage.statements import Tx, insert_into
from server.storage.tables import encounters
from server.storage.tables import uploads as table

UploadKind: TypeAlias = Literal["image", "record"]
Part: TypeAlias = Literal["sealed_image", "sealed_thumbnail"]
PLAIN: Final = (
    table.c.id,
    table.c.encounter_id,
    table.c.file_id,
    table.c.kind,
    table.c.page,
    table.c.media_type,
    table.c.bytes,
    table.c.sha256,
    table.c.uploaded_at,
    table.c.removed_at,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A row without its pictures; instants in microseconds UTC.

    Attributes:
        upload_id: its own.
        encounter_id: whose it is.
        file_id: named by whoever sent it; sent again, it is the same one.
        kind: a photo, or a page of a record.
        page: of the file, from 1.
        media_type: of the picture as it is kept.
        size: bytes of the picture as it is kept.
        sha256: over the same bytes, in hex.
        uploaded_at: when it was stored.
        removed_at: when it was taken back; None: it is there.
    """

    upload_id: str
    encounter_id: str
    file_id: str
    kind: UploadKind
    page: int
    media_type: str
    size: int
    sha256: str
    uploaded_at: int
    removed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What is stored of one upload."""

    image: bytes
    thumbnail: bytes

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the picture, in hex."""
        return hashlib.sha256(self.image).hexdigest()


async def add(tx: Tx, upload: Upload, picture: Picture, *, keyring: Keyring) -> None:
    """Seal and store one.

    Args:
        tx: holds the encounter's row.
        upload: size and digest are those of `picture`.
        picture: as encoded here.
        keyring: gives the encounter's key.
    """
    network_id = await _network(tx, upload.encounter_id)
    key = await keyring.encounter_key(tx, upload.encounter_id, network_id)
    image = _place("sealed_image", upload.upload_id, network_id)
    thumbnail = _place("sealed_thumbnail", upload.upload_id, network_id)
    await tx.execute(
        insert_into(tx, table).values(
            id=upload.upload_id,
            encounter_id=upload.encounter_id,
            file_id=upload.file_id,
            kind=upload.kind,
            page=upload.page,
            media_type=upload.media_type,
            bytes=upload.size,
            sha256=upload.sha256,
            sealed_image=keyring.seal(key, picture.image, image),
            sealed_thumbnail=keyring.seal(key, picture.thumbnail, thumbnail),
            uploaded_at=upload.uploaded_at,
            removed_at=upload.removed_at,
        )
    )


async def of_encounter(tx: Tx, encounter_id: str, *, removed: bool = False) -> list[Upload]:
    """Give what is there of an encounter, the first sent first, pages of a file together.

    Args:
        tx: reads.
        encounter_id: whose.
        removed: what was taken back too.
    """
    query = select(*PLAIN).where(table.c.encounter_id == encounter_id)
    if not removed:
        query = query.where(table.c.removed_at.is_(None))
    in_order = query.order_by(table.c.uploaded_at, table.c.file_id, table.c.page)
    return [_upload(row) for row in (await tx.execute(in_order)).mappings()]


async def get(tx: Tx, encounter_id: str, upload_id: str) -> Upload:
    """Give one of an encounter.

    Raises:
        RowMissing: there is none there, or it was taken back.
    """
    query = select(*PLAIN).where(
        table.c.id == upload_id,
        table.c.encounter_id == encounter_id,
        table.c.removed_at.is_(None),
    )
    row = (await tx.execute(query)).mappings().one_or_none()
    if row is None:
        raise RowMissing("uploads", upload_id)
    return _upload(row)


async def opened(
    tx: Tx, encounter_id: str, upload_id: str, part: Part, *, keyring: Keyring
) -> bytes:
    """Give the picture or the thumbnail of one.

    Raises:
        RowMissing: there is none there, or it was taken back.
        ChartBroken: what is stored is not what was sealed.
        KeyShredded: it was destroyed.
    """
    query = (
        select(encounters.c.network_id, table.c.sha256, table.c[part])
        .select_from(table.join(encounters))
        .where(
            table.c.id == upload_id,
            table.c.encounter_id == encounter_id,
            table.c.removed_at.is_(None),
        )
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise RowMissing("uploads", upload_id)
    network_id, sha256, sealed = row
    key = await keyring.encounter_key(tx, encounter_id, network_id)
    if sealed is None:
        raise KeyShredded(f"the uploads of {encounter_id} were erased")
    try:
        plain = unseal(key, sealed, place=_place(part, upload_id, network_id))
    except SealBroken:
        raise ChartBroken(encounter_id, 0, "an upload does not open") from None
    if part == "sealed_image" and hashlib.sha256(plain).hexdigest() != sha256:
        raise ChartBroken(encounter_id, 0, "an upload is another one")
    return plain


async def remove(tx: Tx, encounter_id: str, upload_id: str, *, now: int) -> None:
    """Forget the pictures of one; that it was there stays.

    Raises:
        RowMissing: there is none there, or it was taken back before.
    """
    changed = await tx.execute(
        update(table)
        .where(
            table.c.id == upload_id,
            table.c.encounter_id == encounter_id,
            table.c.removed_at.is_(None),
        )
        .values(sealed_image=None, sealed_thumbnail=None, removed_at=now)
    )
    if changed.rowcount != 1:
        raise RowMissing("uploads", upload_id)


@dataclass(frozen=True, slots=True)
class Held:
    """How much is there of an encounter: photos, pages of records, and the bytes of both."""

    images: int
    records: int
    size: int


async def held(tx: Tx, encounter_id: str) -> Held:
    """Count what is there of an encounter."""
    query = (
        select(table.c.kind, func.count(), func.coalesce(func.sum(table.c.bytes), 0))
        .where(table.c.encounter_id == encounter_id, table.c.removed_at.is_(None))
        .group_by(table.c.kind)
    )
    rows = {kind: (count, size) for kind, count, size in await tx.execute(query)}
    images, of_images = rows.get("image", (0, 0))
    records, of_records = rows.get("record", (0, 0))
    return Held(images=int(images), records=int(records), size=int(of_images + of_records))


async def sent_ever(tx: Tx, encounter_id: str) -> int:
    """Count what was ever stored of an encounter, what was taken back included."""
    query = select(func.count()).where(table.c.encounter_id == encounter_id)
    return int((await tx.execute(query)).scalar_one())


def _upload(row: RowMapping) -> Upload:
    values = dict(row)
    return Upload(upload_id=values.pop("id"), size=values.pop("bytes"), **values)


def _place(part: Part, upload_id: str, network_id: str) -> Place:
    return Place("uploads", part, upload_id, network_id)


async def _network(tx: Tx, encounter_id: str) -> str:
    query = select(encounters.c.network_id).where(encounters.c.id == encounter_id)
    network_id = (await tx.execute(query)).scalar_one_or_none()
    if network_id is None:
        raise RowMissing("encounters", encounter_id)
    return str(network_id)
