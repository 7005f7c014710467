"""Who may send which command, open which socket, and be told what on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.roles import Relation, Role
from server.access.rules import (
    CALL,
    EXAMINER,
    OPS,
    OVERSEER,
    PATIENT,
    PRACTITIONER,
    SPA,
    STAFF,
    Rule,
    fresh,
)

COMMANDS: Final[Mapping[str, Rule]] = {
    "sync": Rule(
        {
            Role.PATIENT: Relation.OWN_ENCOUNTER,
            Role.PRACTITIONER: Relation.OWN,
            Role.SPA_STAFF: Relation.OWN,
            Role.SPA_MANAGER: Relation.OWN,
            Role.MEDICAL_DIRECTOR: Relation.OWN,
            Role.OPS: Relation.OWN,
        }
    ),
    "queue.join": PATIENT,
    "queue.leave": PATIENT,
    "callback.request": PATIENT,
    "consent.withdraw": PATIENT,
    "emergency.raise": CALL,
    "emergency.clear": EXAMINER,
    "room.set": EXAMINER,
    "location.heard": EXAMINER,
    "answers.read": EXAMINER,
    "flags.reason": EXAMINER,
    "call.description": CALL,
    "call.candidate": CALL,
    "call.first_frame": CALL,
    "call.interrupted": CALL,
    "call.recovered": CALL,
    "call.failed": CALL,
    "call.retry": CALL,
    "call.media": CALL,
    "call.report": CALL,
    "call.hang_up": CALL,
    "chat.say": CALL,
    # While an offer rings, its leg is that practitioner's though the encounter is not.
    "leg.answer": CALL,
    "leg.refresh": CALL,
    "leg.failed": CALL,
    "duty.available": PRACTITIONER,
    "duty.away": PRACTITIONER,
    # Offers live in the waiting room of the practitioner's own network; whose one is, the
    # core knows (`offer_not_yours`).
    "offer.accept": PRACTITIONER,
    "offer.decline": PRACTITIONER,
    "note.save": EXAMINER,
    "gate.confirm": EXAMINER,
    "disposition.set": EXAMINER,
    "finding.see": EXAMINER,
    "encounter.resume": EXAMINER,
    "encounter.reschedule": EXAMINER,
    "encounter.park": EXAMINER,
    "encounter.no_show": EXAMINER,
    "encounter.release": EXAMINER,
    "encounter.sign": fresh(EXAMINER),
    "addendum.add": fresh(EXAMINER),
    # Whether they may review it, the rules say; before that it is nobody's.
    "review.begin": Rule({Role.PRACTITIONER: Relation.NETWORK}),
    "review.open": EXAMINER,
    "review.attest": EXAMINER,
    "review.judge": EXAMINER,
    "review.return": EXAMINER,
    "review.upgrade": EXAMINER,
}

NAMESPACES: Final[Mapping[str, Rule]] = {
    "/patient": Rule({Role.PATIENT: Relation.OWN}, "patient"),
    "/practitioner": PRACTITIONER,
    "/spa": STAFF,
    "/ops": OPS,
}
"""Who may connect to a namespace."""

EVENTS: Final[Mapping[str, Rule]] = {
    "/patient": PATIENT,
    "/practitioner": EXAMINER,
    "/spa": SPA,
    "/ops": OVERSEER,
}
"""Who may be told about an encounter in a namespace."""
