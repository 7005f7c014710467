"""The part of the schema about the health questions: which clinician signed which set off."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, String, Table, text

from server.storage.columns import METADATA, instant, key, reference

STANDING: Final = text("withdrawn_at IS NULL")
questionnaire_sign_offs: Final = Table(
    "questionnaire_sign_offs",
    METADATA,
    key(),
    reference("network_id", "organizations.id"),
    Column("set_name", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),  # of exactly what was signed
    Column("signed_by", String(120), nullable=False),
    Column("credential", String(120), nullable=False),  # profession and licence, as they say it
    Column("reference", String(200), nullable=False),
    instant("signed_at"),
    Column("withdrawn_by", String(120)),
    Column("withdrawn_reference", String(200)),
    instant("withdrawn_at", nullable=True),
    # One signature of a text stands at a time; what was withdrawn stays as it was.
    Index(
        "uq_questionnaire_sign_offs_standing",
        "network_id",
        "set_name",
        "sha256",
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    ),
)
