"""The part of the settings that the database is about: its limits and its bad days.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """What an operator may set about a database that is slow, away or full."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- the database ---

    database_pool_max: int = Field(10, ge=1, le=200)
    """Database connections of one process."""

    database_idle_s: float | None = Field(None, ge=0.5, le=600)
    """Seconds that a transaction may be idle on PostgreSQL before its session is ended: so long
    a stopped process can keep what it locked. Unset: 30, and 3 for one of several nodes."""

    database_statement_s: float | None = Field(None, ge=1, le=120)
    """Seconds that a statement may take on PostgreSQL; one that has no answer two seconds after
    that is given up with its connection. Unset: 10, and 6 for one of several nodes."""

    spool_records_max: int = Field(20_000, ge=100, le=1_000_000)
    """Things of calls in progress that may wait in `data_dir` while the database is away."""

    spool_mib_max: int = Field(32, ge=1, le=4_096)
    """MiB that they may take."""

    spool_reserve_kib: int = Field(1_024, ge=0, le=1_048_576)
    """KiB of them that are taken from the disk at start, for the day when it is full."""
