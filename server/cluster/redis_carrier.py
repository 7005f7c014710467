"""Carries messages by Redis pub/sub: fast, and allowed to lose them.

Every call is bounded by a timeout. The subscription is a connection of its own, asked every
second whether it is still one, and made anew after any failure. What comes in is bounded in
size and handed on as bytes, whatever it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.cluster.ending import end
from server.cluster.links import MESSAGE_BYTES_MAX, Told
from server.cluster.sealing import OVERHEAD_BYTES
from server.logging import get_logger

CHANNEL: Final = "goodfaith:node:"
BYTES_MAX: Final = MESSAGE_BYTES_MAX + OVERHEAD_BYTES
PING_S: Final = 1.0
BACKOFF_MIN_S: Final = 0.05
BACKOFF_MAX_S: Final = 2.0
SENTINEL_PORT: Final = 26_379
FAILURES: Final = (RedisError, OSError, TimeoutError)

log = get_logger("redis")


def connected(url: str, timeout_s: float) -> list[Redis]:
    """Return a client, and those of its sentinels; nothing is connected yet.

    Args:
        url: redis://, rediss://, unix://, or
            redis+sentinel://[USER:PASSWORD@]HOST:PORT,HOST:PORT/SERVICE/DB.
        timeout_s: the longest wait for a connection or an answer.
    """
    options: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    if not url.startswith("redis+sentinel://"):
        return [Redis.from_url(url, **options)]
    service, _, db = urlsplit(url).path.strip("/").partition("/")
    credentials, _, hosts = urlsplit(url).netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        [_address(one) for one in hosts.split(",")], sentinel_kwargs=options, **options
    )
    master: Redis = sentinels.master_for(
        service,
        db=int(db or 0),
        username=unquote(username) or None,
        password=unquote(password) or None,
    )
    return [master, *sentinels.sentinels]


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port or SENTINEL_PORT


class RedisCarrier:
    """Publishes to nodes, and hears what is published to this one.

    Args:
        url: see `connected`.
        node_id: whose channel is heard.
        receive: is handed what comes in.
        timeout_s: the longest wait for an answer.

    Attributes:
        is_subscribed: the channel is heard.
        refused: messages that were too large, or no bytes.
    """

    def __init__(
        self, url: str, node_id: str, receive: Callable[[bytes], None], *, timeout_s: float
    ) -> None:
        self._redis, *others = connected(url, timeout_s)
        self._clients = [self._redis, *others]
        self._channel = f"{CHANNEL}{node_id}"
        self._receive = receive
        self._timeout_s = timeout_s
        self._task: asyncio.Task[None] | None = None
        self.is_subscribed = False
        self.refused = 0

    def start(self) -> None:
        """Begin to hear."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            await end({self._task})
        for client in self._clients:
            with suppress(*FAILURES):
                async with asyncio.timeout(self._timeout_s):
                    await client.aclose(close_connection_pool=True)

    async def publish(self, told: Sequence[Told]) -> Sequence[int]:
        """Publish messages, and return for each how many heard it.

        Raises:
            RedisError: it failed; some may have been published.
            TimeoutError: the same.
            OSError: the same.
        """
        pipeline = self._redis.pipeline(transaction=False)
        for one in told:
            queued = pipeline.publish(f"{CHANNEL}{one.node}", one.body)
            assert queued is pipeline  # it is sent by `execute`
        try:
            async with asyncio.timeout(2 * self._timeout_s):
                heard = await pipeline.execute()
        except FAILURES:
            await self.disconnect()
            raise
        return [int(one) for one in heard]

    async def probe(self) -> bool:
        """Tell whether Redis answers."""
        try:
            async with asyncio.timeout(2 * self._timeout_s):
                await self._redis.execute_command("PING")  # type: ignore[no-untyped-call]
        except FAILURES:
            await self.disconnect()
            return False
        return True

    async def disconnect(self) -> None:
        """Leave the connections that messages went by: the next one asks where Redis is."""
        with suppress(*FAILURES):
            async with asyncio.timeout(self._timeout_s):
                await self._redis.connection_pool.disconnect(inuse_connections=False)

    async def _run(self) -> None:
        pause_s = BACKOFF_MIN_S
        while True:
            pubsub = self._redis.pubsub()
            try:
                async with asyncio.timeout(2 * self._timeout_s):
                    await pubsub.subscribe(self._channel)
                self.is_subscribed = True
                pause_s = BACKOFF_MIN_S
                await self._hear(pubsub)
            except FAILURES as error:
                log.warning("subscription_lost", error_type=type(error).__name__)
            except Exception:  # a node without its subscription is slow for good
                log.exception("subscription_failed")
            finally:
                self.is_subscribed = False
                with suppress(*FAILURES):
                    async with asyncio.timeout(self._timeout_s):
                        await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, BACKOFF_MAX_S)

    async def _hear(self, pubsub: PubSub) -> None:
        is_asked = False
        while True:
            message = await pubsub.get_message(timeout=PING_S)
            if message is not None:
                is_asked = False
                if message["type"] == "message":
                    self._take(message["data"])
            elif is_asked:
                raise TimeoutError
            else:
                async with asyncio.timeout(self._timeout_s):
                    await pubsub.ping()
                is_asked = True

    def _take(self, body: object) -> None:
        if isinstance(body, bytes) and len(body) <= BYTES_MAX:
            self._receive(body)
        else:
            self.refused += 1
