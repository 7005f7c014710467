"""What calls need from the rest of the live side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from media.call import Side
from media.declaration import Declared
from server.live.live_call import LiveCall
from server.metrics.mismatches import Witness
from signaling import messages as wire


@dataclass(frozen=True, slots=True)
class CallPorts:
    """What the calls need from the live side.

    Attributes:
        tell: sends an event to a recipient.
        present: tells whether a recipient is connected.
        ice_servers: gives one side of an encounter its servers, with fresh credentials.
        disclose: makes the card of an encounter's practitioner for the patient.
        unauthorized: takes the patient back to the waiting room.
        lost: takes the patient back, because nothing flowed for too long.
        connected: is told the network, the encounter and the instant when media first flowed
            both ways in an attempt, once that is committed.
        mismatched: is told of a call that failed because the ends do not have the same
            certificates, and whose word that is, once it is written.
        declared: is told all that holds of one side's browser: muted, camera off, page hidden.
        reported: takes what one side of a direct call received in one second.
        ended: is told that a call is over.
    """

    tell: Callable[[str, wire.EventBase], None]
    present: Callable[[str], bool]
    ice_servers: Callable[[str, Side], list[wire.IceServer]]
    disclose: Callable[[str], Awaitable[wire.PractitionerCard | None]]
    unauthorized: Callable[[LiveCall], Awaitable[None]]
    lost: Callable[[LiveCall], Awaitable[None]]
    connected: Callable[[str, str, int], None]
    mismatched: Callable[[LiveCall, Witness], None]
    declared: Callable[[str, Side, frozenset[Declared]], None]
    reported: Callable[[LiveCall, Side, wire.CallReport], Awaitable[None]]
    ended: Callable[[str], None]
