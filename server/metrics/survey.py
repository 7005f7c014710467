"""The waiting room at one moment, by jurisdiction: who waits, and who could serve them.

Pure. One pass over those who wait; who could serve a class is looked up once per class, so that
thousands of lines cost milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from server.jurisdictions import JURISDICTIONS
from server.metrics.observer import Place
from signaling.identifiers import EligibilityClass, EncounterId, Instant, PractitionerId
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.switchboard import Switchboard


@dataclass(slots=True)
class Tile:
    """One jurisdiction.

    Attributes:
        waiting: patients who wait there.
        oldest_ready_at: since when the oldest of them is ready.
        uncovered: those of them whom nobody on duty may serve, here and at the site.
        uncovered_ready_at: since when the oldest of those is ready.
        licensed: practitioners of the network with authority there, on duty or not.
        on_duty: those of them on duty who stay, by status.
        idle: those who could be rung right now.
    """

    waiting: int = 0
    oldest_ready_at: Instant | None = None
    uncovered: int = 0
    uncovered_ready_at: Instant | None = None
    licensed: int = 0
    on_duty: Counter[PractitionerStatus] = field(default_factory=Counter)
    idle: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """All jurisdictions, and the practitioners on duty by status."""

    tiles: Mapping[str, Tile]
    statuses: Mapping[PractitionerStatus, int]
    waiting: int
    oldest_ready_at: Instant | None


@dataclass(frozen=True, slots=True)
class Serving:
    """Practitioners on duty who may serve one class, and those of them who are free."""

    on_duty: int
    idle: int


class Classes:
    """Who could serve each class of a waiting room, counted once per class."""

    def __init__(self, switchboard: Switchboard) -> None:
        """Look at who is on duty."""
        self._switchboard = switchboard
        staff = switchboard.practitioners()
        self._staying = {one.practitioner_id for one in staff if not one.leaving}
        self._free = {one.practitioner_id for one in staff if one.is_free}
        self._known: dict[EligibilityClass, Serving] = {}

    def serving(self, eligibility: EligibilityClass) -> Serving:
        """Return how many could serve a class."""
        found = self._known.get(eligibility)
        if found is None:
            members = self._switchboard.members(eligibility)
            found = Serving(len(members & self._staying), len(members & self._free))
            self._known[eligibility] = found
        return found


def survey(
    switchboard: Switchboard,
    line: Mapping[EncounterId, Place],
    licensed: Mapping[PractitionerId, frozenset[str]],
) -> Survey:
    """Return the waiting room by jurisdiction.

    Args:
        switchboard: of one network.
        line: where those are who wait, as observed.
        licensed: where each practitioner of the network has authority now.
    """
    tiles = {name: Tile() for name in JURISDICTIONS}
    waiting = switchboard.waiting()
    classes = Classes(switchboard)
    for patient in waiting:
        place = line.get(patient.encounter_id)
        tile = tiles.get(place.jurisdiction) if place else None
        if tile is not None:
            _wait(tile, patient, covered=classes.serving(patient.eligibility).on_duty > 0)
    staff = {one.practitioner_id: one for one in switchboard.practitioners()}
    for who, places in licensed.items():
        for name in places & tiles.keys():
            _staff(tiles[name], staff.get(who))
    return Survey(
        tiles=tiles,
        statuses=Counter(one.status for one in staff.values()),
        waiting=len(waiting),
        oldest_ready_at=min((one.ready_at for one in waiting), default=None),
    )


def _wait(tile: Tile, patient: WaitingPatient, *, covered: bool) -> None:
    tile.waiting += 1
    tile.oldest_ready_at = min(tile.oldest_ready_at or patient.ready_at, patient.ready_at)
    if not covered:
        tile.uncovered += 1
        oldest = tile.uncovered_ready_at or patient.ready_at
        tile.uncovered_ready_at = min(oldest, patient.ready_at)


def _staff(tile: Tile, one: PractitionerOnDuty | None) -> None:
    tile.licensed += 1
    if one is not None and not one.leaving:
        tile.on_duty[one.status] += 1
        tile.idle += one.is_free
