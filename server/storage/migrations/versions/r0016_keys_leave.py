"""Keys leave the database.

An empty table goes at once. One with keys in it stays until they are in the keystore
(`server.keystore.moving`), which a migration cannot reach.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Drop the table of keys where it has none."""
    kept = op.get_bind().execute(sa.text("SELECT 1 FROM wrapped_keys LIMIT 1")).first()
    if kept is None:
        op.drop_table("wrapped_keys")
