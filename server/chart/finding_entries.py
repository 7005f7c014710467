"""Entries of what was looked at: the practitioner's word that they saw it on the video.

It is their statement, with a time. Whether video flowed both ways at that time is measured, and
judged apart from it (`server.chart.findings`).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from server.chart.entry import Entry, Line

FINDINGS_MAX: Final = 20


class FindingSeen(Entry):
    """The practitioner looked at what one treatment class asks for, or takes that back.

    `findings` are the words as they stood beside the tick.
    """

    kind: Literal["finding.seen"] = "finding.seen"
    treatment_class: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    seen: bool
    findings: Annotated[list[Line], Field(min_length=1, max_length=FINDINGS_MAX)]

    def summary(self) -> str:
        """Return one English line for the log."""
        name = self.treatment_class.replace("_", " ").capitalize()
        return f"{name}: findings {'looked at on the video' if self.seen else 'taken back'}"


FINDING_ENTRIES: Final = (FindingSeen,)
