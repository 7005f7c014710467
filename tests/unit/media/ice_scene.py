"""A port with legs, and browsers that answer it: what the stories about ICE are told with."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from aioice import stun as aioice_stun

from media.addresses import SocketAddress, endpoint
from media.demultiplexer import Demultiplexer
from media.generation import Credentials
from media.ice_effects import Arrived, ConsentExpired, Drop, Effect, LegId, Selected, Transmit
from media.limits import Limits
from media.stun import HEADER_BYTES, Kind, Message, authentic, read, write

START = 5_000_000
SECOND = 1_000_000
HOME: SocketAddress = ("198.51.100.7", 50000)
OTHER: SocketAddress = ("203.0.113.9", 41000)
STRANGER: SocketAddress = ("192.0.2.66", 666)


@dataclass
class Browser:
    """The full agent on the other side of one leg."""

    leg: LegId
    dice: random.Random
    ours: Credentials
    relays: Credentials
    generation: int = 0
    deaf: set[SocketAddress] = field(default_factory=set)

    def transaction_id(self) -> bytes:
        return self.dice.randbytes(12)

    def check(self, *, use_candidate: bool = True) -> bytes:
        """Return a Binding request as Chromium sends it."""
        return self.signed(
            Message(
                Kind.REQUEST,
                self.transaction_id(),
                username=f"{self.relays.ufrag}:{self.ours.ufrag}".encode(),
                priority=1_845_501_695,
                use_candidate=use_candidate,
                controlling=99,
            )
        )

    def signed(self, message: Message, password: str | None = None) -> bytes:
        return write(message, (password or self.relays.password).encode())

    def answer(self, data: bytes, source: SocketAddress) -> bytes | None:
        """Return the response to a request of the relay, or None when there is none."""
        message = read(data, Limits())
        if not isinstance(message, Message) or message.kind is not Kind.REQUEST:
            return None
        password = self.ours.password.encode()
        if not authentic(message, password):
            return None
        response = Message(Kind.RESPONSE, message.transaction_id, mapped=endpoint(source))
        return write(response, password)


class Scene:
    """One port, its legs, and who lives at which address."""

    def __init__(self, limits: Limits | None = None, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        self.limits = limits or Limits()
        self.now = START
        self.port = Demultiplexer(self.limits, self.dice.randbytes, now=START)
        self.homes: dict[SocketAddress, Browser] = {}
        self.sent: list[Transmit] = []
        self.deaf: set[SocketAddress] = set()

    def credentials(self) -> Credentials:
        return Credentials(self.dice.randbytes(6).hex(), self.dice.randbytes(16).hex())

    def leg(self, name: str, *, answered: bool = True) -> Browser:
        browser = Browser(LegId(name), self.dice, self.credentials(), self.credentials())
        self.port.open(browser.leg, browser.relays, now=self.now)
        if answered:
            self.port.learn(browser.leg, 0, browser.ours, now=self.now)
        return browser

    def restarted(self, browser: Browser) -> Browser:
        """Return the browser after an ICE restart that both sides know of."""
        fresh = replace(browser, ours=self.credentials(), relays=self.credentials())
        fresh.generation = self.port.restart(browser.leg, fresh.relays)
        self.settle(self.port.learn(browser.leg, fresh.generation, fresh.ours, now=self.now))
        return fresh

    def connected(self, name: str, at: SocketAddress = HOME) -> Browser:
        browser = self.leg(name)
        self.moves(browser, at)
        assert self.target(browser) == at
        return browser

    def moves(
        self, browser: Browser, at: SocketAddress, *, use_candidate: bool = True
    ) -> list[Effect]:
        """Let the browser live there, and check from there."""
        self.homes[at] = browser
        return self.receive(browser.check(use_candidate=use_candidate), at)

    def receive(self, data: bytes, source: SocketAddress) -> list[Effect]:
        return self.settle(self.port.receive(data, source, now=self.now))

    def settle(self, effects: list[Effect]) -> list[Effect]:
        """Deliver what was sent and what is answered; return everything else."""
        told: list[Effect] = []
        for effect in effects:
            if not isinstance(effect, Transmit):
                told.append(effect)
                continue
            self.sent.append(effect)
            browser = self.homes.get(effect.target)
            if browser is None or effect.target in self.deaf:
                continue
            answer = browser.answer(effect.data, effect.target)
            if answer is not None:
                told += self.receive(answer, effect.target)
        return told

    def passes(
        self, seconds: float, *, checking: tuple[SocketAddress, ...] = ()
    ) -> list[Effect]:
        """Let time pass in steps of 50 ms; browsers check from `checking` every 2.5 s."""
        told: list[Effect] = []
        for place in range(round(seconds * 20)):
            self.now += SECOND // 20
            told += self.settle(self.port.tick(self.now))
            if place % 50 == 0:
                for address in checking:
                    told += self.receive(self.homes[address].check(), address)
        return told

    def target(self, browser: Browser) -> SocketAddress | None:
        return self.port.agent(browser.leg).target

    def drops(self, reason: Drop) -> int:
        return self.port.drops[reason]

    def errors(self, since: int = 0) -> list[int]:
        """Return the codes of the errors that were sent."""
        found = [read(one.data, self.limits) for one in self.sent[since:]]
        return [one.error for one in found if isinstance(one, Message) and one.error]


def told(
    effects: list[Effect], kind: type[Selected | ConsentExpired | Arrived]
) -> list[Effect]:
    return [one for one in effects if isinstance(one, kind)]


def resealed(data: bytes) -> bytes:
    """Return a changed message with its length and FINGERPRINT made true again."""
    body = data[:-8]
    body = body[:2] + (len(body) - HEADER_BYTES + 8).to_bytes(2, "big") + body[4:]
    crc = aioice_stun.message_fingerprint(body)
    return body + b"\x80\x28\x00\x04" + crc.to_bytes(4, "big")


def resigned(data: bytes, password: str) -> bytes:
    """Return a changed message as somebody sends it who knows the password."""
    body = data[:-32]
    signature = aioice_stun.message_integrity(body, password.encode())
    return resealed(body + b"\x00\x08\x00\x14" + signature + bytes(8))


def guess(scene: Scene, ufrag: str = "guessed1") -> bytes:
    """Return a check as somebody makes it who knows nothing, or a fragment only."""
    message = Message(
        Kind.REQUEST,
        scene.dice.randbytes(12),
        username=f"{ufrag}:theirs".encode(),
        priority=1,
        use_candidate=True,
        controlling=1,
    )
    return write(message, b"a password that is guessed")
