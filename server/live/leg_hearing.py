"""What relays say of legs, as events of the encounters whose legs they are.

    a leg connected, stalled, flows, is over --> its encounter, if that relay still has the leg
    a relay is up, drains, is lost ------------> every encounter, and adoption before them

What it is not: what a relay answers when it is asked (`server.live.leg_commands`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from media import leg_moves as moves
from media import relay_events as told
from media.leg_parties import Legs
from server.live.leg_adoption import LegAdoption
from server.live.leg_commands import leg_of
from server.relays.port import RelayId, Relays, Standing


@dataclass(frozen=True, slots=True)
class Hearing:
    """What hearing needs to know, and whom it tells.

    Attributes:
        known: gives the encounters that have legs here.
        legs: gives the legs of one; None when it has none here.
        dispatch: takes events of an encounter.
        mismatch: has the call told that a browser showed another certificate than announced.
    """

    known: Callable[[], Collection[str]]
    legs: Callable[[str], Legs | None]
    dispatch: Callable[[str, moves.Event], None]
    mismatch: Callable[[str], None]


class LegHearing:
    """Hears all relays, from when it is made until it is closed."""

    def __init__(self, relays: Relays, adoption: LegAdoption, ports: Hearing) -> None:
        """Listen."""
        self._relays = relays
        self._adoption = adoption
        self._ports = ports
        relays.hearers.append(self._hear)
        relays.changes.append(self._changed)

    def close(self) -> None:
        """Hear nothing any more."""
        self._relays.hearers.remove(self._hear)
        self._relays.changes.remove(self._changed)

    def _hear(self, relay: RelayId, event: told.RelayEvent) -> None:
        if isinstance(event, told.Sampled | told.Heartbeat | told.EvidenceReady):
            return
        found = leg_of(event.leg)
        if found is None:
            return
        encounter_id, side, number = found
        legs = self._ports.legs(encounter_id)
        leg = legs.find(side, number) if legs else None
        if leg is None or leg[1].relay != relay:
            return
        dispatch = self._ports.dispatch
        match event:
            case told.LegConnected():
                dispatch(encounter_id, moves.Connected(side, number))
            case told.LegStalled():
                dispatch(encounter_id, moves.Stalled(side, number))
            case told.LegResumed() | told.FirstMedia():
                dispatch(encounter_id, moves.Flows(side, number))
            case told.LegClosed(reason=reason):
                dispatch(encounter_id, moves.LegOver(side, number))
                if reason is told.CloseReason.FINGERPRINT:
                    self._ports.mismatch(encounter_id)
            case _:
                pass

    def _changed(self, relay: RelayId, standing: Standing) -> None:
        events: dict[Standing, Callable[[str], moves.Event]] = {
            "up": moves.RelayUp,
            "draining": moves.RelayDraining,
            "lost": moves.RelayLost,
        }
        self._adoption.changed(relay, standing)
        for encounter_id in self._ports.known():
            self._ports.dispatch(encounter_id, events[standing](relay))
