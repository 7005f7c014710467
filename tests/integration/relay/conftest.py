"""One relay process for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.rehearsal.peer import loopback_as_last_resort
from tests.relays import RunningRelay, running_relay


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with loopback_as_last_resort(), running_relay(tmp_path_factory.mktemp("relay")) as running:
        yield running
