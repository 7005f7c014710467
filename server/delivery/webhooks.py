"""The channel of webhooks: one POST, signed, to an address that a customer chose.

    2xx              Delivered
    410              Refused, gone: the endpoint is disabled
    anything else    Later: 3xx (never followed), 4xx, 5xx, no answer in `TIMEOUT_S`

Only the status line and the headers of an answer are read: what a receiver writes is neither
kept nor waited for, so an answer may be endless, broken off or a bomb.
"""

from __future__ import annotations

import ssl
from http import HTTPStatus
from typing import Final

import aiohttp

from server.delivery.channels import Delivered, Delivery, Later, Outcome, Refused
from server.delivery.egress import EgressRefused, Lookup, PublicResolver, guarded_socket
from server.delivery.outcomes import Word
from server.delivery.public_addresses import checked_endpoint
from server.delivery.standard_webhooks import signed_headers

TIMEOUT_S: Final = 20.0
CONNECTIONS_MAX: Final = 128
HEADER_BYTES_MAX: Final = 8_190
USER_AGENT: Final = "Goodfaith-Webhooks/1"
SECONDS_DIGITS_MAX: Final = 6
REASONS: Final[tuple[tuple[type[Exception], Word], ...]] = (  # the first that fits
    (TimeoutError, "timed_out"),
    (aiohttp.ClientConnectorDNSError, "name_unknown"),
    (aiohttp.ClientSSLError, "tls_failed"),
    (aiohttp.ClientConnectorError, "not_connected"),
    (aiohttp.ClientResponseError, "answer_unreadable"),
    (ValueError, "answer_unreadable"),
)


class WebhookChannel:
    """Posts messages; made within a running loop, ended by `close`."""

    name: Final = "webhook"

    def __init__(
        self,
        *,
        loopback: bool,
        lookup: Lookup | None = None,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Prepare.

        Args:
            loopback: this machine may be posted to (tests, the demo).
            lookup: gives the addresses of a name; the system's resolver otherwise.
            tls: whom to trust; the system's authorities otherwise.
            timeout_s: for one attempt as a whole, names and handshakes included.
        """
        self._loopback = loopback
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PublicResolver(loopback=loopback, lookup=lookup),
                socket_factory=guarded_socket(loopback=loopback),
                ssl=tls or True,
                use_dns_cache=False,
                force_close=True,  # a name is looked up for every attempt, and counts for it
                limit=CONNECTIONS_MAX,
            ),
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=HEADER_BYTES_MAX,
            max_field_size=HEADER_BYTES_MAX,
        )

    async def close(self) -> None:
        """End what is still open."""
        await self._session.close()

    async def deliver(self, item: Delivery) -> Outcome:
        """Post once."""
        try:
            url = checked_endpoint(item.destination.address, loopback=self._loopback)
        except ValueError:
            return Later("address_refused")
        signed = signed_headers(
            item.message_id,
            item.timestamp_s,
            item.content,
            item.secrets,
            item.destination.scheme,
        )
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}
        try:
            async with self._session.post(
                url, data=item.content, headers=headers, allow_redirects=False
            ) as answer:
                verdict = _verdict(answer.status, answer.headers.get("Retry-After"))
                answer.close()
                return verdict
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return Later(_reason(error))


def _verdict(status: int, retry_after: str | None) -> Outcome:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Delivered(status)
    if status == HTTPStatus.GONE:
        return Refused("gone", gone=True, status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Later("redirected", status)
    return Later("answered", status, _seconds(retry_after))


def _seconds(text: str | None) -> int | None:
    """Return the seconds of a Retry-After; a date is not believed."""
    if text is None or not text.isdecimal() or len(text) > SECONDS_DIGITS_MAX:
        return None
    return int(text)


def _reason(error: Exception) -> Word:
    if isinstance(getattr(error, "os_error", error), EgressRefused):
        return "address_refused"
    return next((word for kind, word in REASONS if isinstance(error, kind)), "disconnected")
