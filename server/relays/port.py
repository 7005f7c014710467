"""What the rest of the server may ask of its relays.

A relay is known by the name of one life of its process: started again, it is another one.
Nobody here knows of calls, and nothing here decides what becomes of one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Literal, NewType, Protocol, TypeAlias

from media.control_messages import Command, Json
from media.relay_events import LegStanding, RelayEvent

RelayId = NewType("RelayId", str)
Standing = Literal["up", "draining", "lost"]
Hearer: TypeAlias = Callable[[RelayId, RelayEvent], None]
Changed: TypeAlias = Callable[[RelayId, Standing], None]


class RelayLost(Exception):
    """Nobody answers for this relay any more, or not in time.

    Whether the command was performed is not known.
    """

    code = "relay_lost"


class Relays(Protocol):
    """The relays of this server.

    Attributes:
        hearers: are told every event of every relay, in order.
        changes: are told where a relay stands. `up` comes after every connecting, the first
            and later ones, so that what it carries can be compared; `lost` when this life of it
            is over, or nothing was heard of it for a while. A relay that was lost only for us
            can be `up` again under the same name.
    """

    hearers: list[Hearer]
    changes: list[Changed]

    def choose(self, *, but: Collection[RelayId] = ()) -> RelayId | None:
        """Return the least loaded relay with room that is none of `but`; None without one."""
        ...

    def up(self) -> Sequence[RelayId]:
        """Return the relays that are connected to and take calls."""
        ...

    def standing(self, relay: RelayId) -> Standing:
        """Return where a relay stands; `lost` for one that nobody knows."""
        ...

    async def ask(self, relay: RelayId, command: Command) -> Json:
        """Return what a command yields.

        Raises:
            RelayLost: the connection is gone, or no answer came.
            ControlRefused: the relay refused it, with its code.
        """
        ...

    async def legs(self, relay: RelayId) -> Sequence[LegStanding]:
        """Return where every leg of a relay stands.

        Raises:
            RelayLost: see `ask`.
            ControlRefused: see `ask`.
        """
        ...
