"""Backup files: written from lines, and opened, verified and read.

Not what is in them (`dump`), and not where it goes (`loading`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from server.backups import rows as content
from server.backups.header import Header, Holding, Stand
from server.backups.landing import landing
from server.backups.refusals import FileUnusable, OtherRootKey, RootKeyAbsent
from server.backups.rows import Counts, Head, Row
from server.backups.sealed import file_key, opened, sealed
from server.keyring import ROOT_KEY_FILE, load_root_key
from server.settings import Settings

SALT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a new backup says about itself."""

    holding: Holding
    database_schema: str
    made_at: int
    stand: Stand | None = None


def write(
    path: Path,
    facts: Facts,
    lines: Iterable[bytes],
    *,
    root_key: bytes,
    random_bytes: Callable[[int], bytes],
) -> Header:
    """Write a backup. It is there, whole and on the disk, or nothing is.

    Args:
        path: nothing has that name yet.
        facts: for the header.
        lines: the content (`server.backups.rows`).
        root_key: 32 bytes; what seals it is derived from them.
        random_bytes: where the salt comes from.

    Raises:
        FileExists: something has that name.
        FileUnusable: the file system refused.
    """
    salt = random_bytes(SALT_BYTES)
    key = file_key(root_key, salt)
    header = Header(
        holding=facts.holding,
        database_schema=facts.database_schema,
        made_at=facts.made_at,
        salt=salt.hex(),
        key_id=key.key_id,
        stand=facts.stand,
    )
    head = header.encoded()
    with landing(path) as file:
        file.write(head)
        for chunk in sealed(lines, key, head):
            file.write(chunk)
    return header


class BackupFile:
    """An opened backup: its header is read, and its key is the right one."""

    def __init__(self, path: Path, file: BinaryIO, root_key: bytes) -> None:
        """Read the header.

        Raises:
            BackupRefused: it is no backup, is damaged, or has another root key.
        """
        self._path = path
        self._file = file
        self.counts = Counts()
        self.header, self._head = Header.read(file)
        self._key = file_key(root_key, bytes.fromhex(self.header.salt))
        if self._key.key_id != self.header.key_id:
            raise OtherRootKey("the backup was sealed with another root key than this one")

    def rows(
        self, begun: Callable[[Head], None] = lambda _: None
    ) -> Iterator[tuple[Head, Row]]:
        """Give every row, once; the file is verified when the iterator has ended.

        Raises:
            BackupDamaged: the file is not the one that was written.
            FileUnusable: it cannot be read.
        """
        pieces = opened(self._file, self._key, self._head)
        try:
            yield from content.decoded(pieces, begun=begun, counts=self.counts)
        except OSError as error:
            raise FileUnusable(self._path, error) from None


def existing_root_key(settings: Settings, path: Path | None = None) -> bytes:
    """Give the root key, of a file or as the settings say; none is ever made here.

    Raises:
        RootKeyAbsent: there is none.
        RootKeyRefused: the file is no key, or others may read it.
        SettingsError: the file that the settings name is not a key.
    """
    if path is None:
        given = settings.root_key_bytes()
        if given is not None:
            return given
        path = settings.data_dir / ROOT_KEY_FILE
    if not path.exists():
        raise RootKeyAbsent(f"there is no root key: {path} is missing")
    return load_root_key(path)
