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

    database_idle_s: float = Field(30.0, ge=0.5, le=600)
    """Seconds that a transaction may be idle on PostgreSQL before its session is ended: so long
    a stopped process can keep what it locked. With several nodes 3 is right."""
