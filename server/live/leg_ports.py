"""What legs need from the rest of the live side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from media.call import Side
from media.leg_moves import PATIENT, Because, Seat
from server.live.cards import recipient_of_patient, recipient_of_practitioner
from server.live.leg_adoption import Whereabouts
from server.relays.port import RelayId
from signaling import messages as wire


async def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class LegPorts:
    """What the legs need from the live side; each call by its encounter.

    Attributes:
        tell: sends an event to a seat of an encounter.
        ice_servers: gives one side of an encounter its servers, with fresh credentials.
        direct: begins a call anew from browser to browser.
        stalled: this side of a call receives nothing any more.
        flowing: it receives again.
        mismatch: a browser showed another certificate than it announced.
        whereabouts: tells where an encounter is, for legs that nobody here made.
        observed: is told that a relay witnesses it from now on, in the ledger of this name.
        still_ours: tells whether this process may have relays do anything for them.
    """

    tell: Callable[[str, Seat, wire.EventBase], None]
    ice_servers: Callable[[str, Side], list[wire.IceServer]]
    direct: Callable[[str, Because], Awaitable[None]]
    stalled: Callable[[str, Side], Awaitable[None]]
    flowing: Callable[[str, Side], Awaitable[None]]
    mismatch: Callable[[str], Awaitable[None]]
    whereabouts: Callable[[str], Awaitable[Whereabouts]]
    observed: Callable[[str, RelayId, str], None] = lambda _encounter_id, _relay, _call: None
    still_ours: Callable[[], Awaitable[bool]] = _always


def recipient_of_seat(encounter_id: str, seat: Seat) -> str:
    """Return the name of the stream of whoever has legs."""
    return (
        recipient_of_patient(encounter_id)
        if seat == PATIENT
        else recipient_of_practitioner(seat)
    )
