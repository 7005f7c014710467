"""The lists of what many nodes are not tested with, or later, name tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.integration.live.one_process import LATER, ONE_PROCESS
from tests.servers import ROOT

FOLDER = ROOT / "tests" / "integration" / "live"


@pytest.mark.parametrize("name", sorted({*ONE_PROCESS, *LATER}))
def test_what_many_nodes_do_later_or_never_exists(name: str) -> None:
    file, _, test = name.partition("::")
    text = (FOLDER / file).read_text(encoding="utf-8")
    assert not test or re.search(rf"^(async )?def {test}\(", text, re.MULTILINE)


def test_what_is_left_to_one_process_has_a_reason() -> None:
    assert all(ONE_PROCESS.values())
    assert not LATER & ONE_PROCESS.keys()
