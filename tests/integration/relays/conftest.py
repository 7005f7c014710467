from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pools import Nest, nest_in


@pytest.fixture
def nest(tmp_path: Path) -> Iterator[Nest]:
    with nest_in(tmp_path / "relay") as made:
        yield made
