"""Text messages, by one POST to whatever sends them: a small gateway in front of a provider.

    POST {"id": ..., "to": "+15125550100", "text": ...}     Authorization: Bearer ...
    2xx                 Delivered
    400, 404, 422       Refused: the number is wrong, and asking again is no use
    anything else       Later

The gateway drops an `id` that it has had. Only the status of an answer is read.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import aiohttp

from server.delivery.channels import Delivered, Later, Outcome, Refused
from server.patient_messages.wording import Words

TIMEOUT_S: Final = 20.0
WRONG: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
)


class SmsCarrier:
    """Posts text messages; made within a running loop, ended by `close`.

    Args:
        url: where to.
        token: the bearer token.
        timeout_s: for one attempt as a whole.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token}"},
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """End what is still open."""
        await self._session.close()

    async def carry(self, message_id: str, to: str, words: Words) -> Outcome:
        """Send one text message."""
        body = {"id": message_id, "to": to, "text": words.short}
        try:
            async with self._session.post(
                self._url, json=body, allow_redirects=False
            ) as answer:
                status = answer.status
                answer.close()
        except TimeoutError:
            return Later("timed_out")
        except (aiohttp.ClientError, OSError, ValueError):
            return Later("not_connected")
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Delivered(status)
        return (
            Refused("answered", status=status) if status in WRONG else Later("answered", status)
        )
