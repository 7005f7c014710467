"""tshark on this machine's loopback: it captures into a file, and says what is in one.

with recorded(file, ports):
    ...
assert protocols(file, {8443: "tls"}) <= {"TCP", "TLSv1.3"}
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

READY: Final = "Capturing on"
READY_S: Final = 20.0
END_S: Final = 20.0
READ_S: Final = 120.0
LATE_S: Final = 2  # the kernel hands packets over in blocks, up to a second late
POLL_S: Final = 0.05
BUFFER_MB: Final = "64"


@contextmanager
def recorded(file: Path, ports: Iterable[int]) -> Iterator[None]:
    """Capture what crosses loopback at these ports until the block ends.

    Raises:
        AssertionError: it does not start, or packets were dropped.
    """
    wanted = " or ".join(f"port {one}" for one in sorted(set(ports)))
    words = ["-i", "lo", "-B", BUFFER_MB, "-F", "pcap", "-w", str(file), "-f", wanted]
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            [tshark(), *words], stdin=subprocess.DEVNULL, stdout=told, stderr=told
        )

        def said() -> str:
            told.seek(0)
            return told.read()

        try:
            deadline = time.monotonic() + READY_S
            while READY not in said() or not file.exists():
                assert process.poll() is None, said()
                assert time.monotonic() < deadline, said()
                time.sleep(POLL_S)
            yield
            time.sleep(LATE_S)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(END_S)
        assert "dropped" not in said(), said()


def protocols(file: Path, ports: Mapping[int, str]) -> Counter[str]:
    """Return how many packets of a file are of which protocol, by tshark's names.

    Args:
        file: of `recorded`.
        ports: what is spoken at each TCP port: `tls`, `smtp`, `pgsql`, `resp`, `http`.
    """
    named = [f"tcp.port=={port},{name}" for port, name in ports.items()]
    known = [word for one in named for word in ("-d", one)]
    done = subprocess.run(
        [tshark(), "-n", "-r", str(file), *known, "-T", "fields", "-e", "_ws.col.Protocol"],
        capture_output=True,
        text=True,
        timeout=READ_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Counter(done.stdout.split())


def tshark() -> str:
    """Return the program.

    Raises:
        FileNotFoundError: there is none on this machine.
    """
    found = shutil.which("tshark")
    if found is None:
        raise FileNotFoundError("tshark")
    return found
