"""The control side of a relay process: who may command it, and what it tells them.

Lines of JSON (`control_messages`) on a Unix socket or a TCP port of loopback or of a private
network, once both ends have proven the secret (`control_proof`). Every connection hears every
event; one that does not read what it is told is closed, since it would learn of nothing.

An edge of the core. No media comes this way, and nothing here can make media wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, TypeAlias

from media.call import Side
from media.control_events import write_legs
from media.control_messages import (
    VERSION,
    AnswerLeg,
    AskEvidence,
    AskLegs,
    AskStats,
    CloseLeg,
    Collect,
    Command,
    ControlRefused,
    CreateLeg,
    Declare,
    Drain,
    Link,
    Observe,
    RestartLeg,
    SealCall,
    Unlink,
    read_object,
    read_request,
    write_event,
    write_object,
)
from media.control_proof import CHALLENGE_BYTES, End, is_challenge, proof, proves
from media.declaration import Declared
from media.description import AnswerRefused
from media.ice_errors import IceError
from media.observing import Calls
from media.relay import Relay
from media.relay_events import Heartbeat, RelayEvent, Sampled
from media.relay_limits import RelayLimits
from media.sample import EvidenceError

log = logging.getLogger(__name__)

BOOT_BYTES: Final = 8

EvidenceCommand: TypeAlias = Observe | Declare | SealCall | Collect | AskEvidence

REFUSED: Final = write_object(
    {"refused": "unauthenticated", "message": "Not with this secret."}
)


class Control:
    """Serves one relay to whoever proves the secret.

    Args:
        secret: shared with the control side, at least 32 bytes.
        limits: of lines and connections.
        now: microseconds UTC.
        entropy: n unpredictable bytes.

    Attributes:
        relay: whom the commands are for.
        drain: what the command of that name does.
        boot: names this life of the process, so that a later one is not taken for it.
        collected: set while the evidence of no call waits to be collected.
    """

    def __init__(
        self,
        secret: bytes,
        limits: RelayLimits,
        *,
        now: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self.relay: Relay | None = None
        self.drain: Callable[[], None] | None = None
        self._secret = secret
        self._limits = limits
        self._now = now
        self._entropy = entropy
        self.boot = entropy(BOOT_BYTES).hex()
        self.collected = asyncio.Event()
        self.collected.set()
        self._calls = Calls(limits.calls_max)
        self._connections = 0
        self._hearing: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def hearers(self) -> int:
        """How many connections have proven the secret."""
        return len(self._hearing)

    def tell(self, event: RelayEvent) -> None:
        """Tell an event to everybody who hears, and the witnesses; never waits."""
        if isinstance(event, Sampled):
            self._calls.take(event)
        elif isinstance(event, Heartbeat):
            for ready in self._calls.advance(self._now()):
                self.tell(ready)
        if not self._hearing:
            return
        line = write_event(event, self._now())
        for writer in list(self._hearing):
            self._write(writer, line)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        if self._connections >= self._limits.connections_max:
            writer.close()
            return
        self._connections += 1
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
            pass  # it went away, was too slow, or sent a line longer than may be
        finally:
            self._connections -= 1
            self._hearing.discard(writer)
            if task is not None:
                self._serving.discard(task)
            writer.close()

    async def close(self) -> None:
        """End every connection."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    # --- parts --------------------------------------------------------------------------------

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        async with asyncio.timeout(self._limits.hello_s):
            if not await self._greet(reader, writer):
                return
        self._hearing.add(writer)
        if self.relay is not None:
            # At once, because whoever just came wants to know whether there is room.
            self._write(writer, write_event(self.relay.heartbeat(), self._now()))
        for ready in self._calls.waiting():
            self._write(writer, write_event(ready, self._now()))
        while line := await reader.readline():
            self._write(writer, write_object(self._answer(line)))
            # A connection that commands without reading waits here, not the others.
            await writer.drain()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        ours = self._entropy(CHALLENGE_BYTES).hex()
        writer.write(write_object({"v": VERSION, "challenge": ours}))
        await writer.drain()
        try:
            hello = read_object(await reader.readline())
        except ControlRefused:
            hello = {}
        theirs = hello.get("challenge")
        if (
            hello.get("v") != VERSION
            or not isinstance(theirs, str)
            or not is_challenge(theirs)
            or not proves(hello.get("proof"), self._secret, End.CLIENT, ours, theirs)
        ):
            log.warning("a control connection did not prove the secret")
            writer.write(REFUSED)
            with suppress(OSError):
                await writer.drain()
            return False
        mine = proof(self._secret, End.RELAY, ours, theirs)
        writer.write(write_object({"v": VERSION, "proof": mine, "boot": self.boot}))
        await writer.drain()
        return True

    def _answer(self, line: bytes) -> Mapping[str, object]:
        try:
            number, command = read_request(line)
        except ControlRefused as refused:
            return {"id": refused.request, "refused": refused.code, "message": str(refused)}
        try:
            return {"id": number, "done": self._perform(command)}
        except (IceError, AnswerRefused, EvidenceError) as error:
            return {"id": number, "refused": error.code, "message": error.message}
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the calls
            log.error("a command failed: %s", type(error).__name__)  # noqa: TRY400 - its text could hold anything
            message = "The relay could not do this."
            return {"id": number, "refused": "internal", "message": message}

    def _perform(self, command: Command) -> Mapping[str, object]:  # noqa: C901 - one arm each
        relay = self.relay
        if relay is None:
            raise IceError("not open")
        match command:
            case CreateLeg(leg):
                return {"generation": 0, "sdp": relay.create_leg(leg).text()}
            case RestartLeg(leg):
                generation, offer = relay.restart(leg)
                return {"generation": generation, "sdp": offer.text()}
            case AnswerLeg(leg, generation, sdp):
                relay.answer(leg, generation, sdp)
            case Link(one, other):
                relay.link(one, other)
            case Unlink(leg):
                relay.unlink(leg)
            case CloseLeg(leg):
                relay.close_leg(leg)
            case Observe() | Declare() | SealCall() | Collect() | AskEvidence():
                return self._perform_evidence(command)
            case AskStats():
                return relay.stats()
            case AskLegs(after):
                return write_legs(relay.legs(), after)
            case Drain():
                if self.drain is not None:
                    self.drain()
        return {}

    def _perform_evidence(self, command: EvidenceCommand) -> Mapping[str, object]:
        try:
            return self._witness(command)
        finally:
            if len(self._calls):
                self.collected.clear()
            else:
                self.collected.set()

    def _witness(self, command: EvidenceCommand) -> Mapping[str, object]:
        calls, now = self._calls, self._now()
        match command:
            case Observe(call, patient, practitioner):
                legs = {Side.PATIENT: patient, Side.PRACTITIONER: practitioner}
                calls.observe(call, legs, now=now)
            case Declare(call, side, what, holds):
                calls.declare(call, Side(side), Declared(what), holds=holds, now=now)
            case SealCall(call):
                calls.seal(call, now=now)
            case Collect(call, number):
                parts = calls.collect(call, number)
                return {"parts": [[one.number, one.text] for one in parts]}
            case AskEvidence():
                for ready in calls.waiting():
                    self.tell(ready)
        return {}

    def _write(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        transport = writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > self._limits.unread_bytes_max:
            self._hearing.discard(writer)
            transport.abort()
            return
        writer.write(line)
