"""The list of what many nodes are not tested with names tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.integration.live.one_process import ONE_PROCESS
from tests.servers import ROOT

FOLDER = ROOT / "tests" / "integration" / "live"


@pytest.mark.parametrize("name", sorted(ONE_PROCESS))
def test_what_is_left_to_one_process_exists(name: str) -> None:
    file, _, test = name.partition("::")
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert not test or re.search(rf"^(async )?def {test}\(", text, re.MULTILINE)
    assert ONE_PROCESS[name]
