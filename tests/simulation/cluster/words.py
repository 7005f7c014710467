"""What travels: commands, what pages are told, a socket's coming, the bus's messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.live.doors import Resume, Wire
from signaling.messages import EventBase


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody at a page wants; the same id is the same wish."""

    id: str
    kind: str
    offer_id: str = ""
    encounter_id: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """This socket is there."""

    sid: str
    node: str
    recipient: str
    resume: Resume


@dataclass(frozen=True, slots=True)
class Closed:
    """This socket is gone."""

    sid: str


@dataclass(frozen=True, slots=True)
class Performed:
    """A command, and whose."""

    recipient: str
    command: Command


@dataclass(frozen=True, slots=True)
class Message:
    """What a home tells a node in one turn; without items, only how far it is.

    Attributes:
        home: differs for every home that ever was.
        seq: of this message, or of the last one if there are no items.
    """

    home: str
    epoch: int
    seq: int
    items: tuple[tuple[str, Wire], ...] = ()


class Told(EventBase):
    """An event of a page: the whole state (`sync`), or one thing that changed in it."""

    type: Literal["told"] = "told"
    what: str
    offer_id: str = ""
    encounter_id: str = ""
    visit: str = ""
    status: str = ""
    ringing: bool = False


Body = Opened | Closed | Performed
OK = ("ok", "")
