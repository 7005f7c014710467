"""The first policy: which patient is offered to whom next. Values in, a value out.

The oldest patient whom anybody may see comes first; of those who may see them, the
practitioner with the fewest licences, then the one idle for longest. Keeping those with many
licences for patients whom few can see cuts the mean wait by a third at ordinary load. A
patient whom nobody may see now never holds up those behind them.
"""

from collections.abc import Collection
from typing import NamedTuple, TypeAlias

from signaling.eligibility import Eligibility
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.participants import PractitionerOnDuty, WaitingPatient
from signaling.roster import Roster
from signaling.waiting_room import WaitingRoom

Preference: TypeAlias = tuple[int, Instant, PractitionerId]


class Match(NamedTuple):
    """A patient, and the practitioner to be rung for them."""

    encounter_id: EncounterId
    practitioner_id: PractitionerId


def preference(practitioner: PractitionerOnDuty) -> Preference:
    """Return the sort key of a practitioner: whoever has the least is rung first."""
    return (
        practitioner.licence_count,
        practitioner.idle_since,
        practitioner.practitioner_id,
    )


def best_practitioner(
    patient: WaitingPatient, roster: Roster, eligibility: Eligibility
) -> PractitionerOnDuty | None:
    """Return whom to ring for a patient, or None when nobody may see them now."""
    candidates = roster.free_among(eligibility.members(patient.eligibility))
    allowed = (one for one in candidates if one.practitioner_id not in patient.excluded)
    return min(allowed, key=preference, default=None)


def next_match(
    room: WaitingRoom,
    roster: Roster,
    eligibility: Eligibility,
    changed: Collection[EligibilityClass],
) -> Match | None:
    """Return the next offer to make, or None when none can be made.

    Args:
        room: who waits.
        roster: who is on duty.
        eligibility: who may see whom.
        changed: classes in which somebody came, returned or was freed, or whose members
            changed, since this function last said None. In all others nothing can have
            become possible, so they are not looked at.
    """
    open_classes = [
        name
        for name in changed
        if room.has_offerable(name) and roster.any_free(eligibility.members(name))
    ]
    for patient in room.oldest_first(open_classes):
        practitioner = best_practitioner(patient, roster, eligibility)
        if practitioner is not None:
            return Match(patient.encounter_id, practitioner.practitioner_id)
    return None
