"""The part of the settings that is about one process among several: its work, and its end.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Role = Literal["all", "web", "delivery"]
DRAIN_S: Final = 5.0
FAREWELL_S: Final = 3.0


class NodeSettings(BaseSettings):
    """What an operator may set about one process."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- what this process does, and how it ends ---

    role: Role = "all"
    """`all` in one process; or `web` (pages, API, sockets, waiting rooms) and `delivery` (what
    other systems are told, the log's sequencer, housekeeping) apart, on PostgreSQL."""

    drain_s: float | None = Field(None, ge=0, le=300)
    """Seconds from SIGTERM for which all goes on while `/readyz` says 503, so that whoever
    distributes connections stops sending new ones. Unset: 5 on PostgreSQL; on SQLite, where no
    other process could take them, 0."""

    farewell_s: float | None = Field(None, ge=0, le=60)
    """Seconds over which sockets are told to go, so that they do not all come to the other
    nodes at once. Unset: 3 on PostgreSQL; on SQLite, where there is no other, 0."""


def drain_s(settings: NodeSettings, database: str) -> float:
    """Return how long a process that is told to stop still takes connections."""
    return _unless_alone(settings.drain_s, DRAIN_S, database)


def farewell_s(settings: NodeSettings, database: str) -> float:
    """Return over how long it tells its sockets to go."""
    return _unless_alone(settings.farewell_s, FAREWELL_S, database)


def _unless_alone(chosen: float | None, usual: float, database: str) -> float:
    if chosen is not None:
        return chosen
    return 0.0 if database.startswith("sqlite") else usual
