"""Who may see whom, as the application computed it; opaque here.

A class stands for everything the law and the operator ask of a practitioner for one kind of
patient. Why somebody is in it is none of this package's business, and nothing here ever
relaxes it.
"""

from collections.abc import Collection, Mapping
from typing import Final

from signaling.identifiers import EligibilityClass, PractitionerId

NOBODY: Final[frozenset[PractitionerId]] = frozenset()
NO_CLASS: Final[frozenset[EligibilityClass]] = frozenset()


class Eligibility:
    """Members of every class, and the classes of every member."""

    def __init__(
        self, members: Mapping[EligibilityClass, frozenset[PractitionerId]] | None = None
    ) -> None:
        """Start with `members`, or with nobody allowed anything."""
        self._members: dict[EligibilityClass, frozenset[PractitionerId]] = {}
        self._classes: dict[PractitionerId, set[EligibilityClass]] = {}
        for eligibility, practitioners in (members or {}).items():
            self.replace(eligibility, practitioners)

    def members(self, eligibility: EligibilityClass) -> frozenset[PractitionerId]:
        """Return everybody in a class; an unknown class has nobody in it."""
        return self._members.get(eligibility, NOBODY)

    def classes_of(self, practitioner_id: PractitionerId) -> Collection[EligibilityClass]:
        """Return every class that a practitioner is in; not to be kept or changed."""
        return self._classes.get(practitioner_id, NO_CLASS)

    def allows(self, practitioner_id: PractitionerId, eligibility: EligibilityClass) -> bool:
        """Tell whether a practitioner may see patients of a class."""
        return practitioner_id in self.members(eligibility)

    def replace(
        self, eligibility: EligibilityClass, members: frozenset[PractitionerId]
    ) -> frozenset[PractitionerId]:
        """Set who is in a class, and return who is in it no longer."""
        before = self.members(eligibility)
        for practitioner_id in before - members:
            self._classes[practitioner_id].discard(eligibility)
            if not self._classes[practitioner_id]:
                del self._classes[practitioner_id]
        for practitioner_id in members - before:
            self._classes.setdefault(practitioner_id, set()).add(eligibility)
        if members:
            self._members[eligibility] = members
        else:
            self._members.pop(eligibility, None)
        return before - members

    def as_mapping(self) -> Mapping[EligibilityClass, frozenset[PractitionerId]]:
        """Return a copy of the members of every class that has any."""
        return dict(self._members)
