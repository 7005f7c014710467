"""What the people of a rehearsal come with: pages that give up at once, or pages that stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.rehearsal.live_socket import LiveSocket
from server.rehearsal.page import Page
from server.rehearsal.staying import StayingPage, StayingSocket


@dataclass(frozen=True, slots=True)
class Browser:
    """One kind of it.

    Attributes:
        page: its pages.
        socket: theirs.
    """

    page: type[Page]
    socket: type[LiveSocket]


IMPATIENT: Final = Browser(Page, LiveSocket)
"""What does not work at once is a failure: for a check of a server that should be well."""

STAYING: Final = Browser(StayingPage, StayingSocket)
"""As people's own do it: they come back, and ask again, while nodes come and go."""
