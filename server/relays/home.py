"""Where a relay is found, as the pool sees it: it is made sure of, then connected to.

A relay that others run is simply there, or not. The server's own one is started when it is not
(`embedded`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class RelayAbsent(Exception):
    """There is no relay to connect to, and none could be started; the reason is a word.

    Attributes:
        code: for the log.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Door:
    """What is needed to command a relay."""

    control: str
    secret: bytes


class Home(Protocol):
    """One place where a relay is."""

    @property
    def place(self) -> str:
        """The name of the place, the same for all relays that live there in turn."""
        ...

    async def door(self, gone: Callable[[], None]) -> Door:
        """Return how to command the relay; starts it if that is ours to do.

        Args:
            gone: is told when the process that was there is surely over.

        Raises:
            RelayAbsent: there is none now.
            OSError: the folder, or the program, cannot be used.
        """
        ...

    def refused(self) -> None:
        """Note that the relay there did not prove our secret, or speaks another language."""

    def silent(self) -> None:
        """Note that there is a relay that does not speak at all."""


@dataclass(frozen=True, slots=True)
class RemoteHome:
    """A relay that others run, at an address."""

    address: str
    secret: bytes

    @property
    def place(self) -> str:
        """Its address."""
        return self.address

    async def door(self, gone: Callable[[], None]) -> Door:  # noqa: ARG002 - silence decides
        """Return its address: whether anybody is there, connecting tells."""
        return Door(self.address, self.secret)

    def refused(self) -> None:
        """Leave it to those who run it."""

    def silent(self) -> None:
        """Leave it to those who run it."""
