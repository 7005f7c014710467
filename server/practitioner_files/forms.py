"""What is sent, as what is entered: days become instants, words become parts.

Days of licences are local to their jurisdiction, all others to where the network keeps time.
"""

from __future__ import annotations

from datetime import date

from server import local_days
from server.accounts import ClaimedAuthority
from server.authority import Collaboration
from server.credentials import Employment, ExclusionCheck, Malpractice, Standard, Training
from server.errors import InvalidBody
from server.jurisdictions import is_jurisdiction
from server.practitioner_files.days import midnight
from server.practitioner_files.entering import Evidence
from server.views.practitioner_files import (
    AuthorityForm,
    CollaborationForm,
    EmploymentForm,
    EvidenceForm,
    ExclusionCheckForm,
    MalpracticeForm,
    StandardForm,
    TrainingForm,
)

YEARS = range(1900, 2200)


def evidence_of(form: EvidenceForm) -> Evidence:
    """Return who looked, and where."""
    return Evidence(form.checked_by, form.source, form.document_id)


def authority_of(form: AuthorityForm) -> ClaimedAuthority:
    """Return a licence as claimed.

    Raises:
        InvalidBody: no such jurisdiction or day.
    """
    since, until = term_of(form.jurisdiction, form.since, form.until)
    return ClaimedAuthority(form.jurisdiction, form.number, since, until, kind=form.kind)


def collaboration_of(form: CollaborationForm) -> Collaboration:
    """Return who answers for somebody, where and when.

    Raises:
        InvalidBody: no such jurisdiction or day.
    """
    since, until = term_of(form.jurisdiction, form.since, form.until)
    return Collaboration(
        form.jurisdiction, form.physician, form.number, since, until, form.physician_id
    )


def malpractice_of(form: MalpracticeForm, time_zone: str) -> Malpractice:
    """Return a policy that is not entered yet. Raises InvalidBody: no such day."""
    return Malpractice(
        insurer=form.insurer,
        policy_number=form.policy_number,
        per_claim_usd=form.per_claim_usd,
        aggregate_usd=form.aggregate_usd,
        valid_from=instant_of(form.since, "since", time_zone),
        valid_until=instant_of(form.until, "until", time_zone),
    )


def employment_of(form: EmploymentForm, time_zone: str) -> Employment:
    """Return an employment that is not entered yet. Raises InvalidBody: no such day."""
    return Employment(
        kind=form.kind,
        title=form.title,
        valid_from=instant_of(form.since, "since", time_zone),
        valid_until=None if form.until is None else instant_of(form.until, "until", time_zone),
    )


def training_of(form: TrainingForm, time_zone: str) -> Training:
    """Return training that is not entered yet. Raises InvalidBody: no such day."""
    return Training(
        topic=form.topic,
        provider=form.provider,
        minutes=form.minutes,
        completed_at=instant_of(form.completed_on, "completed_on", time_zone),
    )


def exclusion_check_of(form: ExclusionCheckForm, time_zone: str) -> ExclusionCheck:
    """Return a look that is not entered yet. Raises InvalidBody: no such day."""
    return ExclusionCheck(
        list_name=form.list_name,
        outcome=form.outcome,
        checked_at=instant_of(form.checked_on, "checked_on", time_zone),
    )


def standard_of(form: StandardForm) -> Standard:
    """Return what a network asks for."""
    return Standard(
        training_minutes_min=form.training_minutes_min,
        exclusion_days=form.exclusion_days,
        malpractice=form.malpractice,
        employment=form.employment,
        verify_again_days=form.verify_again_days,
    )


def term_of(jurisdiction: str, since: str, until: str) -> tuple[int, int]:
    """Return the instants between which something holds that a board dated by days.

    Raises:
        InvalidBody: no such jurisdiction or day.
    """
    if not is_jurisdiction(jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    first, last = day_of(since, "since"), day_of(until, "until")
    return local_days.begins(jurisdiction, first), local_days.ends(jurisdiction, last)


def instant_of(text: str, field: str, time_zone: str) -> int:
    """Return when a day begins.

    Raises:
        InvalidBody: there is no such day.
    """
    return midnight(day_of(text, field), time_zone)


def day_of(text: str, field: str) -> date:
    """Return a day of the calendar.

    Raises:
        InvalidBody: there is no such day.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidBody(fields=(field,)) from None
    if day.year not in YEARS:
        raise InvalidBody(fields=(field,))
    return day
