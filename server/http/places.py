"""Places at something that takes long: one for each network, and so many in all.

What takes long holds a connection of the database, a thread or a processor that everybody of
this process needs, other networks included. Who finds no place is refused at once and may ask
again; nobody stands in a queue, which would only hold more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.errors import Conflict

AT_ONCE_MAX: Final = 2  # of all networks of this process


class Places:
    """Who is at it just now."""

    def __init__(self, full: type[Conflict], *, at_once_max: int = AT_ONCE_MAX) -> None:
        """Start with nobody; who finds no place is refused by `full`."""
        self._full = full
        self._at_once_max = at_once_max
        self._taken: set[str] = set()

    @contextmanager
    def taken(self, network_id: str) -> Iterator[None]:
        """Hold a network's place until it is done, however that ends.

        Raises:
            Conflict: the one of these places: the network has its own already, or all are
                taken.
        """
        if network_id in self._taken or len(self._taken) >= self._at_once_max:
            raise self._full
        self._taken.add(network_id)
        try:
            yield
        finally:
            self._taken.discard(network_id)
