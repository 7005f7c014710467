"""What a practitioner says about findings on the video, and does where they were not seen."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from signaling.messages.command import CommandBase
from signaling.messages.parts import Id

RescheduleReason = Literal["not_seen_on_video", "patient_asked", "other"]


class FindingSee(CommandBase):
    """The practitioner looked at the findings of one treatment, or takes that back."""

    type: Literal["finding.see"]
    encounter_id: Id
    treatment_class: Annotated[str, StringConstraints(max_length=40)]
    seen: bool


class EncounterResume(CommandBase):
    """Call the patient of the open chart again, in the same visit."""

    type: Literal["encounter.resume"]
    encounter_id: Id


class EncounterReschedule(CommandBase):
    """End the visit unsigned: the patient comes again another time, through a link."""

    type: Literal["encounter.reschedule"]
    encounter_id: Id
    reason: RescheduleReason


FINDING_COMMANDS: Final = (FindingSee, EncounterResume, EncounterReschedule)
FindingCommand = FindingSee | EncounterResume | EncounterReschedule
