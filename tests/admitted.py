"""Visits that the rules permit, for tests that make their own networks by hand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from server import charting
from server.chart.entries import (
    AnyEntry,
    ExamRequested,
    IntakeConsents,
    IntakeLocation,
    IntakeTreatments,
)
from server.consenting.circumstances import Circumstances, documents
from server.jurisdictions import JURISDICTIONS
from server.keyring import Keyring
from server.rulebooks.changing import Act, cells_of, open_cells
from server.rules.words import EXAMINING, TreatmentClass
from server.storage.database import Tx
from server.views import ConsentGivenForm, ConsentsForm, LocationForm, NewPatientForm, SiteView
from signaling.messages import TreatmentRef

NEUROTOXIN = (TreatmentRef(treatment_class="neurotoxin"),)


def act_of(network_id: str, now: int) -> Act:
    """Return an act of compliance, for a test."""
    numbers = count(1)
    return Act(
        network_id=network_id,
        actor="Compliance of a test",
        at=now,
        reference="Test opening",
        new_id=lambda: f"act-{network_id}-{now}-{next(numbers)}",
    )


async def open_everything(
    tx: Tx, network_id: str, now: int, places: Iterable[str] = JURISDICTIONS
) -> None:
    """Open places for all who examine, and all classes."""
    await open_cells(tx, act_of(network_id, now), cells_of(places, EXAMINING, TreatmentClass))


def intake(
    place: str,
    *,
    site: str | None = None,
    treatments: Iterable[TreatmentRef] = NEUROTOXIN,
    born: str = "1990-04-01",
) -> list[AnyEntry]:
    """Return what a chart says of an adult who is at the place, and consented there."""
    wanted = list(treatments)
    return [
        ExamRequested(
            request_id="request-of-a-test",
            network_id="network-1",
            spa_id="spa-00000001",
            site=_site(site or place),
            patient=NewPatientForm(legal_name="Test Patient", birth_date=born),
            treatments=wanted,
        ),
        located(place),
        IntakeTreatments(treatments=wanted),
        consented(place, site or place),
    ]


def located(place: str) -> IntakeLocation:
    """Return that the patient says they are there."""
    return IntakeLocation(
        location=LocationForm(
            jurisdiction=place,
            street="1 Elm St",
            city="Somewhere",
            postal_code="78701",
            at_site=False,
            attested=True,
        )
    )


def consented(*places: str, minor: bool = False) -> IntakeConsents:
    """Return that somebody at these places consented to what is shown now."""
    where = Circumstances(frozenset(places), minor=minor)
    given = [
        ConsentGivenForm(
            kind=one.kind, version=one.version, language=one.language, sha256=one.sha256
        )
        for one in (each.view() for each in documents(where, "en"))
    ]
    return IntakeConsents(consents=ConsentsForm(consents=given, signed_name="Test Patient"))


async def take_in(tx: Tx, keyring: Keyring, encounter_id: str, place: str, now: int) -> None:
    """Write an intake into a chart, as if the patient had done it."""
    actor = charting.patient(encounter_id)
    await charting.write(tx, keyring, encounter_id, actor, intake(place), now=now)


def _site(place: str) -> SiteView:
    return SiteView(
        site_id="site-1",
        name="Glow",
        street="1 Elm St",
        city="Somewhere",
        jurisdiction=place,
        postal_code="78701",
        spa_name="Glow",
    )
