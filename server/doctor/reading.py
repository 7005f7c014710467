"""Looking at an installation: its settings, its files, its database. Nothing is changed.

It is the edge; what the facts come to is `server.doctor.findings`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from pydantic import SecretStr

from server import demo
from server.clock import Clock
from server.doctor.facts import (
    Certificate,
    Door,
    Facts,
    Machine,
    PrivateFile,
    RootKey,
    Secret,
    Source,
    Watch,
    Wire,
)
from server.doctor.stored import read_stored
from server.doctor.weighing import database_wire, redis_wire, weighed
from server.key_settings import decode_root_key
from server.keystore.opening import beside
from server.keystore.root_files import NEXT_FILE, ROOT_KEY_FILE, root_key_in
from server.keystore.settled import in_data_folder
from server.relays.opening import FOLDER as RELAY_FOLDER
from server.secret_files import BYTES_MAX
from server.secret_settings import ROOT_KEY, file_name, secret_names
from server.settings import PREFIX, Settings
from server.spool.folder import FOLDER as SPOOL_FOLDER
from server.storage.engines import file_of, parse_url
from server.storage.errors import RootKeyRefused, StorageError

SECOND_US: Final = 1_000_000
SIDES: Final = ("", "-wal", "-shm", ".lock")  # of a SQLite database
NAMED: Final = ("root_key_file", "previous_root_key_file", "relay_secret_file", "tls_key")
CERTIFICATE_BYTES_MAX: Final = 262_144


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds the settings.

    Attributes:
        clock: tells the time.
        environ: the variables of this process.
        machine: see `server.doctor.machine`.
        salt: random bytes, for marks of secrets.
    """

    clock: Clock
    environ: Mapping[str, str]
    machine: Machine
    salt: bytes


