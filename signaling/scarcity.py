"""How scarce the practitioners of a class are, for the demand that there is.

A practitioner divides their time among all the classes that they may serve, in proportion to
demand. So one who may serve classes with a total demand of D gives each unit of it 1 / D of
themselves, and a class has, per unit of its own demand,

    scarcity(class) = sum of 1 / D over its members on duty

effective practitioners: the smaller, the scarcer. Demand is arrivals per second, measured by
the application; a class of which nothing was measured counts as one of average demand.
"""

from collections.abc import Collection, Mapping
from math import fsum
from typing import Final

from signaling.eligibility import Eligibility
from signaling.identifiers import EligibilityClass, PractitionerId

UNMEASURED: Final = 1.0


class Scarcity:
    """Scarcity of every class, computed when asked and kept until something changes."""

    def __init__(self, eligibility: Eligibility) -> None:
        """Start with nobody on duty and no demand measured."""
        self._eligibility = eligibility
        self._demand: dict[EligibilityClass, float] = {}
        self._average = UNMEASURED
        self._on_duty: set[PractitionerId] = set()
        self._shares: dict[PractitionerId, float] = {}
        self._known: dict[EligibilityClass, float] = {}

    @property
    def demand(self) -> Mapping[EligibilityClass, float]:
        """Arrivals per second, as last measured."""
        return self._demand

    def of(self, eligibility: EligibilityClass) -> float:
        """Return effective practitioners on duty per unit of demand; 0 when there is none."""
        known = self._known.get(eligibility)
        if known is None:
            members = self._eligibility.members(eligibility) & self._on_duty
            # The exact sum, so that it does not depend on the order of a set.
            known = self._known[eligibility] = fsum(map(self._share, members))
        return known

    def measured(self, demand: Mapping[EligibilityClass, float]) -> None:
        """Replace what is known about demand, in arrivals per second."""
        self._demand = dict(demand)
        counted = [one for one in demand.values() if one > 0]
        self._average = fsum(counted) / len(counted) if counted else UNMEASURED
        self._forget()

    def came(self, practitioner_id: PractitionerId) -> None:
        """Count a practitioner who came on duty; nothing happens if they are counted."""
        if practitioner_id not in self._on_duty:
            self._on_duty.add(practitioner_id)
            self._touch(self._eligibility.classes_of(practitioner_id))

    def went(self, practitioner_id: PractitionerId) -> None:
        """Count a practitioner no longer."""
        self._on_duty.discard(practitioner_id)
        self._shares.pop(practitioner_id, None)
        self._touch(self._eligibility.classes_of(practitioner_id))

    def members_changed(self) -> None:
        """Forget everything that depends on who may see whom."""
        self._forget()

    def _forget(self) -> None:
        self._shares.clear()
        self._known.clear()

    def _touch(self, classes: Collection[EligibilityClass]) -> None:
        for eligibility in classes:
            self._known.pop(eligibility, None)

    def _share(self, practitioner_id: PractitionerId) -> float:
        share = self._shares.get(practitioner_id)
        if share is None:
            classes = self._eligibility.classes_of(practitioner_id)
            total = fsum(self._demand.get(one) or self._average for one in classes)
            share = self._shares[practitioner_id] = 1.0 / total
        return share
