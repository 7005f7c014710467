"""The patient's way from the link to the waiting room. Pure: reads a chart, decides a step.

    holder -> identity -> guardian -> location -> treatments -> health
    (tablet)              (under 18)            (not past it in an emergency)
        -> consent -> device -> ready | done
                   -> photos -> (submitted)           without a live visit

A step is open once all before it are done; one that was done may be done again. Where the visit
has come to closes steps: somebody who waits may still correct where they are, somebody in the
exam may only ask for privacy, unless the practitioner heard that they are elsewhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.chart.consent import consented
from server.chart.entries import AnyEntry, IntakeTreatments
from server.chart.reading import MICROPHONE_WORKS, read
from server.chart.state import ChartState
from server.errors import InvalidBody, WrongStep
from server.intake import questionnaire
from server.jurisdictions import is_jurisdiction
from server.views import DeviceTestForm, HolderForm, IdentityForm, LocationForm, Step
from signaling.visit import VisitState

ORDER: Final[tuple[Step, ...]] = (
    "holder",
    "identity",
    "guardian",
    "location",
    "treatments",
    "health",
    "consent",
    "photos",
    "device",
    "ready",
)
INTAKE: Final = frozenset(ORDER)
OPEN: Final[Mapping[VisitState, frozenset[Step]]] = {
    VisitState.REQUESTED: INTAKE,
    VisitState.INTAKE: INTAKE,
    VisitState.LEFT: INTAKE,
    VisitState.WAITING: frozenset({"holder", "location", "consent", "device"}),
    VisitState.IN_PROGRESS: frozenset({"holder"}),
}
"""Which steps can still be done, by visit; where it is not named, none."""


@dataclass(frozen=True, slots=True)
class Intake:
    """How far a patient has come.

    Attributes:
        state: of the chart.
        visit: where the visit stands.
        kiosk: on a site's tablet: somebody says first who is holding it.
        treatments_chosen: the patient confirmed what the spa had asked for.
    """

    state: ChartState
    visit: VisitState
    kiosk: bool
    treatments_chosen: bool


def intake_of(entries: Sequence[AnyEntry], visit: VisitState, *, kiosk: bool) -> Intake:
    """Return how far the patient of a chart has come."""
    return Intake(
        state=read(entries),
        visit=visit,
        kiosk=kiosk,
        treatments_chosen=any(isinstance(one, IntakeTreatments) for one in entries),
    )


def step_of(intake: Intake) -> Step:
    """Return the first step that is not done; `ready` when all are, `done` afterwards."""
    if intake.visit not in OPEN:
        return "done"
    done = _done(intake)
    return next((step for step in ORDER if not done.get(step, False)), "ready")


def require_step(intake: Intake, step: Step) -> None:
    """Refuse a step that is not open.

    Raises:
        WrongStep: one before it is missing, or the visit is past it.
    """
    open_now = OPEN.get(intake.visit, frozenset[Step]())
    if intake.visit is VisitState.IN_PROGRESS and is_elsewhere(intake.state):
        open_now |= {"location", "consent"} if intake.state.heard else {"consent"}
    if step == "holder" and not intake.kiosk:
        raise WrongStep
    if step == "guardian" and not intake.state.minor:
        raise WrongStep
    if step not in open_now or ORDER.index(step) > ORDER.index(step_of(intake)):
        raise WrongStep


def is_elsewhere(state: ChartState) -> bool:
    """Tell whether place and consent are to be given again: another place was heard."""
    return state.heard is not None or (state.consents is None and state.withdrawn_at is None)


def _done(intake: Intake) -> dict[Step, bool]:
    state = intake.state
    return {
        "holder": not intake.kiosk or state.holder is not None,
        "identity": state.identity is not None,
        "guardian": state.guardian is not None or not state.minor,
        "location": state.location is not None and state.heard is None,
        "treatments": intake.treatments_chosen,
        "health": state.answers_done and not is_emergency(state),
        "consent": consented(state),
        # Photos end with the submission, which is no step: it closes them all.
        "photos": not state.forward.forward,
        "device": device_works(state.device_test),
    }


def is_emergency(state: ChartState) -> bool:
    """Tell whether an answer means: call 911 now. Nobody is sent to wait with one."""
    return questionnaire.emergency(state.answers)


def device_works(test: DeviceTestForm | None) -> bool:
    """Tell whether a practitioner will see and hear this patient."""
    return test is not None and test.camera == "ok" and test.microphone in MICROPHONE_WORKS


# ------------------------------------------------------------------ what a step may say


def birth_date_matches(known: str, given: str) -> bool:
    """Compare two dates of birth in constant time."""
    return hmac.compare_digest(known.encode(), given.encode())


def check_holder(form: HolderForm) -> None:
    """Refuse help by somebody without a name.

    Raises:
        InvalidBody: staff hold the tablet, and who is not said.
    """
    if form.holder == "staff" and not form.staff_name:
        raise InvalidBody(fields=("staff_name",))


def check_identity(form: IdentityForm, *, proven_birth_date: str) -> None:
    """Refuse another date of birth than the one that opened the visit.

    Raises:
        InvalidBody: it is another.
    """
    if not birth_date_matches(proven_birth_date, form.birth_date):
        raise InvalidBody(fields=("birth_date",))


def check_location(form: LocationForm, *, site_jurisdiction: str) -> None:
    """Refuse a place that is none of the 51, or "at the site" in another jurisdiction.

    Raises:
        InvalidBody: it is such a place.
    """
    elsewhere = form.at_site and form.jurisdiction != site_jurisdiction
    if elsewhere or not is_jurisdiction(form.jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))


def check_heard(intake: Intake, form: LocationForm) -> None:
    """In the exam, refuse another place than the one that the practitioner heard.

    Who hears something else says so first: they may not examine there.

    Raises:
        InvalidBody: it is another.
    """
    heard = intake.state.heard or form.jurisdiction
    if intake.visit is VisitState.IN_PROGRESS and form.jurisdiction != heard:
        raise InvalidBody(fields=("jurisdiction",))
