"""Which schema a program may run on: its own, or a newer one that says it leaves it in peace.

    program 0023, schema 0023      its own
    program 0023, schema 0025      runs, if 0024 and 0025 only added (docs/decisions/0021)
    program 0025, schema 0023      refused: `schema.upgrade` comes first

Whoever migrates a PostgreSQL database writes beside the revision since which programs may run
on it: a comment on Alembic's table, which a program that knows nothing of the newer revisions
can read. An embedded database has one program at a time, and needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, inspect, text

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BASELINE: Final = "0021"  # what came before was never tried beside an older program
BREAKS: Final = "breaks_older_programs"  # said by a migration that does

WORDS: Final = "goodfaith: programs since {}"
SAID: Final = re.compile(r"goodfaith: programs since ([0-9]{4})")


def configuration() -> Config:
    """Tell Alembic where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def known() -> frozenset[str]:
    """Return the revisions that this program knows."""
    return frozenset(one.revision for one in _scripts())


@cache
def latest_revision() -> str:
    """Name the revision that this program needs."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise AssertionError("there is no migration")
    return revision


@cache
def oldest_program() -> str:
    """Return the revision since which programs may run on this program's schema."""
    return oldest_of(_scripts())


def oldest_of(scripts: Iterable[Script]) -> str:
    """Return the newest of these revisions that older programs cannot live with."""
    breaking = [
        one.revision
        for one in scripts
        if one.revision <= BASELINE or getattr(one.module, BREAKS, False)
    ]
    return max(breaking)


def _scripts() -> list[Script]:
    return list(ScriptDirectory.from_config(configuration()).walk_revisions())


def leaves_in_peace(revision: str | None, comment: str | None) -> bool:
    """Tell whether this is a newer schema, and says that this program may run on it."""
    newer = revision is not None and revision.isdigit() and revision > latest_revision()
    said = SAID.fullmatch(comment or "")
    return newer and said is not None and said[1] in known()


COMMENT: Final = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
VERSION: Final = text("SELECT version_num FROM alembic_version")


def found_in(connection: Connection) -> str | None:
    """Return the revision of a database; None of an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(VERSION).scalar()
    return None if found is None else str(found)


def say_oldest(connection: Connection) -> None:
    """Write beside the revision since which programs may run on this schema (PostgreSQL)."""
    words = WORDS.format(oldest_program())
    if connection.execute(COMMENT).scalar() != words:
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{words}'"))
