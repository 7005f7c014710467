"""The real server as a process of its own, on a free port, with the demo network.

with running_server(folder) as server:
    visit(server.url)
    server.kill()       # kill -9
    server.start()      # again, on the same data
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

from server.rehearsal.people import SignIn
from tests.commands import run_command
from tests.pools import end_relay

START_S: Final = 60.0
STOP_S: Final = 20.0
POLL_S: Final = 0.05
SERVE: Final[tuple[str, ...]] = ("server.cli", "serve")
# A demo network has some thirty passwords: at full cost their hashes take half of a start. At
# so little more of them may be looked at, too: all people of tests have one address.
CHEAP: Final = {
    "GOODFAITH_ARGON2_TIME_COST": "2",
    "GOODFAITH_ARGON2_MEMORY_KIB": "19456",
    "GOODFAITH_ARGON2_PARALLELISM": "1",
    "GOODFAITH_SIGN_INS_PER_ADDRESS_S": "100",
}
ROOT: Final = Path(__file__).resolve().parent.parent


class NotStarted(Exception):
    """The server did not come up; its output is in the message."""


class RunningServer:
    """A server that can be killed and started again on the same data.

    Attributes:
        program: module and words of what is started next.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.program = SERVE
        self.settings = dict(settings)
        scheme = "http" if self._chain is None else "https"
        self.url = f"{scheme}://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What this server and commands beside it are started with."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GOODFAITH_")
        }
        own = {
            "GOODFAITH_CALLS": "direct",
            "GOODFAITH_RELAY_PORT": "0",
            "GOODFAITH_PORT": str(self.port),
            "GOODFAITH_DATA_DIR": str(self.folder / "data"),
            "GOODFAITH_DRAIN_S": "0",
            "GOODFAITH_FAREWELL_S": "0",
            "PYTHONPATH": str(ROOT),
        }
        return {**inherited, **own, **CHEAP, **self.settings}

    @property
    def database_url(self) -> str:
        """Return where its database is, for who reads it beside the server."""
        own = f"sqlite:///{self.folder / 'data' / 'goodfaith.db'}"
        return self.environment.get("GOODFAITH_DATABASE_URL", own)

    @property
    def metrics_port(self) -> int:
        """Return the port at which the figures of its waiting room are."""
        return self.port

    @property
    def pid(self) -> int:
        """Return the process that serves."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    @property
    def people(self) -> dict[str, SignIn]:
        """Return the demo sign-ins by login."""
        listed = json.loads((self.folder / "data" / "demo-accounts.json").read_text("utf-8"))
        return {one["login"]: SignIn(one["login"], one["password"]) for one in listed}

    def start(self) -> None:
        """Start and wait until it answers that it is well."""
        self.launch()
        self.wait_until_well()

    def launch(self) -> None:
        """Start, and wait for nothing."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.program],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def wait_until_well(self) -> None:
        """Wait until it answers that it is well.

        Raises:
            NotStarted: it does not; it was ended.
        """
        deadline = time.monotonic() + START_S
        while not self._is_well():
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise NotStarted(self.log)
            time.sleep(POLL_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int | None:
        """Ask it to stop, and return its exit status."""
        return self._end(signal.SIGTERM)

    def command(self, *words: str, input_text: str | None = None) -> str:
        """Run `goodfaith WORDS` beside it, in this process, and return what it printed."""
        return run_command(words, self.environment, input_text)

    def process(self, *words: str, input_text: str | None = None) -> str:
        """Run `goodfaith WORDS` beside it as people do, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", *words],
            cwd=self.folder,
            env=self.environment,
            input=input_text,
            capture_output=True,
            text=True,
            timeout=STOP_S + START_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _is_well(self) -> bool:
        try:
            with closing(self._connection()) as connection:
                connection.request("GET", "/readyz")
                return connection.getresponse().status == HTTPStatus.OK
        except (http.client.HTTPException, OSError):
            return False

    def _connection(self) -> http.client.HTTPConnection:
        if self._chain is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        trust = ssl.create_default_context(cafile=self._chain)
        return http.client.HTTPSConnection("localhost", self.port, timeout=5, context=trust)

    @property
    def _chain(self) -> str | None:
        return self.settings.get("GOODFAITH_TLS_CERTIFICATE")

    def _end(self, how: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)  # it may be frozen
        try:
            return process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
            return None


class Serving(Protocol):
    """Runs a server of some kind until a block ends."""

    def __call__(
        self, folder: Path, /, **settings: str
    ) -> AbstractContextManager[RunningServer]:
        """Run it; see `running_server`."""
        ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(folder: Path, /, **settings: str) -> Iterator[RunningServer]:
    """Run a server until the block ends. `ring_s="2"` sets GOODFAITH_RING_S, and so on.

    Calls are direct unless `calls="relay"` is given. Then the server starts a relay, which
    outlives it as it should, and ends with the block.
    """
    with running_program(folder, SERVE, **settings) as server:
        yield server


@contextmanager
def running_program(
    folder: Path, program: tuple[str, ...], /, **settings: str
) -> Iterator[RunningServer]:
    """Run a program that is a server, as `running_server` does."""
    named = {f"GOODFAITH_{name.upper()}": value for name, value in settings.items()}
    always = {"GOODFAITH_DEMO": "true", "GOODFAITH_CALLS": "direct"}
    server = RunningServer(folder, {**always, **named})
    server.program = program
    server.start()
    try:
        yield server
    finally:
        server.stop()
        end_relay(folder / "data" / "relay")
