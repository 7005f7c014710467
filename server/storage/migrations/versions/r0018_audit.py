"""The audit log: who was shown what, who was refused, what left the house.

The triggers stop a slip, not somebody who owns the database: against them stands the tree.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"

TABLE: Final = "audit_entries"
FIXED: Final = (
    *("id", "at", "action", "outcome", "actor", "role", "organization_id", "network_id"),
    *("encounter_id", "patient_id", "route", "reason", "session", "address", "shown"),
    *("number", "leaf_hash"),
)
RARE: Final = "action NOT IN ('read', 'signed_in')"
REFUSED: Final = "the audit log only grows"


def upgrade() -> None:
    """Create the table, its indexes, and what refuses to change it."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("organization_id", sa.String(64), nullable=True),
        sa.Column("network_id", sa.String(64), nullable=True),
        sa.Column("encounter_id", sa.String(64), nullable=True),
        sa.Column("patient_id", sa.String(64), nullable=True),
        sa.Column("route", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(48), nullable=True),
        sa.Column("session", sa.String(16), nullable=True),
        sa.Column("address", sa.String(16), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("leaf_hash", sa.String(64), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_network_id_at", TABLE, ["network_id", "at"])
    op.create_index("ix_audit_entries_actor_at", TABLE, ["actor", "at"])
    _some("ix_audit_entries_encounter", ["encounter_id", "at"], "encounter_id IS NOT NULL")
    _some("ix_audit_entries_patient", ["patient_id", "at"], "patient_id IS NOT NULL")
    _some("ix_audit_entries_rare", ["network_id", "at"], RARE)
    _some("ix_audit_entries_lists", ["network_id", "at"], "shown IS NOT NULL")
    _some("ix_audit_entries_pending", ["at"], "log_index IS NULL")
    op.create_index("uq_audit_entries_log_index", TABLE, ["log_index"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _some(name: str, columns: list[str], condition: str) -> None:
    only = sa.text(condition)
    op.create_index(name, TABLE, columns, sqlite_where=only, postgresql_where=only)


def _guard_sqlite() -> None:
    op.execute(
        f"CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON {TABLE}"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OF {', '.join(FIXED)}"
        f" ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_one_place BEFORE UPDATE OF log_index ON {TABLE}"
        f" WHEN OLD.log_index IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_entries_only_grow() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON {TABLE}"
        " FOR EACH ROW EXECUTE FUNCTION audit_entries_only_grow()"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON {TABLE}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_only_grow()"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OF {', '.join(FIXED)}"
        f" ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_entries_only_grow()"
    )
    op.execute(
        f"CREATE TRIGGER audit_entries_one_place BEFORE UPDATE OF log_index ON {TABLE}"
        " FOR EACH ROW WHEN (OLD.log_index IS NOT NULL)"
        " EXECUTE FUNCTION audit_entries_only_grow()"
    )
