"""People at their pages: what they see, what they want, and their connections that break.

A page keeps one command until it is answered for good: after `retry`, a silence or another
node it sends the same again, with the same id.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from server.live.doors import Resume
from tests.simulation.cluster.edge import Socket
from tests.simulation.cluster.loop import VirtualLoop
from tests.simulation.cluster.node import Node
from tests.simulation.cluster.rows import RETRY
from tests.simulation.cluster.words import Command

SILENCE_S: Final = 12.0


class Surroundings(Protocol):
    """What pages need of the world."""

    loop: VirtualLoop
    random: Random

    def a_node(self) -> Node | None:
        """Return a node that takes connections."""
        ...

    def new_id(self) -> str:
        """Return an id that there never was."""
        ...

    def acknowledged(self, page: Page, command: Command, answer: tuple[str, str]) -> None:
        """A page was told what became of a command."""
        ...

    def rang(self, page: Page, offer_id: str) -> None:
        """A page was told of an offer."""
        ...


class Page:
    """One page of one person, with at most one connection."""

    def __init__(self, recipient: str, world: Surroundings) -> None:
        self.recipient = recipient
        self.name = recipient.partition(":")[2]
        self.world = world
        self.sid = ""
        self.node: Node | None = None
        self.resume: Resume = (None, None)
        self.view: dict[str, str] = {}
        self.current: Command | None = None
        self._to_node_at = 0.0
        self._to_page_at = 0.0

    # ------------------------------------------------------------------ the connection

    def connect(self) -> None:
        if self.sid:
            return
        node = self.world.a_node()
        if node is None:
            self.world.loop.later(0.5, self.connect)
            return
        self.node, self.sid = node, self.world.new_id()
        sid = self.sid
        socket = Socket(sid, self.recipient, lambda item: self._sent(sid, item), self.resume)
        self._to_node(node.edge.hello, socket)
        if self.current is not None:
            self._send(self.current)

    def drop(self, *, forget: bool = False) -> None:
        """Lose the connection; with `forget` also what the page knew."""
        if self.sid and self.node is not None:
            self._to_node(self.node.edge.gone, self.sid)
        self.sid, self.node = "", None
        if forget:
            self.resume, self.view = (None, None), {}
        self.world.loop.later(self.world.random.uniform(0.05, 2.0), self.connect)

    def _to_node(self, callback: Callable[..., object], *args: object) -> None:
        assert self.node is not None
        loop = self.world.loop
        self._to_node_at = max(self._to_node_at, loop.time() + self._takes())
        loop.deliver(self.node.process, self._to_node_at, callback, *args)

    def _sent(self, sid: str, item: object) -> None:
        loop = self.world.loop
        self._to_page_at = max(self._to_page_at, loop.time() + self._takes())
        loop.later(self._to_page_at - loop.time(), self._receive, sid, item)

    def _takes(self) -> float:
        return self.world.random.uniform(0.001, 0.02)

    # ------------------------------------------------------------------ commands

    def want(self, kind: str, *, offer_id: str = "", encounter_id: str = "") -> None:
        """Send a command, and again until it is answered for good."""
        assert self.current is None
        command = Command(self.world.new_id(), kind, offer_id, encounter_id)
        self.current = command
        self._send(command)

    def _send(self, command: Command) -> None:
        if self.current is not command:
            return
        if self.sid and self.node is not None:
            self._to_node(self._perform, self.node, self.sid, command)
            self.world.loop.later(SILENCE_S, self._heard_nothing, self.sid, command)

    def _perform(self, node: Node, sid: str, command: Command) -> None:
        node.spawn(node.edge.perform(sid, self.recipient, command))

    def _heard_nothing(self, sid: str, command: Command) -> None:
        if self.sid == sid:
            self._send(command)

    # ------------------------------------------------------------------ what it is told

    def _receive(self, sid: str, item: object) -> None:
        if sid != self.sid:
            return
        if isinstance(item, tuple):
            self._acknowledged(*item)
        elif isinstance(item, dict):
            self._told(item)

    def _acknowledged(self, command_id: str, answer: tuple[str, str]) -> None:
        command = self.current
        if command is None or command.id != command_id:
            return
        if answer[0] == RETRY:
            self.world.loop.later(self.world.random.uniform(0.3, 1.0), self._send, command)
            return
        self.current = None
        self.world.acknowledged(self, command, answer)
        self.answered(command, answer)
        self.react()

    def _told(self, wire: dict[str, object]) -> None:
        stream, seq, what = str(wire["stream"]), wire["seq"], str(wire["what"])
        assert isinstance(seq, int)
        known, last = self.resume
        if what != "sync" and (stream != known or seq != (last or 0) + 1):
            self.drop()  # something is missing: a page comes back and asks
            return
        self.resume = (stream, seq)
        self.show(what, {key: _text(value) for key, value in wire.items()})
        if self.view.get("offer"):
            self.world.rang(self, self.view["offer"])
        self.react()

    def show(self, what: str, told: dict[str, str]) -> None:
        """Apply an event to the view."""

    def react(self) -> None:
        """Want something, by what is seen."""

    def answered(self, command: Command, answer: tuple[str, str]) -> None:
        """A command was answered for good."""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)
