"""The table of what patients are written: which link, by which means, until when.

Whom it goes to is in the patient's sealed identity, and read when it is sent. The link's secret
is sealed under the encounter's key, and erased when the message has been taken or is over.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table

from server.storage.columns import METADATA, instant, key, reference

patient_messages: Final = Table(
    "patient_messages",
    METADATA,
    key(),
    reference("encounter_id", "encounters.id"),
    Column("kind", String(16), nullable=False),  # invitation callback answer
    Column("channel", String(8), nullable=False),  # email sms
    Column("language", String(8), nullable=False),
    Column("message_id", String(64), nullable=False),  # of the outbox
    Column("sealed_link", LargeBinary, nullable=True),  # None: taken, or over
    Column("created_by", String(80), nullable=False),
    instant("created_at"),
    instant("expires_at"),
    Index(None, "encounter_id", "created_at"),
)
