"""Every message by audience, for the generator of the TypeScript types and for checks."""

from __future__ import annotations

from typing import Final

from signaling.messages.commands import PATIENT_COMMANDS, PRACTITIONER_COMMANDS
from signaling.messages.events import (
    OPS_EVENTS,
    PATIENT_EVENTS,
    PRACTITIONER_EVENTS,
    SPA_EVENTS,
    Ack,
)
from signaling.messages.parts import Message

UNIONS: Final[dict[str, tuple[type[Message], ...]]] = {
    "PatientCommand": PATIENT_COMMANDS,
    "PractitionerCommand": PRACTITIONER_COMMANDS,
    "PatientEvent": PATIENT_EVENTS,
    "PractitionerEvent": PRACTITIONER_EVENTS,
    "SpaEvent": SPA_EVENTS,
    "OpsEvent": OPS_EVENTS,
}
INPUTS: Final[tuple[type[Message], ...]] = tuple(
    dict.fromkeys((*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS))
)
_EVENTS: Final[tuple[type[Message], ...]] = (
    *PATIENT_EVENTS,
    *PRACTITIONER_EVENTS,
    *SPA_EVENTS,
    *OPS_EVENTS,
)
MODELS: Final[tuple[type[Message], ...]] = (Ack, *dict.fromkeys(_EVENTS))
