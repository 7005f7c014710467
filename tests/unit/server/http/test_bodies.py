"""A body that does not come whole is whoever sent it to blame for, and no failure of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import StreamReader, web
from aiohttp.test_utils import make_mocked_request

from server.errors import BadRequest, BodyTooLarge
from server.http.calls import read_body


class Body(StreamReader):
    """Comes in pieces, and ends as it is told."""

    def __init__(self, pieces: list[bytes], end: Exception | None = None) -> None:
        self.pieces = pieces
        self.end = end

    async def _given(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.end is not None:
            raise self.end

    def iter_any(self) -> AsyncIterator[bytes]:  # type: ignore[override]  # as it is iterated
        return self._given()


async def test_a_body_in_pieces_is_read_whole() -> None:
    request = make_mocked_request("POST", "/", payload=Body([b"ha", b"lf"]))
    assert await read_body(request, 4) == b"half"


@pytest.mark.parametrize(
    "end", [ConnectionResetError(), web.RequestPayloadError("no chunk"), TimeoutError()]
)
async def test_one_that_breaks_off_is_no_request(end: Exception) -> None:
    request = make_mocked_request("POST", "/", payload=Body([b"ha"], end))
    with pytest.raises(BadRequest):
        await read_body(request, 4)


async def test_no_more_is_read_of_one_than_may_be() -> None:
    request = make_mocked_request("POST", "/", payload=Body([b"ha", b"lves"], AssertionError()))
    with pytest.raises(BodyTooLarge):
        await read_body(request, 4)
