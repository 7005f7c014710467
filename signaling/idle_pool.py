"""Who may be rung now, class by class, in the order in which the policy rings them.

Kept in step with the roster, so that a decision looks at the head of a line and not at
everybody on duty.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import TypeAlias

from signaling.eligibility import Eligibility
from signaling.identifiers import EligibilityClass, PractitionerId
from signaling.participants import PractitionerOnDuty
from signaling.policy import Key, PractitionerOrder

Idle: TypeAlias = tuple[Key, PractitionerId]

NOBODY: Sequence[Idle] = ()


class IdlePool:
    """Practitioners whom an offer may ring, by class."""

    def __init__(self, eligibility: Eligibility, order: PractitionerOrder) -> None:
        """Start with nobody idle."""
        self._eligibility = eligibility
        self._order = order
        self._idle: dict[PractitionerId, Idle] = {}
        self._languages: dict[PractitionerId, frozenset[str]] = {}
        self._lines: dict[EligibilityClass, list[Idle]] = {}

    def put(self, practitioner: PractitionerOnDuty) -> None:
        """Take in somebody who is free, at their place; take out somebody who is not."""
        practitioner_id = practitioner.practitioner_id
        if not practitioner.is_free:
            self.remove(practitioner_id)
            return
        entry = (self._order.key(practitioner), practitioner_id)
        self._languages[practitioner_id] = practitioner.languages
        if self._idle.get(practitioner_id) == entry:
            return
        self.remove(practitioner_id)
        self._idle[practitioner_id] = entry
        self._languages[practitioner_id] = practitioner.languages
        for eligibility in self._eligibility.classes_of(practitioner_id):
            insort(self._lines.setdefault(eligibility, []), entry)

    def remove(self, practitioner_id: PractitionerId) -> None:
        """Take somebody out; nothing happens if they are not idle."""
        entry = self._idle.pop(practitioner_id, None)
        if entry is None:
            return
        del self._languages[practitioner_id]
        for eligibility in self._eligibility.classes_of(practitioner_id):
            line = self._lines[eligibility]
            del line[bisect_left(line, entry)]
            if not line:
                del self._lines[eligibility]

    def members_changed(self, eligibility: EligibilityClass) -> None:
        """Draw up one class anew, after its members were replaced."""
        members = self._eligibility.members(eligibility)
        line = sorted(self._idle[one] for one in members if one in self._idle)
        if line:
            self._lines[eligibility] = line
        else:
            self._lines.pop(eligibility, None)

    def in_order(self, eligibility: EligibilityClass) -> Sequence[Idle]:
        """Return who may be rung for a class, first come first; not to be kept or changed."""
        return self._lines.get(eligibility, NOBODY)

    def speaks(self, practitioner_id: PractitionerId, language: str) -> bool:
        """Tell whether somebody idle speaks a language."""
        return language in self._languages[practitioner_id]
