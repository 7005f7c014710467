"""A browser without a screen: cookies of its own, and requests as our pages make them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from server.rehearsal.failures import Refused, RehearsalFailed
from signaling.messages import Problem

REQUEST_S: Final = 20.0
BODY_BYTES_MAX: Final = 32 * 1024 * 1024

Answer = TypeVar("Answer", bound=BaseModel)


class Failure(BaseModel):
    """An error as HTTP wraps it."""

    error: Problem


class Page:
    """One browser on one server.

    Attributes:
        origin: scheme, host and port of the server, as browsers write it.
        session: carries the cookies; sockets of this page use it too.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Point a session at the server of `url`."""
        self.session = session
        self.origin = str(URL(url).origin())

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Page]:
        """Give a page without cookies, until the block ends."""
        timeout = aiohttp.ClientTimeout(total=REQUEST_S)
        # Host-only cookies of an IP address are dropped by the default jar.
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
            yield cls(session, url)

    async def request(
        self, method: str, path: str, body: str | bytes | None = None
    ) -> tuple[int, bytes]:
        """Send one request and give its status and body, whatever they are.

        Raises:
            RehearsalFailed: the server does not answer, or with more than anybody reads.
        """
        headers = {"Origin": self.origin}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self.session.request(
                method,
                f"{self.origin}{path}",
                data=body,
                headers=headers,
                allow_redirects=False,
            ) as response:
                return response.status, await whole(response.content)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RehearsalFailed("unreachable", f"{method} {type(error).__name__}") from None

    async def get(self, path: str, answer: type[Answer]) -> Answer:
        """Ask for a view.

        Raises:
            Refused: the server answered with an error.
        """
        return parsed(await self._accepted("GET", path), answer, path)

    async def send(
        self, method: str, path: str, form: BaseModel | None, answer: type[Answer]
    ) -> Answer:
        """Send a form (or an empty object) and give the answer.

        Raises:
            Refused: the server answered with an error.
        """
        body = "{}" if form is None else form.model_dump_json()
        return parsed(await self._accepted(method, path, body), answer, path)

    async def call(self, method: str, path: str) -> None:
        """Send an empty object and expect no answer but success.

        Raises:
            Refused: the server answered with an error.
        """
        await self._accepted(method, path, "{}")

    async def download(self, path: str) -> bytes:
        """Return a document.

        Raises:
            Refused: the server answered with an error.
        """
        return await self._accepted("GET", path)

    async def _accepted(self, method: str, path: str, body: str | None = None) -> bytes:
        status, content = await self.request(method, path, body)
        if status < 300:  # noqa: PLR2004 - the first status that is no success
            return content
        raise refusal(status, content, f"{method} {shown(path)}")


async def whole(content: aiohttp.StreamReader) -> bytes:
    """Read to the end: what has arrived so far may be a part."""
    body = bytearray()
    async for piece in content.iter_any():
        body += piece
        if len(body) > BODY_BYTES_MAX:
            raise RehearsalFailed("answer_too_long", f"{BODY_BYTES_MAX} bytes")
    return bytes(body)


def refusal(status: int, content: bytes, where: str) -> Refused:
    """Return what an HTTP error says."""
    try:
        problem = Failure.model_validate_json(content).error
    except ValidationError:
        return Refused(f"http_{status}", where, status=status)
    return Refused(problem.code, where, status=status, fields=tuple(problem.fields))


def parsed(content: bytes, answer: type[Answer], path: str) -> Answer:
    """Read an answer.

    Raises:
        RehearsalFailed: it is not what the protocol says.
    """
    try:
        return answer.model_validate_json(content)
    except ValidationError:
        raise RehearsalFailed("answer_not_understood", shown(path)) from None


def shown(path: str) -> str:
    """Return a path without what follows the question mark."""
    return path.partition("?")[0]
