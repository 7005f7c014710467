"""People on a running server, made of the rehearsal's parts, and a socket that obeys nobody.

    async with scene(server) as clinic:
        ana = await clinic.waiting_patient("Ana Ortiz")
        casey = await clinic.practitioner("casey")
        offer = await casey.offer_for(ana.encounter_id, 10)

What a scene began it ends: tests that share a server find an empty waiting room.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from server.rehearsal.failures import RehearsalFailed, step
from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.rehearsal.patient import Patient
from server.rehearsal.people import signed_in
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.spa import BIRTH_DATE, USUAL, Spa
from server.views import LinkView
from signaling import messages as wire
from tests.servers import RunningServer

HANDSHAKE_S: Final = 10.0
# In AZ (avery, blake and casey may examine there) and in CO (avery, casey and emery).
SITES: Final = {"glow": "Glow Scottsdale", "lumen": "Lumen Denver"}


@dataclass(slots=True)
class Attendee:
    """A patient with a browser, a link and, once ready, a socket."""

    patient: Patient
    socket: LiveSocket
    link: LinkView

    @property
    def encounter_id(self) -> str:
        return self.link.encounter_id

    async def join(self) -> None:
        await self.socket.ask("queue.join")


class Scene:
    """Everybody whom one test brings onto the server."""

    def __init__(self, server: RunningServer, stack: AsyncExitStack) -> None:
        self.server = server
        self.stack = stack
        self._spas: dict[str, Spa] = {}
        self._pages: dict[str, Page] = {}
        self._examined: list[tuple[Practitioner, str]] = []
        self._requested: list[tuple[Spa, str]] = []

    async def staff_page(self, area: str, login: str) -> Page:
        """Return a page signed in to `portal`, `console` or `ops`."""
        if login not in self._pages:
            self._pages[login] = await self.stack.enter_async_context(
                signed_in(self.server.url, area, self.server.people[login])
            )
        return self._pages[login]

    async def spa(self, login: str = "glow") -> Spa:
        if login not in self._spas:
            self._spas[login] = Spa(await self.staff_page("portal", login))
        return self._spas[login]

    async def listening(self, page: Page, namespace: str) -> LiveSocket:
        return await self.stack.enter_async_context(LiveSocket.opened(page, namespace))

    async def request(
        self,
        name: str = "Ana Ortiz",
        login: str = "glow",
        treatments: Sequence[str] = USUAL,
    ) -> LinkView:
        spa = await self.spa(login)
        link = await spa.request(name, SITES[login], treatments)
        self._requested.append((spa, link.encounter_id))
        return link

    async def ready_patient(
        self,
        name: str = "Ana Ortiz",
        login: str = "glow",
        treatments: Sequence[str] = USUAL,
    ) -> Attendee:
        """Return a patient who has done the intake and is connected, not yet in line."""
        link = await self.request(name, login, treatments)
        patient = await self.stack.enter_async_context(
            Patient.visiting(self.server.url, name, BIRTH_DATE)
        )
        await patient.redeem(link.url)
        await patient.complete_intake()
        return Attendee(patient, await self.listening(patient.page, "/patient"), link)

    async def waiting_patient(self, name: str = "Ana Ortiz", login: str = "glow") -> Attendee:
        """Return a patient who waits."""
        attendee = await self.ready_patient(name, login)
        await attendee.join()
        return attendee

    async def practitioner(self, login: str = "casey", *, on_duty: bool = True) -> Practitioner:
        """Return a practitioner at the console."""
        return await self.stack.enter_async_context(
            Practitioner.working(self.server.url, self.server.people[login], on_duty=on_duty)
        )

    async def accepted(self, practitioner: Practitioner, attendee: Attendee) -> None:
        """Let a practitioner accept a patient who waits; no media."""
        offer = await practitioner.offer_for(attendee.encounter_id, 20)
        await practitioner.accept(offer)
        self._examined.append((practitioner, attendee.encounter_id))
        await attendee.socket.expect(wire.CallStarted)
        await practitioner.socket.expect(wire.CallStarted)

    async def tidy(self) -> None:
        """End what is still open."""
        for practitioner, encounter_id in self._examined:
            with suppress(Exception):
                await practitioner.give_up(encounter_id)
        for spa, encounter_id in self._requested:
            await spa.cancel(encounter_id)


@asynccontextmanager
async def scene(server: RunningServer) -> AsyncIterator[Scene]:
    """Give an empty scene, and clear it away at the end."""
    async with AsyncExitStack() as stack:
        people = Scene(server, stack)
        try:
            yield people
        finally:
            with suppress(RehearsalFailed):
                await people.tidy()


def an_offer(*, fingerprint: bool = True, bytes_about: int = 0) -> str:
    """Return a description that a browser might send, padded if asked for."""
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:" + "p" * 24,
        "a=setup:actpass",
        "a=mid:0",
        "a=sendrecv",
        "a=rtpmap:111 opus/48000/2",
    ]
    if fingerprint:
        lines.append("a=fingerprint:sha-256 " + ":".join(["AB"] * 32))
    lines += ["a=x-padding:" + "x" * 100] * (bytes_about // 114)
    return "".join(f"{line}\r\n" for line in lines)


class RawSocket:
    """A WebSocket to /socket.io/ that sends what a test tells it to, and reads when told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    @classmethod
    @asynccontextmanager
    async def opened(cls, page: Page, namespace: str | None = None) -> AsyncIterator[RawSocket]:
        """Open the transport and, if one is named, enter a namespace."""
        url = f"{page.origin}/socket.io/?EIO=4&transport=websocket"
        headers = {"Origin": page.origin}
        async with page.session.ws_connect(url, headers=headers, max_msg_size=0) as socket:
            raw = cls(socket)
            assert (await raw.read()).startswith("0")
            if namespace is not None:
                await raw.text(f'40{namespace},{{"v":1,"stream":null,"last_seq":null}}')
                assert (await raw.read()).startswith(f"40{namespace},")
            yield raw

    def stop_reading(self) -> None:
        """Let everything pile up at the sender."""
        self._transport.pause_reading()

    def go_on_reading(self) -> None:
        self._transport.resume_reading()

    @property
    def _transport(self) -> asyncio.ReadTransport:
        connection = self.socket._response.connection
        assert connection is not None
        transport = connection.transport
        assert isinstance(transport, asyncio.ReadTransport)
        return transport

    async def text(self, packet: str) -> None:
        await self.socket.send_str(packet)

    async def binary(self, packet: bytes) -> None:
        await self.socket.send_bytes(packet)

    async def command(self, namespace: str, number: int, command: object) -> None:
        """Send a command that asks to be acknowledged as `number`."""
        await self.text(f"42{namespace},{number}{json.dumps(['command', command])}")

    async def read(self) -> str:
        """Return the next text packet; pings are answered and left out."""
        async with step("packet", HANDSHAKE_S):
            while True:
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.TEXT, message.type
                packet: str = message.data
                if packet != "2":
                    return packet
                await self.text("3")

    async def acknowledgement(self, namespace: str, number: int) -> dict[str, Any]:
        """Return the answer to command `number`, passing over everything else."""
        head = f"43{namespace},{number}["
        while not (packet := await self.read()).startswith(head):
            pass
        answer: dict[str, Any] = json.loads(packet[len(head) - 1 :])[0]
        return answer

    async def closed_by_server(self, within_s: float = 5.0) -> bool:
        """Read on, and tell whether the server hangs up in time."""
        with suppress(RehearsalFailed):
            async with step("hang up", within_s):
                while True:
                    message = await self.socket.receive()
                    if message.type in {
                        aiohttp.WSMsgType.CLOSE,
                        aiohttp.WSMsgType.CLOSED,
                        aiohttp.WSMsgType.CLOSING,
                        aiohttp.WSMsgType.ERROR,
                    }:
                        return True
        return False
