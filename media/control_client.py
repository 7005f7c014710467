"""The other end of a relay's control connection: commands out, answers and events in.

    async with controlling(address, secret, entropy=secrets.token_bytes) as control:
        made = await control.ask(CreateLeg(LegId("e1.p")))

The relay has to prove the secret as well before it is told anything. An edge of the core. It
does not connect again by itself: whoever uses it knows what has to be said then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from media.control_events import read_boot
from media.control_messages import (
    VERSION,
    Command,
    ControlRefused,
    Json,
    read_object,
    write_object,
    write_request,
)
from media.control_proof import CHALLENGE_BYTES, End, is_challenge, proof, proves

LINE_BYTES_MAX: Final = 8 * 1_048_576  # of counts of every leg; the relay is trusted by then
EVENTS_MAX: Final = 100_000
ASK_S: Final = 10.0


class NotTheRelay(Exception):
    """The other end did not prove the secret, or refused ours."""


class ControlClient:
    """One proven connection; made by `controlling`.

    Attributes:
        boot: names the life of the process at the other end.
        events: what the relay told, in order; the oldest wait for whoever reads.
        hear: takes events instead of the queue, if set; must not wait.
        ended: set when the connection is over; nothing more comes then.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, boot: str
    ) -> None:
        self.boot = boot
        self.ended = asyncio.Event()
        self.hear: Callable[[Json], None] | None = None
        self.events: asyncio.Queue[Json] = asyncio.Queue(EVENTS_MAX)
        self._reader = reader
        self._writer = writer
        self._number = 0
        self._asked: dict[int, asyncio.Future[Json]] = {}

    async def ask(self, command: Command) -> Json:
        """Return what a command yields.

        Raises:
            ControlRefused: the relay refused it, with its code.
            ConnectionError: the connection ended.
            TimeoutError: no answer came in time.
        """
        if self.ended.is_set():
            raise ConnectionResetError("the relay went away")
        self._number += 1
        number = self._number  # others ask while this one waits
        future = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self._writer.write(write_request(number, command))
            async with asyncio.timeout(ASK_S):
                await self._writer.drain()
                answer = await future
        finally:
            del self._asked[number]
        if "refused" in answer:
            raise ControlRefused(str(answer["refused"]), str(answer.get("message", "")))
        done = answer.get("done")
        return done if isinstance(done, dict) else {}

    async def read(self) -> None:
        """Read until the connection ends; `controlling` runs this."""
        try:
            while line := await self._reader.readline():
                self._take(read_object(line))
        except (OSError, ValueError, ControlRefused):
            pass  # it broke off, or speaks another language: over, either way
        finally:
            self.ended.set()
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(ConnectionResetError("the relay went away"))

    def _take(self, told: Json) -> None:
        number = told.get("id")
        future = self._asked.get(number) if isinstance(number, int) else None
        if future is not None and not future.done():
            future.set_result(told)
        elif "event" in told and self.hear is not None:
            self.hear(told)
        elif "event" in told and not self.events.full():
            self.events.put_nowait(told)

    def abandon(self) -> None:
        """End the connection now: whoever waits for an answer is told that it is gone."""
        self._writer.transport.abort()


@asynccontextmanager
async def controlling(
    address: str, secret: bytes, *, entropy: Callable[[int], bytes]
) -> AsyncIterator[ControlClient]:
    """Connect to a relay and prove the secret, both ways.

    Args:
        address: `host:port`, or the path of a Unix socket.
        secret: shared with the relay.
        entropy: n unpredictable bytes.

    Raises:
        NotTheRelay: the secret was not proven.
        OSError: nobody listens there.
    """
    reader, writer = await _connected(address)
    try:
        boot = await _greet(reader, writer, secret, entropy(CHALLENGE_BYTES).hex())
        client = ControlClient(reader, writer, boot)
        reading = asyncio.get_running_loop().create_task(client.read())
        try:
            yield client
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if "/" in address:
        return await asyncio.open_unix_connection(address, limit=LINE_BYTES_MAX)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port), limit=LINE_BYTES_MAX)


async def _greet(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: bytes, ours: str
) -> str:
    try:
        async with asyncio.timeout(ASK_S):
            theirs = read_object(await reader.readline()).get("challenge")
            if not isinstance(theirs, str) or not is_challenge(theirs):
                raise NotTheRelay
            mine = proof(secret, End.CLIENT, theirs, ours)
            writer.write(write_object({"v": VERSION, "challenge": ours, "proof": mine}))
            await writer.drain()
            told = read_object(await reader.readline())
        if not proves(told.get("proof"), secret, End.RELAY, theirs, ours):
            raise NotTheRelay
        return read_boot(told)
    except (ControlRefused, ValueError):
        raise NotTheRelay from None
