"""Entries of a visit that goes on after its call: called again, or put off to another time."""

from __future__ import annotations

from typing import Final, Literal

from server.chart.entry import Entry
from signaling.messages import RescheduleReason

REASON_WORDS: Final[dict[RescheduleReason, str]] = {
    "not_seen_on_video": "what had to be seen was not seen on the video",
    "patient_asked": "the patient asked for it",
    "other": "another reason",
}


class ExamResumed(Entry):
    """The practitioner called the patient again; rules and authority were asked anew."""

    kind: Literal["exam.resumed"] = "exam.resumed"

    def summary(self) -> str:
        """Return one English line for the log."""
        return "The patient is called again"


class ExamRescheduled(Entry):
    """The exam was put off: nothing is decided, and the next call begins from the prompts on.

    `callback`: the patient is called when somebody is there; else the spa makes a new link.
    """

    kind: Literal["exam.rescheduled"] = "exam.rescheduled"
    reason: RescheduleReason
    callback: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        after = "the patient will be called back" if self.callback else "a new link is needed"
        return f"Exam put off, {REASON_WORDS[self.reason]}; {after}"


REOPENING_ENTRIES: Final = (ExamResumed, ExamRescheduled)
