"""A way to choose whom a freed practitioner sees that we know to be worse, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from signaling.policy import Key, Turn


@dataclass(frozen=True, slots=True)
class RandomClass:
    """Somebody of a random class in which anybody waits; within it the oldest.

    What separate queues come to when nothing orders them among each other. Pure: the dice are
    a hash of the instant and the class, so that the same decision comes out the same.

    Attributes:
        seed: other seeds give other dice.
    """

    seed: int = 0

    def key(self, turn: Turn, /) -> Key:
        """Return the dice of the class, and age."""
        dice = f"{self.seed}/{turn.now}/{turn.patient.eligibility}".encode()
        return (blake2b(dice, digest_size=8).digest(), turn.patient.order)
