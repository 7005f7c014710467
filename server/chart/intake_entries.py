"""Entries of the beginning: the request, the arrival, and what the patient says."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from server.chart.entry import Entry, Line
from server.views import (
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    HolderForm,
    IdentityForm,
    LocationForm,
    NewPatientForm,
    SiteView,
)
from signaling.messages import Id, TreatmentRef

TREATMENTS_MAX: Final = 8
Treatments = Annotated[list[TreatmentRef], Field(min_length=1, max_length=TREATMENTS_MAX)]
Version = Annotated[str, StringConstraints(max_length=40)]


class ExamRequested(Entry):
    """A spa asked for an exam."""

    kind: Literal["exam.requested"] = "exam.requested"
    request_id: Id
    network_id: Id
    spa_id: Id
    site: SiteView
    patient: NewPatientForm
    treatments: Treatments

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Exam requested for {_classes(self.treatments)} at {self.site.name}"


class LinkRedeemed(Entry):
    """Somebody opened the link with the right birth date."""

    kind: Literal["link.redeemed"] = "link.redeemed"
    via: Literal["link", "kiosk"]
    device: Line
    took_over: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        where = "on the site's tablet" if self.via == "kiosk" else "by link"
        return f"Opened {where}{', replacing another device' if self.took_over else ''}"


class KioskHolder(Entry):
    """Who holds the tablet."""

    kind: Literal["kiosk.holder"] = "kiosk.holder"
    holder: HolderForm

    def summary(self) -> str:
        """Return one English line for the log."""
        if self.holder.holder == "patient":
            return "The patient holds the tablet"
        return f"Staff helps with the tablet: {self.holder.staff_name or 'no name given'}"


class IntakeIdentity(Entry):
    """Who the patient says they are."""

    kind: Literal["intake.identity"] = "intake.identity"
    identity: IdentityForm

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Identity given by the patient"


class IntakeLocation(Entry):
    """Where the patient attests to be."""

    kind: Literal["intake.location"] = "intake.location"
    location: LocationForm

    def summary(self) -> str:
        """Return one English line for the log."""
        place = "at the site" if self.location.at_site else "elsewhere than the site"
        return f"Location attested: {self.location.jurisdiction}, {place}"


class IntakeTreatments(Entry):
    """What the patient wants to be examined for."""

    kind: Literal["intake.treatments"] = "intake.treatments"
    treatments: Treatments

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Treatments chosen: {_classes(self.treatments)}"


class IntakeAnswers(Entry):
    """The health questionnaire as it stands: all answers, not only the new ones."""

    kind: Literal["intake.answers"] = "intake.answers"
    questionnaire_version: Version
    answers: AnswersForm

    def summary(self) -> str:
        """Return one English line for the log."""
        state = "finished" if self.answers.done else "saved"
        return f"Health questions {state}: {len(self.answers.answers)} answered"


class IntakeConsents(Entry):
    """Every document accepted, with the name typed as a signature."""

    kind: Literal["intake.consents"] = "intake.consents"
    consents: ConsentsForm

    def summary(self) -> str:
        """Return one English line for the log."""
        given = ", ".join(f"{one.kind} {one.version}" for one in self.consents.consents)
        return f"Consent given: {given}"


class IntakeDeviceTest(Entry):
    """What the device test found."""

    kind: Literal["intake.device_test"] = "intake.device_test"
    test: DeviceTestForm

    def summary(self) -> str:
        """Return one English line for the log."""
        test = self.test
        return (
            f"Device test: camera {test.camera}, microphone {test.microphone}, "
            f"speaker {test.speaker}{_network(test)}"
        )


class PrivacyRequested(Entry):
    """The patient asked to be alone, or says that they are now."""

    kind: Literal["privacy.requested"] = "privacy.requested"
    alone: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        return "The patient is alone" if self.alone else "The patient asks for privacy"


INTAKE_ENTRIES: Final = (
    ExamRequested,
    LinkRedeemed,
    KioskHolder,
    IntakeIdentity,
    IntakeLocation,
    IntakeTreatments,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    PrivacyRequested,
)


def _network(test: DeviceTestForm) -> str:
    if test.path == "untested":
        return ""
    measured = "".join(
        f", {figure} {unit}"
        for figure, unit in (
            (test.round_trip_ms, "ms round trip"),
            (test.loss_percent, "% loss"),
        )
        if figure is not None
    )
    return f", network {test.path}{measured}"


def _classes(treatments: list[TreatmentRef]) -> str:
    return ", ".join(one.treatment_class for one in treatments)
