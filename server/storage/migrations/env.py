"""Alembic's entry: runs migrations on the connection that `server.storage.schema` holds."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from server.storage.tables import METADATA


def run(connection: Connection) -> None:
    """Run the migrations inside the transaction that is already begun."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,  # SQLite changes a table by copying it
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
