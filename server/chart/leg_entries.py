"""Entries of the legs of a call: each connection between a page and a relay, step by step.

A relay is named as the server knows it, a pseudonym of one life of one process. That a leg
ended with its call is said by `call.ended`.
"""

from __future__ import annotations

from abc import ABC
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from server.chart.entry import Entry, SideName
from signaling.messages import LegEnd, LegNumber

RelayName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/\[\]-]{1,120}$")]


class LegEntry(Entry, ABC):
    """What all of them say: which leg."""

    side: SideName
    leg: LegNumber
    relay: RelayName


class LegOffered(LegEntry):
    """The relay made a connection, and its page was told."""

    kind: Literal["leg.offered"] = "leg.offered"

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} offered to the {self.side}"


class LegConnected(LegEntry):
    """Page and relay have keys for each other."""

    kind: Literal["leg.connected"] = "leg.connected"

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} of the {self.side} connected"


class LegLinked(LegEntry):
    """This leg carries the call from here on; `ledger` numbers the evidence of it."""

    kind: Literal["leg.linked"] = "leg.linked"
    ledger: Annotated[int, Field(ge=1, le=10_000)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} of the {self.side} carries the call"


class LegStalled(LegEntry):
    """No media came on the leg that carries the call."""

    kind: Literal["leg.stalled"] = "leg.stalled"

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Nothing comes from the {self.side} on leg {self.leg}"


class LegRestarted(LegEntry):
    """Another path was looked for, over the same keys."""

    kind: Literal["leg.restarted"] = "leg.restarted"

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} of the {self.side} looks for another path"


class LegReplaced(LegEntry):
    """A later leg took the place of this one."""

    kind: Literal["leg.replaced"] = "leg.replaced"

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} of the {self.side} was replaced"


class LegClosed(LegEntry):
    """This leg is over."""

    kind: Literal["leg.closed"] = "leg.closed"
    reason: LegEnd

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Leg {self.leg} of the {self.side} closed: {self.reason.replace('_', ' ')}"


LEG_ENTRIES: Final = (
    LegOffered,
    LegConnected,
    LegLinked,
    LegStalled,
    LegRestarted,
    LegReplaced,
    LegClosed,
)
