"""The page of a spa's staff."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.views.amendments import AmendmentView
from server.views.everyone import BirthDate, Email, ModalityView, Name, Phone
from server.views.join import OutcomeView, SiteView, TreatmentOptionView
from server.views.vitals import VitalsView
from signaling.messages import EncounterRow, HealthFlag, Id, Message, TreatmentRef


class NewPatientForm(Message):
    """Who the exam is for."""

    legal_name: Name
    birth_date: BirthDate
    phone: Phone | Literal[""] = ""
    email: Email | Literal[""] = ""


class NewExamForm(Message):
    """A request for an exam. The same `request_id` twice makes one encounter."""

    request_id: Id
    patient: NewPatientForm
    site_id: Annotated[str, StringConstraints(max_length=64)]
    treatments: Annotated[list[TreatmentRef], Field(min_length=1, max_length=8)]


class WayView(Message):
    """A means by which this patient can be written to, and where that goes, masked."""

    channel: Literal["email", "sms"]
    to: str


class MessageForm(Message):
    """Write the link to the patient."""

    channel: Literal["email", "sms"]


class SentMessageView(Message):
    """A message to the patient, and how far it is; no state: that was long ago."""

    kind: Literal["invitation", "callback", "answer"]
    channel: Literal["email", "sms"]
    sent_at_ms: int
    state: Literal["waiting", "sending", "delivered", "dead"] | None
    outcome: str | None


class LinkView(Message):
    """A fresh link. Shown once: only its hash is kept."""

    encounter_id: str
    url: str
    kiosk_code: str
    expires_at_ms: int
    encounter: EncounterRow
    ways: list[WayView]


class PortalHomeView(Message):
    """What the portal needs to draw itself.

    `unserved` says by jurisdiction of a site which treatment classes are not to be had there,
    each with a word of the rules for why.
    """

    spa_name: str
    sites: list[SiteView]
    unserved: dict[str, dict[str, str]]
    treatment_options: list[TreatmentOptionView]
    encounters: list[EncounterRow]


class PortalEncounterView(Message):
    """One encounter as the spa may see it: outcome and orders, not the private note."""

    row: EncounterRow
    vitals: VitalsView
    vitals_open: bool
    """Vital signs may still be written down."""
    flags: list[HealthFlag]
    outcomes: list[OutcomeView]
    addenda: list[AmendmentView]
    practitioner_name: str | None
    modality: str | None
    held: ModalityView | None
    """None of a chart that was signed before this was computed."""
    link_expires_at_ms: int | None
    ways: list[WayView]
    messages: list[SentMessageView]
    pdf_ready: bool
