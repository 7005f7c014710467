"""Migrations only add, so that older programs go on while a newer one starts.

Docs: docs/decisions/0021. A migration that cannot do its work by adding says
`breaks_older_programs = True`, and the nodes are stopped for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import BatchOperations, Operations, ops
from alembic.operations.ops import MigrateOperation
from alembic.script import ScriptDirectory

from server.storage.revisions import BASELINE, BREAKS, configuration

ADDS = (ops.CreateTableOp, ops.CreateIndexOp, ops.BulkInsertOp, ops.CreateTableCommentOp)
NEWER = [
    one
    for one in ScriptDirectory.from_config(configuration()).walk_revisions()
    if one.revision > BASELINE
]


def recorded(upgrade: Callable[[], None]) -> list[MigrateOperation]:
    """Return what a migration would do; nothing is done."""
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True})
    seen: list[MigrateOperation] = []

    class Batch(BatchOperations):
        def invoke(self, operation: MigrateOperation) -> Any:  # noqa: ANN401 - the library's
            seen.append(operation)

    @contextmanager
    def batch(table_name: str, **_: object) -> Iterator[BatchOperations]:
        about = SimpleNamespace(table_name=table_name, schema=None)
        yield Batch(context, impl=about)  # type: ignore[arg-type]

    # A subclass would not do: the library looks for proxies by the class itself.
    recorder = Operations(context)
    recorder.__dict__.update(invoke=seen.append, batch_alter_table=batch)
    recorder._install_proxy()
    try:
        upgrade()
    finally:
        recorder._remove_proxy()
    return seen


def bars_older_programs(operations: list[MigrateOperation]) -> list[str]:
    """Return why programs of before could not go on."""
    made = {one.table_name for one in operations if isinstance(one, ops.CreateTableOp)}
    return [
        type(one).__name__
        for one in operations
        if not _only_adds(one, getattr(one, "table_name", None) in made)
    ]


def _only_adds(one: MigrateOperation, on_a_new_table: bool) -> bool:  # noqa: FBT001
    match one:
        case ops.CreateIndexOp(unique=True):
            return on_a_new_table
        case ops.AddColumnOp(column=column):
            filled = column.nullable or column.server_default is not None
            return on_a_new_table or (filled and not column.foreign_keys)
        case ops.AddConstraintOp():
            return on_a_new_table
        case _:
            return isinstance(one, ADDS)


def test_a_migration_only_adds_or_says_that_it_does_not() -> None:
    silent = [one.module for one in NEWER if not getattr(one.module, BREAKS, False)]
    barred = {one.revision: bars_older_programs(recorded(one.upgrade)) for one in silent}
    assert {revision: why for revision, why in barred.items() if why} == {}


def test_what_only_adds_passes() -> None:
    def upgrade() -> None:
        op.create_table("new", sa.Column("id", sa.String(64), primary_key=True))
        op.create_index("ix_new", "new", ["id"], unique=True)
        op.add_column("old", sa.Column("more", sa.String(8), nullable=True))
        op.add_column(
            "old", sa.Column("count", sa.Integer(), nullable=False, server_default="0")
        )
        op.create_index("ix_old", "old", ["more"])
        with op.batch_alter_table("old") as batch:
            batch.add_column(sa.Column("other", sa.String(8), nullable=True))

    assert bars_older_programs(recorded(upgrade)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: op.drop_table("old"),
        lambda: op.drop_column("old", "name"),
        lambda: op.rename_table("old", "new"),
        lambda: op.alter_column("old", "name", new_column_name="other"),
        lambda: op.alter_column("old", "name", nullable=False),
        lambda: op.alter_column("old", "name", type_=sa.Integer()),
        lambda: op.add_column("old", sa.Column("name", sa.String(8), nullable=False)),
        lambda: op.add_column("old", sa.Column("a", sa.String(8), sa.ForeignKey("b.id"))),
        lambda: op.create_unique_constraint("uq", "old", ["name"]),
        lambda: op.create_check_constraint("ck", "old", "name <> ''"),
        lambda: op.create_foreign_key("fk", "old", "other", ["a"], ["id"]),
        lambda: op.create_index("ix", "old", ["name"], unique=True),
        lambda: op.drop_constraint("ck", "old"),
        lambda: op.execute("UPDATE old SET name = ''"),
    ],
)
def test_what_older_programs_cannot_live_with_is_refused(change: Callable[[], None]) -> None:
    assert len(bars_older_programs(recorded(change))) == 1


def test_a_batch_is_looked_into() -> None:
    def upgrade() -> None:
        with op.batch_alter_table("old") as batch:
            batch.drop_column("name")
            batch.alter_column("other", nullable=False)

    assert bars_older_programs(recorded(upgrade)) == ["DropColumnOp", "AlterColumnOp"]
