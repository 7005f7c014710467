"""One connection of a page, as small as it can be: two thousand of them are one process.

Engine.IO 4 and Socket.IO 5 over a WebSocket, text only, as `server.live.transport` speaks them:

    <- 0{...}                     the transport is open
    -> 40/patient,{auth}          enter a namespace
    <- 40/patient,{"sid": ...}    or 44/patient,{"message": code}
    <- 2          -> 3            ping, pong
    -> 42/patient,7["command",..] <- 43/patient,7[{ack}]
    <- 42/patient,["event",..]

An event is handed on as text: most of what a patient who waits is told need not be read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Final

import aiohttp

from server.rehearsal.failures import Refused, RehearsalFailed, step
from signaling import messages as wire

HANDSHAKE_S: Final = 30.0
MESSAGE_BYTES_MAX: Final = 1_048_576
ENDED: Final = frozenset(
    {
        aiohttp.WSMsgType.CLOSE,
        aiohttp.WSMsgType.CLOSED,
        aiohttp.WSMsgType.CLOSING,
        aiohttp.WSMsgType.ERROR,
    }
)

Resume = tuple[str | None, int | None]


class LeanSocket:
    """A connection to one namespace.

    Attributes:
        received, sent: frames so far, pings apart.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        """Speak over a WebSocket that is open; `open` makes one."""
        self.received = 0
        self.sent = 0
        self._socket = socket
        self._namespace = namespace
        self._event = f'42{namespace},["event",'
        self._ack = f"43{namespace},"
        self._numbers = 0
        self._asked: dict[int, asyncio.Future[wire.Ack]] = {}

    @classmethod
    async def open(
        cls,
        session: aiohttp.ClientSession,
        origin: str,
        namespace: str,
        *,
        cookie: str = "",
        resume: Resume = (None, None),
    ) -> LeanSocket:
        """Connect and enter the namespace.

        Raises:
            Refused: the server does not want it, and says why.
            RehearsalFailed: it cannot be reached, or does not answer in time.
        """
        where = f"connect {namespace}"
        headers = {"Origin": origin, **({"Cookie": cookie} if cookie else {})}
        url = f"{origin}/socket.io/?EIO=4&transport=websocket"
        try:
            async with step(where, HANDSHAKE_S):
                socket = await session.ws_connect(
                    url, headers=headers, max_msg_size=MESSAGE_BYTES_MAX, autoping=False
                )
                made = cls(socket, namespace)
                await made._enter(resume, where)
        except (aiohttp.ClientError, OSError) as error:
            status = getattr(error, "status", None)
            code = f"http_{status}" if status else type(error).__name__
            raise RehearsalFailed(code, where) from None
        return made

    async def _enter(self, resume: Resume, where: str) -> None:
        await self._packet(where)
        auth = {"v": wire.PROTOCOL_VERSION, "stream": resume[0], "last_seq": resume[1]}
        await self._socket.send_str(f"40{self._namespace},{json.dumps(auth)}")
        answer = await self._packet(where)
        if answer.startswith("44"):
            await self.close()
            told = json.loads(answer.partition(",")[2])
            raise Refused(str(told.get("message", "connect_failed")), where)
        if not answer.startswith("40"):
            raise RehearsalFailed("connect_failed", where)

    async def _packet(self, where: str) -> str:
        while True:
            message = await self._socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise RehearsalFailed("hung_up", where)
            if message.data != "2":
                return str(message.data)
            await self._socket.send_str("3")

    async def read(self, event: Callable[[str], None]) -> None:
        """Hand on the JSON text of each event until the connection ends, whoever ends it."""
        try:
            while True:
                message = await self._socket.receive()
                if message.type in ENDED:
                    return
                await self._take(message.data, event)
        except (aiohttp.ClientError, OSError):
            return
        finally:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(RehearsalFailed("hung_up", self._namespace))
            self._asked.clear()

    async def _take(self, packet: str, event: Callable[[str], None]) -> None:
        if packet == "2":
            await self._socket.send_str("3")
            return
        self.received += 1
        if packet.startswith(self._event):
            event(packet[len(self._event) : -1])
        elif packet.startswith(self._ack):
            number, _, answer = packet[len(self._ack) :].partition("[")
            waiting = self._asked.pop(int(number), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(wire.Ack.model_validate_json(answer[:-1]))

    async def command(self, command: object, within_s: float) -> wire.Ack:
        """Send a command and give its acknowledgement.

        Raises:
            RehearsalFailed: the connection ended, or none came in time.
        """
        self._numbers += 1
        number = self._numbers
        waiting = asyncio.get_running_loop().create_future()
        self._asked[number] = waiting
        words = json.dumps(["command", command], separators=(",", ":"))
        try:
            self.sent += 1
            async with step("acknowledgement", within_s):
                await self._socket.send_str(f"42{self._namespace},{number}{words}")
                answer: wire.Ack = await waiting
        except (aiohttp.ClientError, OSError):
            raise RehearsalFailed("hung_up", self._namespace) from None
        finally:
            self._asked.pop(number, None)
        return answer

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
