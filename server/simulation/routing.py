"""Which eligibility class a patient is given when they come.

The server gives one to everybody whom the same practitioners may see; here that is one for
each jurisdiction. Assigning at arrival is the same switchboard with other classes: one for
each practitioner, of which only they are a member.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Protocol

from server.simulation.staff import Practitioner, classes
from signaling.identifiers import EligibilityClass, PractitionerId

Members = Mapping[EligibilityClass, frozenset[PractitionerId]]


class Routing(Protocol):
    """Gives patients their class."""

    def members(self) -> Members:
        """Return who is in each class."""
        ...

    def route(self, jurisdiction: int, on_duty: Container[PractitionerId]) -> EligibilityClass:
        """Return the class of somebody who comes now; `jurisdiction` is an index."""
        ...


class ByJurisdiction:
    """Everybody who is licensed where the patient is may see them."""

    def __init__(self, jurisdictions: Sequence[str], everybody: Sequence[Practitioner]) -> None:
        """Make a class for each jurisdiction."""
        self._classes = [EligibilityClass(name) for name in jurisdictions]
        self._members = classes(everybody)

    def members(self) -> Members:
        """Return who is in each class."""
        return self._members

    def route(self, jurisdiction: int, _on_duty: Container[PractitionerId]) -> EligibilityClass:
        """Return the class of the jurisdiction."""
        return self._classes[jurisdiction]


class AssignedAtArrival:
    """The next of those licensed where the patient is, in turn; nobody else may see them."""

    def __init__(self, jurisdictions: Sequence[str], everybody: Sequence[Practitioner]) -> None:
        """Let the first in the file be the first in turn, in every jurisdiction."""
        licensed = classes(everybody)
        self._turns = [
            sorted(licensed.get(EligibilityClass(name), ())) for name in jurisdictions
        ]
        self._next = [0] * len(jurisdictions)
        self._everybody = [one.practitioner_id for one in everybody]

    def members(self) -> Members:
        """Return a class for each practitioner."""
        return {_own(one): frozenset((one,)) for one in self._everybody}

    def route(self, jurisdiction: int, on_duty: Container[PractitionerId]) -> EligibilityClass:
        """Return the class of the next who is on duty; of the next at all when nobody is."""
        turns, start = self._turns[jurisdiction], self._next[jurisdiction]
        if not turns:
            return EligibilityClass("nobody")
        order = [(start + step) % len(turns) for step in range(len(turns))]
        at = next((at for at in order if turns[at] in on_duty), start)
        self._next[jurisdiction] = (at + 1) % len(turns)
        return _own(turns[at])


def _own(practitioner_id: PractitionerId) -> EligibilityClass:
    return EligibilityClass(f"only-{practitioner_id}")
