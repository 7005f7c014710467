"""Large answers on their way out: how many at once of one session, and for how long.

    answer <= 64 KiB ----------------------------------------------> aiohttp writes it
    larger --> too many of this session? --> written piece by piece --> done
                     | 429                          |
                                                    `-- not taken within `within_s`: cut off

An answer is in memory until the other side has taken it, and aiohttp waits for that without
end: whoever asks for pictures on many connections and reads nothing would fill the memory.
It is written in pieces, as TLS takes a whole answer at once and says that it is gone.

What it is not: how many requests there may be (`server.http.doorkeeper`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeGuard

from aiohttp import web

from server.errors import RateLimited
from server.logging import get_logger

LARGE_BYTES: Final = 65_536  # what a connection holds back anyway
PIECE_BYTES: Final = 131_072  # more than aiohttp writes without a look at who reads
EACH_MAX: Final = 8
WITHIN_S: Final = 240.0  # as long as an upload may take
AGAIN_S: Final = 2

log = get_logger("writing")


class Writing:
    """The large answers of a process that are being written, by whose they are.

    Attributes:
        cut_off: how many were not taken in time.
    """

    def __init__(self, *, each_max: int = EACH_MAX, within_s: float = WITHIN_S) -> None:
        """Start with none.

        Args:
            each_max: how many one session may have at once.
            within_s: seconds for one of them.
        """
        self._each_max = each_max
        self._within_s = within_s
        self._by_key: Counter[bytes] = Counter()
        self.cut_off = 0

    @property
    def at_once(self) -> int:
        """Return how many there are, once for each session that they are of."""
        return self._by_key.total()

    async def write(
        self, request: web.Request, response: web.Response, keys: Iterable[bytes]
    ) -> None:
        """Write an answer to its end, or hang up.

        Args:
            request: what it answers.
            response: of bytes; nothing of it was written yet.
            keys: of the sessions and tokens that the request showed.

        Raises:
            RateLimited: as many of such a session are on their way; nothing was written.
        """
        counted = set(keys)
        if any(self._by_key[one] >= self._each_max for one in counted):
            refusal = RateLimited()
            refusal.retry_after_s = AGAIN_S
            raise refusal
        self._by_key.update(counted)
        try:
            async with asyncio.timeout(self._within_s):
                await _written(request, response)
        except TimeoutError:
            self.cut_off += 1
            log.warning("answer_not_taken", bytes=response.content_length)
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            pass  # gone by themselves: aiohttp, which has the answer next, finds the same
        finally:
            self._left(counted)

    def _left(self, counted: Iterable[bytes]) -> None:
        for one in counted:
            self._by_key[one] -= 1
            if not self._by_key[one]:
                del self._by_key[one]


def is_large(response: web.StreamResponse, request: web.Request) -> TypeGuard[web.Response]:
    """Tell whether an answer is one that counts here."""
    return (
        isinstance(response, web.Response)
        and request.method != "HEAD"  # of which headers are written alone
        and not response.prepared
        and isinstance(response.body, bytes | bytearray)
        and len(response.body) > LARGE_BYTES
    )


async def _written(request: web.Request, response: web.Response) -> None:
    assert isinstance(response.body, bytes | bytearray)
    body = memoryview(response.body)
    await response.prepare(request)  # with the length of the whole
    response.body = None
    for start in range(0, len(body), PIECE_BYTES):
        await response.write(body[start : start + PIECE_BYTES])
    await request.writer.drain()
    await response.write_eof()
