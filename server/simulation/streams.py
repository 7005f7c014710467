"""The dice: one stream of random numbers for each thing that is random, all from one seed.

Arrivals, service and patience are drawn in the order in which patients come, so a patient's
own numbers are the same whatever the policy does: policies are compared on the same patients
(common random numbers), and what differs between them is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Self


@dataclass(frozen=True, slots=True)
class Streams:
    """Independent streams, none of which may be used for another's purpose."""

    arrivals: Random
    service: Random
    patience: Random
    offers: Random
    disconnects: Random

    @classmethod
    def seeded(cls, seed: int, replication: int) -> Self:
        """Return the streams of one replication: the same for every policy."""
        return cls(
            **{
                # Not for secrets: a simulated day has to be repeatable.
                name: Random(f"{seed}/{replication}/{name}")  # noqa: S311
                for name in cls.__dataclass_fields__
            }
        )
