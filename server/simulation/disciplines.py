"""What a scenario can be played with, by the names that `scripts/simulate --policy` takes.

The policies of the server, and two ways to do it that we know to be worse, to compare with:
`random` (a freed practitioner takes somebody of a random jurisdiction) and
`assign_at_arrival` (round robin over the licensed, at once and for good).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from server.simulation.baselines import RandomClass
from server.simulation.routing import AssignedAtArrival, ByJurisdiction, Routing
from server.simulation.staff import Practitioner
from signaling.policy import FIFO, POLICIES, LongestIdle, Policy


class MakesRouting(Protocol):
    """Builds the routing of one run."""

    def __call__(
        self, jurisdictions: Sequence[str], everybody: Sequence[Practitioner], /
    ) -> Routing:
        """Return a new one."""
        ...


@dataclass(frozen=True, slots=True)
class Discipline:
    """A policy of the switchboard, and how patients get their class.

    Attributes:
        name: as `--policy` takes it.
        policy: how the switchboard matches.
        routing: which class somebody is given at arrival.
    """

    name: str
    policy: Policy
    routing: MakesRouting = ByJurisdiction


DISCIPLINES: Final[Mapping[str, Discipline]] = {
    one.name: one
    for one in (
        *(Discipline(name, policy) for name, policy in POLICIES.items()),
        Discipline("random", Policy(RandomClass(), LongestIdle())),
        Discipline("assign_at_arrival", FIFO, AssignedAtArrival),
    )
}
DEFAULT: Final = "scarcest"
