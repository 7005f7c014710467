"""The folder of a server's own relay: its secret, its lock, and the place where it is reached.

    secret    what both ends of its control prove; made once, mode 0600
    lock      held by the relay while it lives, however it ends
    place     who holds the lock and where it listens, written when it does
    control   its Unix socket, unless the path is too long for one: then a port of loopback
    log       what it says; begun anew when it has grown too large

Both processes read and write here; neither starts the other here.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Final

from media.control_proof import SECRET_BYTES_MIN
from server.secret_files import SecretFileRefused, read_secret

SOCKET_PATH_BYTES_MAX: Final = 100  # `sun_path` has 104 bytes on some systems, 108 on others
LOG_BYTES_MAX: Final = 1_048_576
PLACE_BYTES_MAX: Final = 16_384
LOOPBACK_CONTROL: Final = "127.0.0.1:0"


class RelayFolderBroken(Exception):
    """A file of the folder is not what it should be; names the file."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a server's own relay is set up; another plan needs another process.

    Attributes:
        host: the address that media comes to.
        port: its UDP port; 0 leaves the choice to the system.
        announced: addresses that browsers are told, the preferred first.
        version: of the program.
        idle_s: see `media.solitude`.
        most_s: see `media.solitude`.
    """

    host: str
    port: int
    announced: tuple[str, ...]
    version: str
    idle_s: float = 30.0
    most_s: float = 600.0

    def text(self) -> str:
        """Return it as one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Plan:
        """Return what `text` wrote.

        Raises:
            ValueError: it is something else.
        """
        found = json.loads(text)
        try:
            return cls(**{**found, "announced": tuple(found["announced"])})
        except (TypeError, KeyError):
            raise ValueError("no plan of a relay") from None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a relay is reached.

    Attributes:
        pid: its process, as long as the lock is held.
        port: the UDP port of media.
        control: where it is commanded.
        plan: how it was set up, as `Plan.text` wrote it.
    """

    pid: int
    port: int
    control: str
    plan: str


class RelayFolder:
    """See the module.

    Args:
        path: the folder; made when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.lock = self.path / "lock"
        self.log = self.path / "log"
        self._place = self.path / "place"
        self._secret = self.path / "secret"

    def prepare(self, entropy: Callable[[int], bytes]) -> bytes:
        """Make what is missing, and return the secret.

        Raises:
            OSError: the folder cannot be written.
            RelayFolderBroken: the secret cannot be used.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".old"))
        with suppress(FileExistsError):
            self._write_new(self._secret, entropy(SECRET_BYTES_MIN).hex())
        return self.secret()

    def secret(self) -> bytes:
        """Return the secret.

        Raises:
            RelayFolderBroken: there is none, others may read it, or it is too short to be one.
        """
        try:
            found = read_secret(self._secret, made_here=True)
        except SecretFileRefused:
            raise RelayFolderBroken("secret") from None
        if len(found) < SECRET_BYTES_MIN:
            raise RelayFolderBroken("secret")
        return found

    @property
    def control(self) -> str:
        """Where a relay is to listen for commands."""
        path = str(self.path / "control")
        return path if len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX else LOOPBACK_CONTROL

    def occupied(self) -> bool:
        """Tell whether a relay lives here."""
        try:
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def place(self) -> Place | None:
        """Return where the relay said it listens; None when it did not, or nothing sensible."""
        try:
            with self._place.open("rb") as file:
                found = json.loads(file.read(PLACE_BYTES_MAX))
            place = Place(**found)
        except (OSError, ValueError, TypeError):
            return None
        # A bool would pass for a number, were the types not compared.
        sensible = tuple(map(type, astuple(place))) == (int, int, str, str) and place.pid > 0
        return place if sensible else None

    def say(self, place: Place) -> None:
        """Write where the relay listens, at once or not at all."""
        draft = self._place.with_suffix(".new")
        draft.unlink(missing_ok=True)
        self._write_new(draft, json.dumps(asdict(place)))
        draft.replace(self._place)

    def forget_place(self) -> None:
        """Remove what a relay that is over has said."""
        self._place.unlink(missing_ok=True)

    @staticmethod
    def _write_new(path: Path, text: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
