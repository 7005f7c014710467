"""Entries of what comes before care: guardian, place, people, consent taken back, emergencies.

Spoken prompts are `gate.confirmed`, consents `intake.consents`, privacy `privacy.requested`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Code, Entry, Line
from server.views import ConsentKind, GuardianForm
from signaling.messages import EmergencyFlag, Jurisdiction, PersonInRoom

People = Annotated[list[PersonInRoom], Field(max_length=8)]
EmergencySource = Literal["answers", "patient", "practitioner"]


class MinorAdmitted(Entry):
    """The patient is under 18; the network had these of the wanted classes open for minors."""

    kind: Literal["minor.admitted"] = "minor.admitted"
    treatment_classes: Annotated[list[Code], Field(min_length=1, max_length=40)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Under 18: a guardian is needed ({', '.join(self.treatment_classes)})"


class GuardianIdentified(Entry):
    """Who answers for a patient under 18, and that they are there."""

    kind: Literal["guardian.identified"] = "guardian.identified"
    guardian: GuardianForm

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Guardian named and present: {self.guardian.relationship.replace('_', ' ')}"


class LocationHeard(Entry):
    """The practitioner heard that the patient is in another jurisdiction than they attested.

    Another law holds from here on: consent is void, and what was confirmed under the first one
    is asked again. Where exactly they are is for the patient to attest.
    """

    kind: Literal["location.heard"] = "location.heard"
    jurisdiction: Jurisdiction
    attested: Jurisdiction | None

    def summary(self) -> str:
        """Return one English line for the log."""
        before = f", not {self.attested}" if self.attested else ""
        return f"Location heard in the call: {self.jurisdiction}{before}; consent is void"


class RoomDeclared(Entry):
    """Who is with the patient, as one side says; nobody named means alone."""

    kind: Literal["room.declared"] = "room.declared"
    by: Literal["patient", "practitioner"]
    people: People

    def summary(self) -> str:
        """Return one English line for the log."""
        who = ", ".join(one.who for one in self.people) or "nobody else"
        return f"In the room, said by the {self.by}: {who}"


class ConsentWithdrawn(Entry):
    """The patient took back what they had agreed to."""

    kind: Literal["consent.withdrawn"] = "consent.withdrawn"
    kinds: Annotated[list[ConsentKind], Field(min_length=1, max_length=8)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Consent taken back: {', '.join(self.kinds)}"


class EmergencyRaised(Entry):
    """Somebody needs help now; the address is the one that was shown for 911."""

    kind: Literal["emergency.raised"] = "emergency.raised"
    by: EmergencySource
    flags: Annotated[list[EmergencyFlag], Field(min_length=1, max_length=8)]
    place: Line
    street: Line
    city: Line
    jurisdiction: Jurisdiction
    postal_code: Line

    def summary(self) -> str:
        """Return one English line for the log."""
        named = ", ".join(one.replace("_", " ") for one in self.flags)
        return f"EMERGENCY ({named}), said by the {self.by}; spa and practitioner told"


class EmergencyCleared(Entry):
    """It is over, or was none."""

    kind: Literal["emergency.cleared"] = "emergency.cleared"
    by: EmergencySource

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Emergency over, by the {self.by}"


GATE_ENTRIES: Final = (
    MinorAdmitted,
    GuardianIdentified,
    LocationHeard,
    RoomDeclared,
    ConsentWithdrawn,
    EmergencyRaised,
    EmergencyCleared,
)
