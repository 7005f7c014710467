"""What Mozilla's HTTP Observatory itself says, without the network: `tests/observatory/`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import write_certificate
from tests.node_peers import NODE
from tests.observed import CHECKS, EXPECTED
from tests.servers import ROOT, RunningServer, running_server

SCAN = ROOT / "tests" / "observatory" / "scan.mjs"
SCAN_S = 60
NO_SCRIPTS = "sri-not-implemented-but-no-scripts-loaded"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    folder = tmp_path_factory.mktemp("observed")
    chain, private = write_certificate(folder)
    with running_server(folder, tls_certificate=str(chain), tls_key=str(private)) as server:
        yield server, chain


@pytest.mark.long
@pytest.mark.parametrize("path", ["/", "/join", "/console", "/portal", "/ops"])
def test_the_scanner_finds_what_our_own_checks_find(
    secured: tuple[RunningServer, Path], path: str
) -> None:
    server, chain = secured
    found = scanned(f"127.0.0.1:{server.port}{path}", chain)
    assert found["testsFailed"] == 0, found
    assert found["testsQuantity"] == len(CHECKS)
    assert found["grade"] == "A+"
    words = {name: result for name, (_, result) in found["tests"].items()}
    scripts = {} if path != "/" else {"subresource-integrity": NO_SCRIPTS}
    assert words == {**EXPECTED, **scripts}


def scanned(place: str, chain: Path) -> dict[str, Any]:
    """Scan one page.

    Args:
        place: host, port and path.
        chain: whom to trust.
    """
    node = os.environ.get("NODE", str(NODE) if NODE.exists() else "node")
    done = subprocess.run(
        [node, str(SCAN), place],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(chain)},
        capture_output=True,
        text=True,
        timeout=SCAN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
