"""What storage may fail with, whose fault it is, and the code that the wire shows.

    StorageError
    |- CommitFailed               nothing was committed; the same may be sent again
    |  `- ConstraintBroken        the schema refused a row
    |- CommitOutcomeUnknown       it may be committed: settled by command id
    |- ReadFailed                 the database did not answer a read
    |- LeaseLost                  another process took the lease; nothing was committed
    |- CommandAlreadyRecorded     the same command was committed meanwhile
    |- RowMissing                 a row that a statement relies on is not there
    |- OnDutyElsewhere            the practitioner is on duty in another network
    |- ChartBroken                a stored chart is not the one that was written
    |- LogBroken                  the stored tree is not the one that was written
    |- KeyringError
    |  |- KeyMissing              no such key is stored
    |  |- KeyShredded             the key was destroyed on purpose
    |  |- KeyRefused              a stored key does not open with the key above it
    |  `- RootKeyRefused          the root key's file or setting cannot be used
    `- StartRefused
       |- DatabaseUrlRefused      not a database that this server knows
       |- SchemaMismatch          the database is of another version
       |- UpgradeFailed           a migration, or the wait for its turn, failed
       `- FolderInUse            another process has the data folder

Sentences name tables, constraints and identifiers, never values: no PHI, no parameters.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Fault(StrEnum):
    """Whose doing an error is."""

    CALLER = "caller"
    OPERATOR = "operator"
    SERVER = "server"


class StorageError(Exception):
    """Base of everything below.

    Attributes:
        away: nothing was wrong with what was asked: the database is not there, or full.
    """

    code: ClassVar[str] = "retry"
    fault: ClassVar[Fault] = Fault.SERVER
    away: bool = False


class CommitFailed(StorageError):
    """Nothing of the transaction was committed."""


class ConstraintBroken(CommitFailed):
    """The schema refused a row, so nothing of the transaction was committed."""


class CommitOutcomeUnknown(StorageError):
    """COMMIT was sent and its answer did not arrive. Look for the command's id."""


class ReadFailed(StorageError):
    """The database did not answer a read."""


class LeaseLost(StorageError):
    """The lease belongs to somebody else by now: this process must not write."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the lease {name} was taken over")
        self.name = name


class CommandAlreadyRecorded(StorageError):
    """The same command was committed by another transaction; read its outcome."""


class RowMissing(StorageError):
    """A row that a statement relies on is not there."""

    code: ClassVar[str] = "not_found"
    fault: ClassVar[Fault] = Fault.CALLER

    def __init__(self, table: str, key: str) -> None:
        super().__init__(f"no row of {table} has the key {key}")
        self.table = table
        self.key = key


class OnDutyElsewhere(StorageError):
    """A practitioner serves one network at a time."""

    code: ClassVar[str] = "on_duty_elsewhere"
    fault: ClassVar[Fault] = Fault.CALLER

    def __init__(self, practitioner_id: str) -> None:
        super().__init__(f"{practitioner_id} is on duty in another network")
        self.practitioner_id = practitioner_id


class ChartBroken(StorageError):
    """A stored chart is not the one that was written.

    Attributes:
        encounter_id: whose chart.
        seq: the first entry that does not verify, or the first missing one.
        reason: which check failed.
    """

    code: ClassVar[str] = "chart_broken"

    def __init__(self, encounter_id: str, seq: int, reason: str) -> None:
        super().__init__(f"chart of {encounter_id}, entry {seq}: {reason}")
        self.encounter_id = encounter_id
        self.seq = seq
        self.reason = reason


class LogBroken(StorageError):
    """The tree over all charts is not as the sequencer left it; it is not continued."""

    code: ClassVar[str] = "log_broken"


class KeyringError(StorageError):
    """A key cannot be had."""

    code: ClassVar[str] = "key_unavailable"


class KeyMissing(KeyringError):
    """No such key is stored, and a read may not make one."""


class KeyShredded(KeyringError):
    """The key was destroyed on purpose: what it sealed is gone."""

    code: ClassVar[str] = "key_shredded"


class KeyRefused(KeyringError):
    """A stored key does not open with the key above it: altered, or another root key."""


class RootKeyRefused(KeyringError):
    """The root key's file or setting cannot be used as it is."""

    code: ClassVar[str] = "root_key_refused"
    fault: ClassVar[Fault] = Fault.OPERATOR


class StartRefused(StorageError):
    """The database cannot be opened as things stand."""

    code: ClassVar[str] = "start_refused"
    fault: ClassVar[Fault] = Fault.OPERATOR


class DatabaseUrlRefused(StartRefused):
    """Not a SQLite file and not a PostgreSQL database."""


class SchemaMismatch(StartRefused):
    """The database's schema is of another version than this program."""


class SchemaUnread(SchemaMismatch):
    """Which schema the database has cannot be read: it is down, or nobody made one there."""


class UpgradeFailed(StartRefused):
    """A migration failed, or its turn did not come; the schema is as it was."""


class FolderInUse(StartRefused):
    """Another process has the data folder open."""
