"""A network that is large enough to be busy: practitioners with licences, patients by class.

Licences are skewed as they are in practice: most practitioners hold a few, a few hold dozens.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.authority import eligibility_class
from signaling.identifiers import EligibilityClass, PractitionerId

NETWORK_ID: Final = "network-1"
JURISDICTIONS: Final = (
    *("AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID"),
    *("IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC"),
    *("ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD"),
    *("TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY"),
)
LICENCE_COUNTS: Final = (1, 1, 1, 2, 2, 3, 4, 6, 10, 20)


@dataclass(frozen=True, slots=True)
class Network:
    """Who is licensed where.

    Attributes:
        licences: jurisdictions of each practitioner.
    """

    licences: Mapping[PractitionerId, frozenset[str]]

    @property
    def members(self) -> Mapping[EligibilityClass, frozenset[PractitionerId]]:
        """Return who may see the patients of each jurisdiction."""
        return {
            class_of(place): frozenset(
                who for who, held in self.licences.items() if place in held
            )
            for place in JURISDICTIONS
        }


def class_of(jurisdiction: str) -> EligibilityClass:
    """Return the class of a patient who is where the site is."""
    return eligibility_class(NETWORK_ID, frozenset({jurisdiction}))


def network(practitioners: int, rng: random.Random) -> Network:
    """Return a network in which every jurisdiction has somebody."""
    licences: dict[PractitionerId, frozenset[str]] = {}
    for number in range(practitioners):
        held = set(rng.sample(JURISDICTIONS, rng.choice(LICENCE_COUNTS)))
        held.add(JURISDICTIONS[number % len(JURISDICTIONS)])
        licences[PractitionerId(f"practitioner-{number:05d}")] = frozenset(held)
    return Network(licences)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
