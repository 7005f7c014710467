"""Backup files: written from lines, and opened, verified and read.

Not what is in them (`dump`), and not where it goes (`loading`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.backups import rows as content
from server.backups.header import Header, Holding, Stand
from server.backups.landing import landing
from server.backups.refusals import FileUnusable
from server.backups.rows import Counts, Head, Row
from server.backups.sealed import opened, sealed
from server.backups.seals import Seal, key_of
from server.keystore.roots import RootKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a new backup says about itself: see `Header`."""

    holding: Holding
    database_schema: str
    made_at: int
    stand: Stand | None = None


def write(path: Path, facts: Facts, seal: Seal, lines: Iterable[bytes]) -> Header:
    """Write a backup. It is there, whole and on the disk, or nothing is.

    Args:
        path: nothing has that name yet.
        facts: for the header.
        seal: of this file alone.
        lines: the content (`server.backups.rows`).

    Raises:
        FileExists: something has that name.
        FileUnusable: the file system refused.
    """
    header = Header(
        holding=facts.holding,
        database_schema=facts.database_schema,
        made_at=facts.made_at,
        salt=seal.salt.hex(),
        root_id=seal.root_id,
        wrapped=seal.wrapped.hex(),
        stand=facts.stand,
    )
    head = header.encoded()
    with landing(path) as file:
        file.write(head)
        for chunk in sealed(lines, seal.key, head):
            file.write(chunk)
    return header


class BackupFile:
    """An opened backup: its header is read, and its key is the right one.

    Attributes:
        header: what it says about itself.
        counts: rows that were read so far.
    """

    def __init__(
        self, path: Path, file: BinaryIO, header: Header, head: bytes, key: bytes
    ) -> None:
        """Begin behind the header, whose bytes are `head`."""
        self.header = header
        self.counts = Counts()
        self._path = path
        self._file = file
        self._head = head
        self._key = key

    def rows(self) -> Iterator[tuple[Head, Row]]:
        """Give every row, once; the file is verified when the iterator has ended.

        Raises:
            BackupDamaged: the file is not the one that was written.
            FileUnusable: it cannot be read.
        """
        pieces = opened(self._file, self._key, self._head)
        try:
            yield from content.decoded(pieces, counts=self.counts)
        except OSError as error:
            raise FileUnusable(self._path, error) from None


@asynccontextmanager
async def reading(path: Path, roots: RootKeys) -> AsyncIterator[BackupFile]:
    """Open a backup.

    Raises:
        BackupRefused: it cannot be read, is no backup, is damaged, or has another root key.
        KeyringError: whoever has the root key did not answer.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileUnusable(path, error) from None
    with file:
        header, head = Header.read(file)
        yield BackupFile(path, file, header, head, await key_of(header, roots))
