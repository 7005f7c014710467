"""What a page reads of an answer that comes in pieces, as it does through a proxy."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol

from server.rehearsal import page
from server.rehearsal.failures import RehearsalFailed


def reader() -> aiohttp.StreamReader:
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    return aiohttp.StreamReader(protocol, 2**16, loop=loop)


async def test_an_answer_that_comes_in_pieces_is_read_to_its_end() -> None:
    content = reader()
    content.feed_data(b'{"half":')
    reading = asyncio.create_task(page.whole(content))
    await asyncio.sleep(0)
    content.feed_data(b"true}")
    content.feed_eof()
    assert await reading == b'{"half":true}'


async def test_an_answer_that_does_not_end_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "BODY_BYTES_MAX", 8)
    content = reader()
    content.feed_data(b"123456789")
    with pytest.raises(RehearsalFailed):
        await page.whole(content)
