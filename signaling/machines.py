"""The four machines of this package under their names; the diagrams are drawn from here.

Whether media flows is a fifth one, and belongs to `media`.
"""

from collections.abc import Mapping
from typing import Any, Final

from signaling import offers, participants, presence, visit
from signaling.machine import Transitions

MACHINES: Final[Mapping[str, Transitions[Any, Any]]] = {
    "presence": presence.TRANSITIONS,
    "visit": visit.TRANSITIONS,
    "offer": offers.TRANSITIONS,
    "practitioner": participants.TRANSITIONS,
}
