"""Carries what homes tell nodes: by Redis while it answers, else by rows of the database.

    redis --a call failed--> rows --it answers again, asked every `again_s`--> redis

A message whose publishing failed may have arrived: it goes by rows as well, and who receives
it drops the second one by its number. One that nobody heard goes by rows too.

`publish` never waits: messages queue here, and what is too much is dropped and counted. Who
should have had it notices by the numbers, and asks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from server.clock import Clock
from server.cluster.ending import end
from server.cluster.links import MESSAGE_BYTES_MAX, Told
from server.cluster.redis_carrier import FAILURES, RedisCarrier
from server.cluster.rows_carrier import RowsCarrier
from server.cluster.sealing import OVERHEAD_BYTES
from server.cluster.standing import Standing
from server.logging import get_logger
from server.storage.errors import StorageError

QUEUE_MAX: Final = 10_000
QUEUE_BYTES_MAX: Final = 64 * 1_048_576
BATCH_MAX: Final = 100

log = get_logger("carrier")


class SwitchingCarrier:
    """The one that homes publish to.

    Args:
        redis: None where everything goes by rows.
        rows: what carries then.
        clock: what time it is.
        again_s: how often Redis is asked whether it answers.
    """

    def __init__(
        self, redis: RedisCarrier | None, rows: RowsCarrier, clock: Clock, *, again_s: float
    ) -> None:
        self._redis = redis
        self._rows = rows
        self._clock = clock
        self._again_s = again_s
        self._queue: deque[Told] = deque()
        self._bytes = 0
        self._stirred = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.standing = Standing("rows" if redis is None else "redis", clock.elapsed_s())

    def start(self) -> None:
        """Begin to carry both ways."""
        self._rows.start()
        self._tasks.append(asyncio.create_task(self._run()))
        if self._redis is not None:
            self._redis.start()
            self._tasks.append(asyncio.create_task(self._look_after(self._redis)))

    async def close(self) -> None:
        """End; what still waits is not carried."""
        await end(self._tasks)
        await self._rows.close()
        if self._redis is not None:
            await self._redis.close()

    def publish(self, told: Told) -> None:
        """Have a message carried; never waits, never raises."""
        size = len(told.body)
        is_full = len(self._queue) >= QUEUE_MAX or self._bytes + size > QUEUE_BYTES_MAX
        if is_full or size > MESSAGE_BYTES_MAX + OVERHEAD_BYTES:
            self.standing.dropped += 1
            return
        self._queue.append(told)
        self._bytes += size
        self._stirred.set()

    async def _run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(BATCH_MAX, len(self._queue)))]
                self._bytes -= sum(len(one.body) for one in batch)
                await self._carry(batch)

    async def _carry(self, batch: list[Told]) -> None:
        left = batch
        if self._redis is not None and self.standing.by == "redis":
            left = await self._published(self._redis, batch)
        if not left:
            return
        try:
            await self._rows.publish(left)
        except StorageError as error:
            self.standing.dropped += len(left)
            log.warning("words_lost", count=len(left), error_type=type(error).__name__)
        except Exception:  # what follows is carried all the same
            self.standing.dropped += len(left)
            log.exception("words_failed", count=len(left))

    async def _published(self, redis: RedisCarrier, batch: list[Told]) -> list[Told]:
        """Publish what can be, and return what has to go by rows."""
        try:
            heard = await redis.publish(batch)
        except FAILURES as error:
            self.standing.failures += 1
            self._turn_to_rows(type(error).__name__)
            return batch
        except Exception as error:  # whatever its library says: there are the rows
            log.exception("redis_failed")
            self.standing.failures += 1
            self._turn_to_rows(type(error).__name__)
            return batch
        unheard = [one for one, count in zip(batch, heard, strict=True) if count == 0]
        self.standing.unheard += len(unheard)
        return unheard

    async def _look_after(self, redis: RedisCarrier) -> None:
        while True:
            await asyncio.sleep(self._again_s)
            answers = await self._probed(redis)
            if not answers:
                self.standing.failures += 1
                self._turn_to_rows("probe")
            elif self.standing.carried_by("redis", self._clock.elapsed_s()):
                log.info("carried_by_redis")

    @staticmethod
    async def _probed(redis: RedisCarrier) -> bool:
        try:
            return await redis.probe()
        except Exception:  # it is asked again
            log.exception("redis_failed")
            return False

    def _turn_to_rows(self, reason: str) -> None:
        if self.standing.carried_by("rows", self._clock.elapsed_s()):
            log.warning("carried_by_rows", reason=reason)
