"""The roster: practitioners on duty, and what they hold."""

from operator import attrgetter

from signaling.identifiers import EncounterId, PractitionerId
from signaling.participants import PractitionerOnDuty


class Roster:
    """Everybody on duty. Who is away is not on it."""

    def __init__(self) -> None:
        """Start with nobody on duty."""
        self._on_duty: dict[PractitionerId, PractitionerOnDuty] = {}
        self._examining: dict[EncounterId, PractitionerId] = {}

    def __len__(self) -> int:
        """Return how many are on duty."""
        return len(self._on_duty)

    def get(self, practitioner_id: PractitionerId) -> PractitionerOnDuty | None:
        """Return a practitioner on duty, or None."""
        return self._on_duty.get(practitioner_id)

    def __getitem__(self, practitioner_id: PractitionerId) -> PractitionerOnDuty:
        """Return a practitioner who is known to be on duty."""
        return self._on_duty[practitioner_id]

    def examining(self, encounter_id: EncounterId) -> PractitionerOnDuty | None:
        """Return who examines or writes up an encounter, or None."""
        practitioner_id = self._examining.get(encounter_id)
        return None if practitioner_id is None else self._on_duty[practitioner_id]

    def put(self, practitioner: PractitionerOnDuty) -> None:
        """Bring somebody on duty, or replace what is known about them."""
        self.remove(practitioner.practitioner_id)
        self._on_duty[practitioner.practitioner_id] = practitioner
        if practitioner.encounter_id is not None:
            self._examining[practitioner.encounter_id] = practitioner.practitioner_id

    def remove(self, practitioner_id: PractitionerId) -> None:
        """Take somebody off duty; nothing happens if they are not on it."""
        practitioner = self._on_duty.pop(practitioner_id, None)
        if practitioner is not None and practitioner.encounter_id is not None:
            del self._examining[practitioner.encounter_id]

    def in_order(self) -> tuple[PractitionerOnDuty, ...]:
        """Return everybody on duty, by identifier."""
        return tuple(sorted(self._on_duty.values(), key=attrgetter("practitioner_id")))
