"""A witness as a process of its own, on a free port.

with running_witness(folder, log.key) as witness:
    witness.add(submission)
    witness.kill()      # kill -9
    witness.start()     # again, with what it remembers
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server.log_settings import Witness
from server.tlog.signed_notes import VerifierKey
from server.tlog.submissions import Submission, encode

ROOT: Final = Path(__file__).resolve().parent.parent
STOP_S: Final = 30.0


@dataclass(frozen=True)
class Said:
    """What a witness answered."""

    status: int
    body: str
    content_type: str


class RunningWitness:
    """A witness that can be killed and started again on the same folder."""

    def __init__(self, folder: Path, logs: tuple[str, ...]) -> None:
        self.folder = folder
        self._logs = logs
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.key = ""

    @property
    def setting(self) -> str:
        """What the log's server is told."""
        return f"http://127.0.0.1:{self.port} {self.key}"

    @property
    def witness(self) -> Witness:
        return Witness(f"http://127.0.0.1:{self.port}", VerifierKey.parse(self.key))

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8")

    def start(self) -> None:
        """Start, and wait until it says that it listens."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self.words,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, self.output
        port, self.key = said.strip().split(" ")
        self.port = int(port)

    @property
    def words(self) -> list[str]:
        """What starts it; the port stays what it was."""
        command = [sys.executable, "-m", "server.cli", "witness", "--name", "witness.test/w"]
        given = ["--folder", str(self.folder / "kept"), "--port", str(self.port)]
        return [*command, *given, *(word for log in self._logs for word in ("--log", log))]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int | None:
        return self._end(signal.SIGTERM)

    def add(self, submission: Submission) -> Said:
        return self.post(encode(submission))

    def post(self, body: bytes, path: str = "/add-checkpoint") -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(connection):
            connection.request("POST", path, body)
            answer = connection.getresponse()
            content_type = answer.headers.get_content_type()
            return Said(answer.status, answer.read().decode(), content_type)

    def _end(self, how: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(how)
        with process:
            return process.wait(STOP_S)


@contextmanager
def running_witness(folder: Path, *logs: str) -> Iterator[RunningWitness]:
    """Run a witness until the block ends."""
    witness = RunningWitness(folder, logs)
    witness.start()
    try:
        yield witness
    finally:
        witness.stop()
