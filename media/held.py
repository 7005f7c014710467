"""A leg as the relay holds it: its packets' part, and what only the relay knows of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from media.dtls import DtlsLeg
from media.relay_leg import RelayLeg


@dataclass(slots=True, eq=False)
class Held:
    """See the module.

    Attributes:
        media: what its packets see.
        since: when it was made, or lost its path last.
        sampled_at: when it was asked last what flowed.
        generation: of its newest offer.
        dtls: the handshake, once it has answered.
        handshake: which may be under way.
    """

    media: RelayLeg
    since: int
    sampled_at: int
    generation: int = 0
    dtls: DtlsLeg | None = None
    handshake: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether it has both a path and keys."""
        return self.media.target is not None and self.media.srtp is not None
