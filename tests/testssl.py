"""testssl.sh against a server on this machine, and what it finds.

    findings = scanned(front.port, front.chain, folder)

It asks by sockets of its own and by the system's OpenSSL: protocols, suites by strength,
forward secrecy, preferences, certificate, headers, and every attack on TLS that it knows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAMES: Final = ("testssl", "testssl.sh")
SCAN_S: Final = 500
WELL: Final = frozenset({"OK", "INFO"})
QUIETLY: Final = ("--quiet", "--warnings", "off", "--color", "0")
# By name and by address at once, and nobody outside of this machine is asked anything.
ALONE: Final = ("--nodns", "none", "--ip", "127.0.0.1")
LOOK_AT: Final = ["-p", "-s", "-f", "-S", "-P", "-h", "-U"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that it looked at.

    Attributes:
        id: its name for it.
        severity: OK, INFO, WARN (not looked at), LOW, MEDIUM, HIGH, CRITICAL.
        words: what it says.
    """

    id: str
    severity: str
    words: str

    @property
    def is_well(self) -> bool:
        return self.severity in WELL


def scanned(port: int, chain: Path, folder: Path) -> list[Finding]:
    """Scan the page of patients on a port of this machine.

    Args:
        port: where TLS is served, under the name `localhost`.
        chain: whom to trust.
        folder: to write to.

    Raises:
        AssertionError: it came to no end.
    """
    report = folder / f"{port}.json"
    done = subprocess.run(
        [
            testssl(),
            *QUIETLY,
            *ALONE,
            *LOOK_AT,
            *("--jsonfile", str(report)),
            *("--add-ca", str(chain)),
            f"https://localhost:{port}/join",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SCAN_S,
        check=False,
    )
    assert report.is_file(), done.stdout + done.stderr
    found = json.loads(report.read_text("utf-8"))
    assert found[-1]["id"] == "scanTime", done.stdout + done.stderr
    return [Finding(one["id"], one["severity"], one["finding"]) for one in found]


def testssl() -> str:
    """Return the program.

    Raises:
        FileNotFoundError: there is none on this machine.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise FileNotFoundError("testssl")
    return found
