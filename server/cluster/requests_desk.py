"""What other nodes ask of a home here: taken under its lease, done in order, answered.

    rows --take (fenced)--> in order for each socket, sockets side by side --> the home's door
                                                                                  |
    NOTIFY <--answers, what is ready in one UPDATE--------------------------------'

It ends when the lease is somebody else's. A database that does not answer ends nothing: what
was done is answered when it is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

from server.cluster import codec
from server.cluster.courier import ANSWER, REQUEST
from server.cluster.listening import Listening
from server.cluster.membership import Membership
from server.cluster.orderly import Orderly
from server.cluster.sealing import Sealer
from server.cluster.visitors import Visitors
from server.ending import end
from server.errors import BadRequest
from server.live.doors import Door
from server.logging import get_logger
from server.problems import is_unexpected
from server.sealing import SealBroken
from server.storage import requests
from server.storage.database import Database
from server.storage.errors import LeaseLost, StorageError
from server.storage.leases import Lease
from server.storage.notifying import REQUESTS
from server.storage.requests import Answer, Request

LOOK_S: Final = 0.5
PAUSE_S: Final = 0.2
TAKEN_MAX: Final = 500
WORKING_MAX: Final = 2_000
AT_ONCE_MAX: Final = 64
LAST_ANSWERS_S: Final = 1.0
NOTICES: Final = frozenset({"all_here", "notice"})
NOT_AWAITED: Final = NOTICES | {"closed"}

log = get_logger("requests")


class RequestsDesk:
    """The home's side of `RemoteDoor`.

    Args:
        database: where the rows are.
        listening: hears that there are some.
        sealer: opens requests, seals answers.
        network_id: whose home.
        lease: under which it is one.
        door: the home's own.
    """

    def __init__(
        self,
        database: Database,
        listening: Listening,
        sealer: Sealer,
        network_id: str,
        lease: Lease,
        door: Door,
    ) -> None:
        self._database = database
        self._listening = listening
        self._sealer = sealer
        self._network_id = network_id
        self._lease = lease
        self._door = door
        self._jobs = Orderly(AT_ONCE_MAX)
        self._visitors = Visitors(door)
        self._working: set[str] = set()
        self._answers: list[Answer] = []
        self._stirred = asyncio.Event()
        self._done = asyncio.Event()
        self._is_unsure = False

    async def serve(self, membership: Membership) -> None:
        """Do what is asked, until the lease is somebody else's."""
        deafen = (
            self._listening.on(REQUESTS, self._notified),
            self._listening.on_reconnected(self._stirred.set),
            membership.on_gone(self._visitors.gone),
            membership.on_look(self._visitors.looked),
        )
        answering = asyncio.create_task(self._answer())
        try:
            await self._take()
        except LeaseLost:
            log.warning("lease_lost", network_id=self._network_id, epoch=self._lease.epoch)
        finally:
            for one in deafen:
                one()
            await end({answering})
            await self._jobs.close()
            with suppress(StorageError, TimeoutError):
                async with asyncio.timeout(LAST_ANSWERS_S):
                    await self._flush()

    def _notified(self, network_id: str) -> None:
        if network_id == self._network_id:
            self._stirred.set()

    async def _take(self) -> None:
        is_told = False
        while True:
            try:
                taken = await self._taken(is_told=is_told)
            except LeaseLost:
                raise
            except StorageError as error:
                self._is_unsure = True  # rows may be marked that nobody works on
                log.warning("requests_untaken", error_type=type(error).__name__)
                await asyncio.sleep(PAUSE_S)
                continue
            for request in taken:
                self._begin(request)
            if len(taken) == TAKEN_MAX:
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stirred.wait()
            is_told = self._stirred.is_set()
            self._stirred.clear()

    async def _taken(self, *, is_told: bool) -> list[Request]:
        room = min(TAKEN_MAX, WORKING_MAX - len(self._working))
        if room <= 0:
            return []
        if self._is_unsure:
            async with self._database.write() as tx:
                await requests.give_back(tx, self._lease, self._network_id, self._working)
            self._is_unsure = False
        if not is_told:  # only looking: most looks find nothing, and need not write
            async with self._database.read() as tx:
                if not await requests.waiting(tx, self._network_id, self._lease.epoch):
                    return []
        async with self._database.write() as tx:
            return list(await requests.take(tx, self._lease, self._network_id, room))

    def _begin(self, request: Request) -> None:
        if request.id in self._working:
            return  # sent anew while it is being worked on: answered when that is done
        self._working.add(request.id)
        try:
            bound = (request.id, request.network_id, request.node_id, request.kind)
            keys, job = self._job(request, self._sealer.open(REQUEST, request.body, *bound))
        except (SealBroken, ValueError) as error:
            log.warning("request_unreadable", kind=request.kind, node=request.node_id)
            refused = BadRequest() if isinstance(error, ValueError) else error
            # The next home may be of a version that can read it: the same id may come again.
            self._say(request, codec.outcome_of(refused).model_dump_json().encode(), again=True)
            return
        self._jobs.put(keys, job)

    def _job(
        self, request: Request, body: bytes
    ) -> tuple[list[str], Callable[[], Awaitable[None]]]:
        """Return what has to be in order, and what is to be done.

        Raises:
            ValueError: it cannot be read.
        """
        node = request.node_id
        if request.kind == "opened":
            visitors = codec.VISITORS.validate_json(body)
            opening = lambda: self._visitors.opened(node, visitors)  # noqa: E731 - a job
            return [f"{node} {one.sid}" for one in visitors], self._told(request, opening)
        if request.kind == "closed":
            visitor = codec.VISITOR.validate_json(body)
            closing = lambda: self._visitors.closed(node, visitor)  # noqa: E731 - a job
            return [f"{node} {visitor.sid}"], self._told(request, closing)
        if request.kind == "command":
            visitor, command = codec.decoded_command(body)

            async def perform() -> None:
                ack = await self._door.perform(visitor, command)
                again = ack.error is not None and ack.error.retry
                self._say(request, ack.model_dump_json().encode(), again=again)

            return [f"{node} {visitor.sid}"], perform
        if request.kind == "submit":
            events = codec.decoded_events(body)
            return [request.id], self._told(request, lambda: self._door.submit(events))
        if request.kind in NOTICES:
            return [f"notices {node}"], self._told(request, self._noted(request, body))
        raise ValueError("no such kind of request")

    def _noted(self, request: Request, body: bytes) -> Callable[[], Awaitable[None]]:
        """Return what has the home know something that nobody waits for.

        Raises:
            ValueError: it cannot be read.
        """
        note: Callable[[], None] | None = None
        if request.kind == "notice":
            note = partial(self._door.notice, codec.NOTICE.validate_json(body))
        elif int(body) == self._lease.epoch:  # else it was said to another home
            note = self._door.registering(request.node_id)

        async def noted() -> None:
            if note is not None:
                note()

        return noted

    def _told(
        self, request: Request, job: Callable[[], Awaitable[None]]
    ) -> Callable[[], Awaitable[None]]:
        """Return a job that answers with what became of it."""

        async def told() -> None:
            error: Exception | None = None
            try:
                await job()
            except Exception as raised:  # whoever asked is told, whatever it is
                error = raised
                if is_unexpected(raised):
                    log.exception("request_failed", kind=request.kind)
            self._say(request, codec.outcome_of(error).model_dump_json().encode())

        return told

    def _say(self, request: Request, body: bytes, *, again: bool = False) -> None:
        waits = request.kind not in NOT_AWAITED
        sealed = self._sealer.seal(ANSWER, body, request.id)
        node_id = request.node_id if waits else ""
        self._answers.append(Answer(request.id, node_id, sealed, again))
        self._done.set()

    async def _answer(self) -> None:
        while True:
            await self._done.wait()
            self._done.clear()
            try:
                await self._flush()
            except StorageError as error:
                log.warning("answers_unsent", error_type=type(error).__name__)
                await asyncio.sleep(PAUSE_S)
                self._done.set()
            except Exception:  # whoever asked waits for it
                log.exception("answers_failed")
                await asyncio.sleep(PAUSE_S)
                self._done.set()

    async def _flush(self) -> None:
        while self._answers:
            batch = self._answers[:TAKEN_MAX]
            async with self._database.write() as tx:
                await requests.answer(tx, self._lease, batch)
            del self._answers[: len(batch)]
            was_full = len(self._working) >= WORKING_MAX
            self._working.difference_update(one.id for one in batch)
            if was_full:
                self._stirred.set()
