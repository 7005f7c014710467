"""Which conditions somebody who reviews a packet can still evidence, once it was submitted."""

from __future__ import annotations

from server.conditions.evidencing import reviewable_codes

__all__ = ["reviewable_codes"]
