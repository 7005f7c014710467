"""How what a home tells the sockets of a node is numbered, and how a loss is noticed.

    home: tell, tell, ... --one turn of the loop--> message seq 7 --> carrier
          every second                          --> beat "seq 7"

    node: seq 7 after 6           delivered in order
          seq 7 again             dropped
          seq 9 after 7           held for 8; after `GAP_S` the network is to be told anew
          beat 9 after 7          the same
          an older epoch          dropped
          a newer epoch           a new home, which begins at 1

A home counts for each node; an epoch has one home, so a number is never two messages.

Pure: time is an argument, messages are bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

BATCH_BYTES_MAX: Final = 256 * 1_024
MESSAGE_BYTES_MAX: Final = 2 * 1_048_576  # of one item that is larger than a batch
HELD_MAX: Final = 1_024
GAP_S: Final = 0.3
HEADER_BYTES: Final = 512

Item = tuple[str, dict[str, object]] | tuple[str, dict[str, object], Literal["bye"]]


class Message(BaseModel):
    """What a home tells a node at once.

    Attributes:
        network: of which network the home is.
        epoch: of its lease.
        seq: from 1, for each node; of a beat, the last one before it.
        items: for which socket, and what; with `bye`, it is closed after it. A beat has none.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    network: str = Field(max_length=64)
    epoch: int = Field(ge=0)
    seq: int = Field(ge=1)
    items: list[Item]


class Told(NamedTuple):
    """A message as bytes, and for which node."""

    node: str
    body: bytes


@dataclass(slots=True)
class Outgoing:
    """What the home of one network tells the nodes.

    Attributes:
        network: which.
        epoch: of the home's lease.
        too_large: items that no message can carry.
    """

    network: str
    epoch: int
    too_large: int = 0
    _seqs: dict[str, int] = field(default_factory=dict)
    _items: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    _gone: set[str] = field(default_factory=set)

    def tell(self, node: str, sid: str, wire: Mapping[str, object], *, bye: bool) -> bool:
        """Add an item for a node, and return whether it is the first since `due`."""
        item = json.dumps([sid, wire, "bye"] if bye else [sid, wire], separators=(",", ":"))
        encoded = item.encode()
        if len(encoded) > MESSAGE_BYTES_MAX - HEADER_BYTES:
            self.too_large += 1
            return False
        is_first = not self._items
        self._gone.discard(node)
        self._items[node].append(encoded)
        return is_first

    def due(self) -> list[Told]:
        """Return what was told since the last time, numbered, one or more messages a node."""
        told = [
            Told(node, self._message(node, batch))
            for node, items in self._items.items()
            for batch in _batches(items)
        ]
        self._items.clear()
        return told

    def beats(self) -> list[Told]:
        """Return for each node the number of the last message that it was told."""
        there = {node: seq for node, seq in self._seqs.items() if node not in self._gone}
        return [Told(node, self._encoded(seq, ())) for node, seq in there.items()]

    def forget(self, node: str) -> None:
        """Beat no more for a node that is gone, until it is told something again.

        Its number stays: who was taken for gone and is not would drop what began at 1 again.
        """
        self._gone.add(node)

    def _message(self, node: str, items: Sequence[bytes]) -> bytes:
        seq = self._seqs[node] = self._seqs.get(node, 0) + 1
        return self._encoded(seq, items)

    def _encoded(self, seq: int, items: Sequence[bytes]) -> bytes:
        head = json.dumps({"network": self.network, "epoch": self.epoch, "seq": seq})
        return head[:-1].encode() + b', "items":[' + b",".join(items) + b"]}"


def _batches(items: Sequence[bytes]) -> list[list[bytes]]:
    batches: list[list[bytes]] = []
    size = 0
    for item in items:
        size += len(item) + 1
        if not batches or size > BATCH_BYTES_MAX - HEADER_BYTES:
            batches.append([])
            size = len(item) + 1
        batches[-1].append(item)
    return batches


@dataclass(slots=True)
class _Link:
    """What a node has of the home of one network."""

    epoch: int
    last: int = 0
    ahead: int = 0  # the highest number that it knows of
    held: dict[int, Message] = field(default_factory=dict)
    gap_since_s: float | None = None


@dataclass(slots=True)
class Incoming:
    """What a node is told by all homes.

    Attributes:
        dropped: messages that it had, or of an older epoch.
        gaps: how often something was lost.
    """

    dropped: int = 0
    gaps: int = 0
    _links: dict[str, _Link] = field(default_factory=dict)

    def take(self, message: Message, now_s: float) -> list[Message]:
        """Return what may be delivered now, in order: nothing, this, or what waited for it."""
        link = self._of(message.network, message.epoch)
        if message.epoch < link.epoch:
            self.dropped += 1
            return []
        if message.items and (message.seq <= link.last or message.seq in link.held):
            self.dropped += 1
            return []
        link.ahead = max(link.ahead, message.seq)
        if message.items:
            link.held[message.seq] = message
        ready = self._ready(link)
        if link.ahead == link.last:
            link.gap_since_s = None
        elif link.gap_since_s is None or ready:
            link.gap_since_s = now_s
        return ready

    def superseded(self, network: str, epoch: int) -> None:
        """Note that a network has a home of this epoch: older ones have nothing to say."""
        self._of(network, epoch)

    def epoch(self, network: str) -> int:
        """Return of which epoch the home of a network is, as far as is known; 0: it is not."""
        link = self._links.get(network)
        return 0 if link is None else link.epoch

    def lost(self, now_s: float) -> list[str]:
        """Return the networks of which something was lost, each once.

        What was held for it is dropped: it is told anew, with what was lost.
        """
        networks = [
            network
            for network, link in self._links.items()
            if link.gap_since_s is not None
            and (now_s - link.gap_since_s >= GAP_S or len(link.held) > HELD_MAX)
        ]
        for network in networks:
            link = self._links[network]
            link.last = link.ahead
            link.held.clear()
            link.gap_since_s = None
            self.gaps += 1
        return networks

    def has_gap(self) -> bool:
        """Whether something is waited for."""
        return any(link.gap_since_s is not None for link in self._links.values())

    def _of(self, network: str, epoch: int) -> _Link:
        """Return the link to the newest home that is known of."""
        link = self._links.get(network)
        if link is None or epoch > link.epoch:
            link = self._links[network] = _Link(epoch)
        return link

    @staticmethod
    def _ready(link: _Link) -> list[Message]:
        ready: list[Message] = []
        while (message := link.held.pop(link.last + 1, None)) is not None:
            ready.append(message)
            link.last += 1
        return ready
