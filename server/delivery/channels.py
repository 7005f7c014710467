"""What a means of telling is to the worker: it takes one delivery, and says what became of it.

    Delivered             the receiver has it
    Refused(gone=True)    the receiver wants nothing more, ever: the destination is disabled
    Refused(gone=False)   this one cannot be delivered, and trying again would not help
    Later                 try again by the schedule

Outcomes are words of a closed list and a status. What a receiver wrote is never kept: it could
be anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from server.delivery.outcomes import Reason
from server.storage.destinations import Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way to one destination.

    Attributes:
        message_id: the same at every attempt.
        topic: what kind of happening.
        encounter_id: of which encounter, if any.
        subject: what happened.
        content: the body, exactly as it is to be sent.
        destination: where to.
        secrets: to sign with, the newest first; empty where the channel needs none.
        timestamp_s: of this attempt, seconds since 1970.
    """

    message_id: str
    topic: str
    encounter_id: str | None
    subject: str
    content: bytes
    destination: Destination
    secrets: tuple[bytes, ...]
    timestamp_s: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""

    status: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be taken.

    Attributes:
        reason: a word.
        gone: the destination itself is no more.
        status: of HTTP.
    """

    reason: Reason
    gone: bool = False
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """It was not taken this time.

    Attributes:
        reason: a word.
        status: of HTTP.
        after_s: how long the receiver asked to be left alone.
    """

    reason: Reason
    status: int | None = None
    after_s: int | None = None


Outcome: TypeAlias = Delivered | Refused | Later


class Channel(Protocol):
    """One means of telling."""

    @property
    def name(self) -> str:
        """Return which one, as messages name it."""
        ...

    async def deliver(self, item: Delivery) -> Outcome:
        """Try once. Bounded in time and memory; raises nothing that is about the receiver."""
        ...
