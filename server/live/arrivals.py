"""How often one session may come with a new socket: who is hung up on comes again at once.

A look at a session, its state and its audit entry cost more than any packet. Whoever was sent
away for a flood is therefore refused before anything is looked up, and is let in again later,
as all who lose their connections are. Pure; the time is an argument.
"""

from __future__ import annotations

from typing import Final

from server.live.rate import TokenBucket

PER_S: Final = 0.5
BURST: Final = 20
KEPT_MAX: Final = 20_000


class Arrivals:
    """A bucket for each session that came lately."""

    def __init__(self, *, kept_max: int = KEPT_MAX) -> None:
        """Start with nobody; of more than `kept_max` who came least lately is forgotten."""
        self._kept_max = kept_max
        self._buckets: dict[str, TokenBucket] = {}

    def admit(self, session: str, now: int) -> bool:
        """Tell whether a session may come now (microseconds UTC)."""
        bucket = self._buckets.pop(session, None)
        if bucket is None:
            bucket = TokenBucket.full(per_s=PER_S, burst=BURST, now=now)
            if len(self._buckets) >= self._kept_max:
                del self._buckets[next(iter(self._buckets))]
        self._buckets[session] = bucket
        return bucket.take(now)
