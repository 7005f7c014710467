"""The part of the schema about what patients send to be looked at later: photos, records."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from server.storage.columns import METADATA, instant, key, reference

uploads: Final = Table(
    "uploads",
    METADATA,
    # One picture: a photo, or one page of a record. The file that was sent is not kept.
    key(),
    reference("encounter_id", "encounters.id"),
    Column("file_id", String(64), nullable=False),  # the page's own: sent again, it is one
    Column("kind", String(16), nullable=False),  # image | record
    Column("page", Integer, nullable=False),  # of the file, from 1
    Column("media_type", String(40), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the picture before it was sealed
    Column("sealed_image", LargeBinary, nullable=True),  # gone once it was removed
    Column("sealed_thumbnail", LargeBinary, nullable=True),
    instant("uploaded_at"),
    instant("removed_at", nullable=True),
    UniqueConstraint("encounter_id", "file_id", "page"),
)
