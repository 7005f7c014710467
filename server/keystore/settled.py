"""The root keys as the settings say.

root_key_program    a KMS
root_key            32 bytes in a variable or the settings file
root_key_file       32 bytes in a file
(none)              `root.key` in the data folder, made at the first run, and `root.key.next`
                    while that takes its place
previous_...        accepted as well, until it was replaced everywhere
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from server.keystore.programs import ProgramSource
from server.keystore.root_files import (
    NEXT_FILE,
    ROOT_KEY_FILE,
    load_root_key,
    read_own_root_key,
    read_root_key,
)
from server.keystore.roots import KeySource, RootKeys, RootKeySource
from server.settings import Settings
from server.storage.errors import RootKeyRefused


def open_root_key(settings: Settings) -> bytes:
    """Give the root key in the open: as the settings say, else from the data folder.

    Raises:
        RootKeyRefused: the data folder's file is not a key, or others may read it; or the root
            key is in a KMS.
        SettingsError: the named file is not a key.
    """
    if settings.root_key_program is not None:
        raise RootKeyRefused("the root key is in a KMS and cannot be read")
    given = settings.root_key_bytes()
    return given if given is not None else load_root_key(settings.data_dir / ROOT_KEY_FILE)


async def open_root_keys(settings: Settings) -> RootKeys:
    """Give the root keys that this process may use.

    Raises:
        RootKeyRefused: one cannot be used as it is.
        SettingsError: the named file is not a key.
    """
    limit_s = settings.root_key_program_limit_s
    others: list[RootKeySource] = []
    if settings.previous_root_key_file is not None:
        others.append(KeySource(read_root_key(settings.previous_root_key_file)))
    if settings.previous_root_key_program is not None:
        others.append(await ProgramSource.open(settings.previous_root_key_program, limit_s))
    if settings.root_key_program is not None:
        return RootKeys([await ProgramSource.open(settings.root_key_program, limit_s), *others])
    if not in_data_folder(settings):
        return RootKeys([KeySource(open_root_key(settings)), *others])
    if not (settings.data_dir / NEXT_FILE).exists():
        load_root_key(settings.data_dir / ROOT_KEY_FILE)  # the first run makes one

    def again() -> Sequence[RootKeySource]:
        return [*found_in(settings.data_dir), *others]

    return RootKeys(again(), again)


def in_data_folder(settings: Settings) -> bool:
    """Tell whether the root key is the one that the first run made in the data folder."""
    return settings.root_key_program is None and (
        settings.root_key is None and settings.root_key_file is None
    )


def found_in(folder: Path) -> list[RootKeySource]:
    """Give the root keys of a data folder: the one in use, and one that takes its place.

    A file that is being overwritten at this moment is passed over.

    Raises:
        RootKeyRefused: there is none.
    """
    found: list[RootKeySource] = []
    for name in (ROOT_KEY_FILE, NEXT_FILE):
        if (folder / name).exists():
            try:
                found.append(KeySource(read_own_root_key(folder / name)))
            except RootKeyRefused:
                if name == ROOT_KEY_FILE and not (folder / NEXT_FILE).exists():
                    raise
    return found
