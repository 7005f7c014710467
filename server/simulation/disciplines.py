"""What a scenario can be played with, by the names that `scripts/simulate --policy` takes.

The policies of the server, and two ways to do it that we know to be worse, to compare with:
`random` (a freed practitioner takes somebody of a random jurisdiction) and
`assign_at_arrival` (round robin over the licensed, at once and for good).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from server.simulation.routing import AssignedAtArrival, ByJurisdiction, Routing
from server.simulation.staff import Practitioner


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
        routing: which class somebody is given at arrival.
    """

    name: str
    routing: MakesRouting = ByJurisdiction


DISCIPLINES: Final[Mapping[str, Discipline]] = {
    one.name: one
    for one in (
        Discipline("scarcest"),
        Discipline("assign_at_arrival", AssignedAtArrival),
    )
}
DEFAULT: Final = "scarcest"
