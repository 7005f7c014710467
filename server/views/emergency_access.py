"""Charts opened in an emergency, what else somebody may read of others, and reviews."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from server.views.everyone import BirthDate, Name
from signaling.messages import Message, Visit

REASON_CHARS_MIN = 20
REASON_CHARS_MAX = 500
Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=REASON_CHARS_MIN, max_length=REASON_CHARS_MAX
    ),
]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Named = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
VerdictName = Literal["justified", "not_justified"]


class EmergencyAccessForm(Message):
    """POST emergency-access: whose charts, by an exam or by name and birth date; and why."""

    encounter_id: Named | None = None
    legal_name: Name | None = None
    birth_date: BirthDate | None = None
    reason: Reason

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        """Refuse what names nobody, or somebody in two ways."""
        named = (self.legal_name is not None, self.birth_date is not None)
        if named not in {(True, True), (False, False)} or any(named) == bool(self.encounter_id):
            raise ValueError("an exam, or a name with a birth date")
        return self


class ReadableExamView(Message):
    """An exam that somebody may read and not change."""

    encounter_id: str
    patient_name: str
    examiner: str | None
    site_name: str
    jurisdiction: str
    visit: Visit
    requested_at_ms: int
    signed_at_ms: int | None


class ReadableView(ReadableExamView):
    """One that they were in, or supervise."""

    why: Literal["was_in", "supervision"]


class ReadablesView(Message):
    """The last asked for first; `more`: there are older ones."""

    exams: list[ReadableView]
    more: bool


class EmergencyAccessView(Message):
    """A patient whose charts somebody has open for a while."""

    id: str
    patient_name: str
    birth_date: str
    started_at_ms: int
    expires_at_ms: int
    exams: list[ReadableExamView]


class EmergencyAccessesView(Message):
    """What somebody has open; `now_ms` is the server's clock."""

    now_ms: int
    open: list[EmergencyAccessView]


class EmergencyReviewForm(Message):
    """POST emergency-access/{id}/review: what is found; `not_justified` ends it, too."""

    verdict: VerdictName
    note: Remark


class EmergencyReviewView(Message):
    """One that was opened, as compliance sees it: why and by whom, and nothing of the chart.

    `reason` and `note` are null once the record was destroyed. `readings`: entries of the
    audit log that name it.
    """

    id: str
    practitioner_name: str
    encounter_id: str
    reason: str | None
    started_at_ms: int
    over_at_ms: int
    open: bool
    readings: int
    verdict: VerdictName | None
    note: str | None
    reviewed_by: str | None
    reviewed_at_ms: int | None


class EmergencyReviewsView(Message):
    """First what nobody has reviewed, then the newest; `waiting`: how many those are."""

    waiting: int
    accesses: list[EmergencyReviewView]


class EmergencyWaitingView(Message):
    """How many nobody has reviewed, and when the last of them began; no words, no ids.

    `signed_in`: accounts for emergencies that did, and compliance has not seen it.
    """

    waiting: int
    newest_ms: int | None
    signed_in: int
