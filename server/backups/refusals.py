"""Why a backup cannot be made, read or restored.

    BackupRefused
    |- FileExists          a backup never overwrites a file
    |- FileUnusable        the file system refused: full, read-only, not there
    |- NothingThere        there is no database
    |- RootKeyAbsent       nothing to seal or open with
    |- NotABackup          the file begins as no backup does
    |- FormatUnknown       a newer program wrote it
    |- OtherRootKey        sealed with another root key
    |- BackupDamaged
    |  |- HeaderDamaged    the first lines were altered
    |  |- ChunkAltered     a chunk does not open: altered, or of another file
    |  |- ChunkMisplaced   chunks are missing, doubled or in another order
    |  |- BackupTruncated  the file ends before its last chunk
    |  |- BackupExtended   something follows the last chunk
    |  `- ContentBroken    it opens, and is not what a backup holds
    |- SchemaNewer         of a program newer than this one
    |- NotEmpty            the database has rows, and a restore replaces nothing
    `- RestoreFailed       the database refused; nothing of the backup is in it

Sentences name files, tables and numbers, never values.
"""

from __future__ import annotations

from pathlib import Path


class BackupRefused(Exception):
    """It was not done, and nothing was changed."""


class FileExists(BackupRefused):
    """A backup never overwrites a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already, and a backup overwrites nothing")


class FileUnusable(BackupRefused):
    """The file system refused."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or type(error).__name__}")


class NothingThere(BackupRefused):
    """There is no database to back up, or none yet whose keys these are."""


class RootKeyAbsent(BackupRefused):
    """There is no root key here, and a new one would open nothing."""


class NotABackup(BackupRefused):
    """The file begins as no backup does."""


class FormatUnknown(BackupRefused):
    """The file has a form that this program does not know."""


class OtherRootKey(BackupRefused):
    """The file was sealed with another root key."""


class BackupDamaged(BackupRefused):
    """The file is not the one that was written."""


class HeaderDamaged(BackupDamaged):
    """The header was altered."""


class ChunkAltered(BackupDamaged):
    """A chunk does not open: altered, or taken from another file."""


class ChunkMisplaced(BackupDamaged):
    """Chunks are missing, doubled or in another order."""


class BackupTruncated(BackupDamaged):
    """The file ends before its last chunk."""


class BackupExtended(BackupDamaged):
    """Something follows the last chunk."""


class ContentBroken(BackupDamaged):
    """The file opens and is not what a backup holds."""


class SchemaNewer(BackupRefused):
    """The backup has a schema that this program does not know."""


class NotEmpty(BackupRefused):
    """The database has rows: a restore replaces nothing."""


class RestoreFailed(BackupRefused):
    """The database refused; nothing of the backup is in it."""
