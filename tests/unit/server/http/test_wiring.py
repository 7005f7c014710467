from __future__ import annotations

from typing import Any

import pytest

from server.forward.sanitising import Sanitiser
from server.http import papers, uploads, wiring
from server.http.operation import Operation


@pytest.fixture
def readers() -> list[Any]:
    """Return what takes files in one server, one for each route that does."""
    return [
        one.handler.handle.__self__  # type: ignore[attr-defined]
        for one in wiring.all_routes()
        if isinstance(one.handler, Operation) and one.handler.file is not None
    ]


def test_every_route_that_takes_a_file_asks_the_same_few_decoders(readers: list[Any]) -> None:
    kinds = [type(one) for one in readers]
    assert (kinds.count(uploads.Uploads), kinds.count(papers.Papers)) == (1, 2)
    assert len(kinds) == 3
    (shared,) = {one._sanitiser for one in readers}
    assert isinstance(shared, Sanitiser)
