"""Entries of the exam: the practitioner's words, gates, decisions and signature."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from server.chart.entry import Entry, Line, PractitionerFact, Sha256
from signaling.messages import Disposition, Gate, LongText, NoteText, TreatmentRef, Visit

Revision = Annotated[int, Field(ge=1)]
Offset = Annotated[int, Field(ge=0, le=20_000)]


class NoteSnapshot(Entry):
    """The whole note, as typed."""

    kind: Literal["note.snapshot"] = "note.snapshot"
    revision: Revision
    text: NoteText

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Note saved, revision {self.revision}"


class NoteDelta(Entry):
    """What one save changed: at `at`, `delete` characters went and `insert` came.

    Positions count Unicode code points.
    """

    kind: Literal["note.delta"] = "note.delta"
    revision: Revision
    base_revision: Revision
    at: Offset
    delete: Offset
    insert: NoteText

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Note saved, revision {self.revision}"


class GateConfirmed(Entry):
    """A spoken prompt was asked and answered, or taken back."""

    kind: Literal["gate.confirmed"] = "gate.confirmed"
    gate: Gate
    confirmed: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"{_words(self.gate)} {'confirmed' if self.confirmed else 'taken back'}"


class DispositionDecided(Entry):
    """The practitioner's decision on one treatment; the last one counts."""

    kind: Literal["disposition.set"] = "disposition.set"
    treatment: TreatmentRef
    disposition: Disposition
    rationale: LongText
    order: LongText
    conditions: LongText
    valid_months: Annotated[int, Field(ge=1, le=12)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"{_words(self.treatment.treatment_class)}: {_words(self.disposition).lower()}"


class VisitChanged(Entry):
    """The visit went from one state to another."""

    kind: Literal["visit.changed"] = "visit.changed"
    before: Visit
    after: Visit
    reason: Line | None = None

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Visit: {_words(self.before).lower()} to {_words(self.after).lower()}"


class Attestation(Entry):
    """What the practitioner attested, word for word; the head signed is this entry's."""

    kind: Literal["attestation"] = "attestation"
    version: Annotated[str, StringConstraints(max_length=40)]
    sha256: Sha256
    text: LongText
    practitioner: PractitionerFact

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Attested and signed by {self.practitioner.display_name}"


class Addendum(Entry):
    """After signing, only this."""

    kind: Literal["addendum"] = "addendum"
    text: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Addendum"


class ChartParked(Entry):
    """The unsigned chart was put aside, or taken up again."""

    kind: Literal["chart.parked"] = "chart.parked"
    parked: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Chart put aside unsigned" if self.parked else "Chart taken up again"


EXAM_ENTRIES: Final = (
    NoteSnapshot,
    NoteDelta,
    GateConfirmed,
    DispositionDecided,
    VisitChanged,
    Attestation,
    Addendum,
    ChartParked,
)


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()
