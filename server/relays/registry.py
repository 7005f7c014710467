"""Which relays there are, where each of them stands, and which one is chosen.

A place (an address, or the embedded one) has one relay at a time: the life of a process, named
when it starts. What a relay says is a heartbeat once a second; whoever is not heard is lost.

    unheard --heartbeat--> up <--> draining
    up, draining --another life at its place, its process gone, or silence--> lost
    lost --heartbeat of the same life--> up or draining

Pure: the time is whole microseconds UTC, and what is to be told is returned.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from media.limits import microseconds
from media.relay_events import Heartbeat
from server.relays.port import RelayId, Standing

TICK_S: Final = 0.25
# Later than this, a tick was late because this process was busy: relays were not silent then.
TICK_LATE_S: Final = 1.0
UNHEARD: Final = Heartbeat(0, 0, draining=False)


@dataclass(frozen=True, slots=True)
class Change:
    """A relay stands somewhere else, or again where it stood after its control was away."""

    relay: RelayId
    standing: Standing


@dataclass(frozen=True, slots=True)
class Load:
    """How full a relay is, for those who watch it from outside."""

    place: str
    standing: Standing
    legs: int


@dataclass(slots=True)
class _Known:
    relay: RelayId
    heard_at: int
    standing: Standing = "lost"
    reachable: bool = True
    told: bool = False
    beat: Heartbeat = UNHEARD
    placed: int = 0

    @property
    def load(self) -> float:
        """Share of its room that is taken, with what was placed since it last said."""
        return (self.beat.legs + self.placed) / self.beat.legs_max

    @property
    def has_room(self) -> bool:
        return self.beat.legs + self.placed < self.beat.legs_max


class Registry:
    """See the module.

    Args:
        lost_s: seconds of silence after which a relay is lost.
        now: microseconds UTC.
    """

    def __init__(self, lost_s: float, *, now: int) -> None:
        self._lost_us = microseconds(lost_s)
        self._ticked_at = now
        self._places: dict[str, _Known] = {}

    # --- what is heard ------------------------------------------------------------------------

    def greeted(self, place: str, boot: str, *, now: int) -> tuple[RelayId, list[Change]]:
        """Note that the relay at a place has proven itself, and return its name."""
        relay = RelayId(f"{place}.{boot}")
        known = self._places.get(place)
        if known is None or known.relay != relay:
            changes = self.gone(place)
            known = self._places[place] = _Known(relay, now)
        else:
            changes = []
        known.heard_at = max(known.heard_at, now)
        known.reachable, known.told = True, False
        return relay, changes

    def beat(self, relay: RelayId, beat: Heartbeat, *, now: int) -> list[Change]:
        """Note how full a relay says that it is."""
        known = self._find(relay)
        if known is None or not known.reachable:
            return []
        known.heard_at, known.beat, known.placed = now, beat, 0
        standing: Standing = "draining" if beat.draining else "up"
        if known.told and known.standing == standing:
            return []
        known.standing, known.told = standing, True
        return [Change(relay, standing)]

    def cut(self, place: str, *, now: int) -> None:
        """Note that the connection to a place ended; its relay may be well."""
        known = self._places.get(place)
        if known is not None and known.reachable:
            known.reachable, known.heard_at = False, now

    def gone(self, place: str) -> list[Change]:
        """Note that the process at a place is over."""
        known = self._places.get(place)
        if known is None:
            return []
        known.reachable = False
        return self._lose(known)

    def placed(self, relay: RelayId) -> None:
        """Count a leg that was made since the last heartbeat."""
        known = self._find(relay)
        if known is not None:
            known.placed += 1

    def tick(self, now: int) -> list[Change]:
        """Return which relays are lost because they were silent."""
        slept = max(0, now - self._ticked_at - microseconds(TICK_LATE_S))
        self._ticked_at = now
        changes: list[Change] = []
        for known in self._places.values():
            known.heard_at += slept
            if now - known.heard_at >= self._lost_us:
                changes += self._lose(known)
        return changes

    # --- what is asked ------------------------------------------------------------------------

    def standing(self, relay: RelayId) -> Standing:
        """Return where a relay stands; `lost` for one that nobody knows."""
        known = self._find(relay)
        return "lost" if known is None else known.standing

    def reachable(self, relay: RelayId) -> bool:
        """Tell whether there is a connection to a relay."""
        known = self._find(relay)
        return known is not None and known.reachable

    def choose(self, *, but: Collection[RelayId] = (), now: int) -> RelayId | None:
        """Return the relay with the smallest share of its room taken; None without any."""
        fit = [
            known
            for known in self._places.values()
            if known.standing == "up"
            and known.reachable
            and known.has_room
            and known.relay not in but
            and now - known.heard_at < self._lost_us
        ]
        return min(fit, key=lambda one: (one.load, one.relay)).relay if fit else None

    def loads(self) -> Sequence[Load]:
        """Return every relay there is or was last, by its place."""
        return [
            Load(place, known.standing, 0 if known.standing == "lost" else known.beat.legs)
            for place, known in self._places.items()
        ]

    # --- parts --------------------------------------------------------------------------------

    def _find(self, relay: RelayId) -> _Known | None:
        return next((one for one in self._places.values() if one.relay == relay), None)

    @staticmethod
    def _lose(known: _Known) -> list[Change]:
        """Tell it once, and only of a relay that was told to be there."""
        known.told = False
        if known.standing == "lost":
            return []
        known.standing = "lost"
        return [Change(known.relay, "lost")]
