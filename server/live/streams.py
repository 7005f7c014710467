"""Numbered events, one stream per recipient, replayed after a short absence.

A recipient is a page's counterpart (`patient:<encounter>`, `practitioner:<id>`, ...), not a
connection: connections come and go, the numbering stays for the life of the network's home.
The next home's streams have new names, and pages are given the whole state instead.

Pure: no sockets. `Connections` sends what `append` returns.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from server.live.doors import Wire
from signaling.messages import EventBase

REPLAY_MAX: Final = 256
PATIENTS_REPLAY_MAX: Final = 32  # there are many of them, and each hears little
STREAMS_MAX: Final = 20_000


@dataclass(slots=True)
class Stream:
    """The last events of one recipient, numbered from 1.

    Attributes:
        recent: the last ones as JSON, which takes a third of what the objects take.
        most: so many are kept.
    """

    name: str
    seq: int = 0
    recent: list[str] = field(default_factory=list)
    most: int = REPLAY_MAX

    @classmethod
    def of(cls, name: str, recipient: str) -> Stream:
        """Return the new stream of a recipient."""
        many = recipient.startswith("patient:")
        most = PATIENTS_REPLAY_MAX if many else REPLAY_MAX
        return cls(name, most=most)

    def append(self, event: EventBase) -> Wire:
        """Number `event`, keep it for replay, and return it as it goes on the wire."""
        self.seq += 1
        numbered = event.model_copy(update={"stream": self.name, "seq": self.seq})
        self.recent.append(numbered.model_dump_json())
        if len(self.recent) > self.most:
            del self.recent[0]
        return numbered.model_dump(mode="json")

    def after(self, name: str | None, last_seq: int | None) -> Sequence[Wire] | None:
        """Return what followed `last_seq`, or None when that is not known any more.

        A client that has seen everything gets an empty sequence.
        """
        if name != self.name or last_seq is None or not 0 <= last_seq <= self.seq:
            return None
        missed = self.seq - last_seq
        if missed > len(self.recent):
            return None
        return [json.loads(one) for one in self.recent[len(self.recent) - missed :]]


class StreamBook:
    """All streams of one home, bounded: the least recently used are forgotten."""

    def __init__(self, boot: str, *, streams_max: int = STREAMS_MAX) -> None:
        """Start empty. `boot` differs for every home."""
        self._boot = boot
        self._streams_max = streams_max
        self._streams: OrderedDict[str, Stream] = OrderedDict()
        self._made = 0

    def forget(self, recipient: str) -> None:
        """Let the recipient have a new stream, so that it asks for its whole state."""
        self._streams.pop(recipient, None)

    def forget_all(self) -> None:
        """Let everybody ask for their whole state: something was told to nobody."""
        self._streams.clear()

    def get(self, recipient: str) -> Stream:
        """Return the recipient's stream, making it when there is none."""
        stream = self._streams.get(recipient)
        if stream is None:
            self._made += 1
            stream = Stream.of(f"{self._boot}-{self._made}", recipient)
            self._streams[recipient] = stream
            if len(self._streams) > self._streams_max:
                self._streams.popitem(last=False)
        self._streams.move_to_end(recipient)
        return stream
