"""Pages that stay, as a rehearsal has them too."""

from __future__ import annotations

from server.rehearsal.staying import Absence, Said, StayingPage, StayingSocket

__all__ = ["Absence", "Said", "StayingPage", "StayingSocket"]