@dataclass(slots=True)
class Files:
    """Files that are looked at, and those that this user may not look at."""

    unreadable: list[str] = field(default_factory=list)

    def status(self, path: Path) -> os.stat_result | None:
        """Return whose a file is; None where there is none."""
        try:
            return path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            self.unreadable.append(str(path))
            return None

    def content(self, path: Path, most: int = BYTES_MAX) -> bytes | None:
        """Return what a file holds, however open it is; None where it cannot be read."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError:
            self.unreadable.append(str(path))
            return None
        try:
            return os.read(descriptor, most)
        except OSError:  # a folder
            return None
        finally:
            os.close(descriptor)


async def read_facts(settings: Settings, around: Around) -> Facts:
    """Look at everything.

    Args:
        settings: those of the installation.
        around: what surrounds them.
    """
    files = Files()
    database, stored = await read_stored(settings, around.clock)
    root_key, secrets = _root_key(settings, files, around, needed=database != "absent")
    return Facts(
        now=around.clock.now(),
        demo=settings.wants_demo,
        demo_accounts=files.status(settings.data_dir / demo.FILE) is not None,
        door=_door(settings),
        root_key=root_key,
        secrets=(*secrets, *_secrets(settings, files, around)),
        files=tuple(_private(settings, files)),
        wires=tuple(_wires(settings, around.environ)),
        certificate=_certificate(settings, files),
        machine=around.machine,
        watch=Watch(
            witnesses=len(settings.witnesses),
            alerts=settings.alert_webhook_url is not None,
            debug_log=settings.log_level == "debug",
            idle_s=settings.session_idle_s,
            absolute_s=settings.session_absolute_s,
        ),
        database=database,
        stored=stored,
        unreadable=tuple(sorted(set(files.unreadable))),
    )


def _door(settings: Settings) -> Door:
    return Door(
        https=settings.secure_cookies,
        local=settings.is_local,
        host=settings.host,
        tls=settings.tls_certificate is not None,
        proxies=settings.trusted_proxies,
        metrics_token=settings.metrics_token is not None,
    )


# --- keys and secrets ---------------------------------------------------------------------


def _root_key(
    settings: Settings, files: Files, around: Around, *, needed: bool
) -> tuple[RootKey, list[Secret]]:
    program = settings.root_key_program
    if program is not None:
        fault = None if os.access(program, os.X_OK) else f"{program} cannot be run"
        return RootKey("program", beside_data=False, fault=fault), []
    if settings.root_key is not None:
        source = _source(ROOT_KEY, settings, around.environ)
        value = settings.root_key_bytes() or b""
        found = weighed(ROOT_KEY, source, value, around.salt)
        return RootKey("setting", beside_data=False, fault=None), [found] if found else []
    if not in_data_folder(settings) and settings.root_key_file is not None:
        path = settings.root_key_file
        within = path.resolve().is_relative_to(settings.data_dir.resolve())
        key, fault = _key_in(path, files, _as_set)
        made = RootKey("file", beside_data=within, fault=fault)
    else:
        path = settings.data_dir / ROOT_KEY_FILE
        if files.status(path) is None:  # a rotation may be half way
            path = settings.data_dir / NEXT_FILE
        there = files.status(path) is not None
        key, fault = _key_in(path, files) if there or needed else (None, None)
        made = RootKey("data_folder", beside_data=True, fault=fault)
    found = None if key is None else weighed(ROOT_KEY, "file", key, around.salt)
    return made, [found] if found else []


def _key_in(
    path: Path, files: Files, decode: Callable[[bytes, Path], bytes] = root_key_in
) -> tuple[bytes | None, str | None]:
    content = files.content(path)
    if content is None:
        return None, f"{path} cannot be read"
    try:
        return decode(content, path), None
    except RootKeyRefused as refused:
        return None, str(refused)


def _as_set(content: bytes, path: Path) -> bytes:
    """Read `root_key_file` as the settings do."""
    try:
        return decode_root_key(content.decode("ascii", "replace").strip())
    except ValueError as error:
        raise RootKeyRefused(f"{path} {error}") from None


def _secrets(settings: Settings, files: Files, around: Around) -> Iterable[Secret]:
    given: list[tuple[str, Source, bytes]] = []
    for name in secret_names(Settings):
        value = getattr(settings, name)
        if name != ROOT_KEY and isinstance(value, SecretStr):
            source = _source(name, settings, around.environ)
            given.append((name, source, value.get_secret_value().encode()))
    for name, path in (
        ("previous_root_key", settings.previous_root_key_file),
        ("relay_secret", settings.relay_secret_file),
    ):
        content = None if path is None else files.content(path)
        if path is not None and content is not None:
            key, _ = _key_in(path, files) if name.endswith(ROOT_KEY) else (content.strip(), "")
            given.append((name, "file", key or b""))
    found = (weighed(name, source, value, around.salt) for name, source, value in given)
    return [one for one in found if one is not None]


def _source(name: str, settings: Settings, environ: Mapping[str, str]) -> Source:
    if getattr(settings, file_name(name), None) is not None:
        return "file"
    variable = f"{PREFIX}{name.upper()}"
    return "variable" if variable in {one.upper() for one in environ} else "settings_file"


# --- files --------------------------------------------------------------------------------


def _private(settings: Settings, files: Files) -> Iterable[PrivateFile]:
    relay = settings.data_dir / RELAY_FOLDER
    own = [
        settings.data_dir,
        *(settings.data_dir / name for name in (demo.FILE, ROOT_KEY_FILE, NEXT_FILE)),
        *_databases(settings),
        *(settings.data_dir / SPOOL_FOLDER, relay, relay / "secret"),
    ]
    twins = tuple(map(file_name, secret_names(Settings)))
    named = {getattr(settings, name, None) for name in (*NAMED, *twins)}
    for path, made_here in (
        *((one, True) for one in own),
        *((one, False) for one in sorted(one for one in named if isinstance(one, Path))),
    ):
        status = files.status(path)
        if status is not None:
            mode = status.st_mode & 0o7777
            yield PrivateFile(str(path), mode, status.st_uid, status.st_gid, made_here)


def _databases(settings: Settings) -> Iterable[Path]:
    try:
        urls = {settings.database, settings.keystore or beside(settings.database)}
        for url in sorted(urls):
            kind, parsed = parse_url(url)
            if kind == "sqlite":
                file = file_of(parsed)
                yield from (file.with_name(f"{file.name}{side}") for side in SIDES)
    except StorageError:
        return


# --- wires --------------------------------------------------------------------------------


def _wires(settings: Settings, environ: Mapping[str, str]) -> Iterable[Wire]:
    mode = environ.get("PGSSLMODE")
    for name in ("database_url", "keystore_url"):
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            wire = database_wire(name, value.get_secret_value(), mode)
            if wire is not None:
                yield wire
    if settings.redis_url is not None:
        yield redis_wire(settings.redis_url.get_secret_value())


def _certificate(settings: Settings, files: Files) -> Certificate | None:
    if settings.tls_certificate is None:
        return None
    content = files.content(settings.tls_certificate, CERTIFICATE_BYTES_MAX) or b""
    try:
        first = x509.load_pem_x509_certificates(content)[0]
    except (ValueError, IndexError):
        return Certificate(None, None)
    return Certificate(
        int(first.not_valid_before_utc.timestamp()) * SECOND_US,
        int(first.not_valid_after_utc.timestamp()) * SECOND_US,
    )
