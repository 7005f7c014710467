"""What the audit log needs of a running process, beside its database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from server.auditing.floods import Floods
from server.auditing.repeats import Repeats
from server.clock import Clock
from server.keyring import Keyring
from server.storage.database import Database
from server.storage.grouped import Grouped


@dataclass(frozen=True, slots=True)
class AuditState:
    """The entries that wait for a COMMIT, what was read lately, and the floods."""

    grouped: Grouped = field(default_factory=Grouped)
    repeats: Repeats = field(default_factory=Repeats)
    floods: Floods = field(default_factory=Floods)


class Audited(Protocol):
    """The part of the running server that an entry needs (`server.services.Core`)."""

    @property
    def database(self) -> Database:
        """Where entries are."""
        ...

    @property
    def keyring(self) -> Keyring:
        """Has the key under which addresses are hashed."""
        ...

    @property
    def clock(self) -> Clock:
        """When it is."""
        ...

    @property
    def audit(self) -> AuditState:
        """What waits to be written."""
        ...
