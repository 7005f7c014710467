"""Patients who have done their intake, and only have to take their place in line.

One patient of each site, the pilot, goes the whole way over HTTP as a page does. Their forms
are kept; the others' go through the same functions of the application that stand behind those
routes, on the same database, with their own names: request, link, redemption with the date of
birth, every step. That is not quicker because anything is left out but because no HTTP, no
view of each step and no entry in the audit log is made.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import BaseModel

from server import exam_requests, patient_intake
from server.access import Principal, Role
from server.http.cookies import cookie_name
from server.patient_answers import put_answers
from server.redemption import redeem_link
from server.rehearsal.page import Page
from server.rehearsal.patient import Patient
from server.rehearsal.spa import BIRTH_DATE, USUAL
from server.services import Services
from server.sessions import resolve_session
from server.storage import directory
from server.storage.directory import Site
from server.views import (
    ConsentsForm,
    IdentityForm,
    NewExamForm,
    NewPatientForm,
    RedeemForm,
)
from signaling.messages import TreatmentRef
from tests.load.town import sites

CONCURRENT: Final = 8
ADDRESS: Final = "127.0.0.1"
PUT: Final = {
    "identity": patient_intake.put_identity,
    "location": patient_intake.put_location,
    "treatments": patient_intake.put_treatments,
    "answers": put_answers,
    "consents": patient_intake.put_consents,
    "device-test": patient_intake.put_device_test,
}

Answer = TypeVar("Answer", bound=BaseModel)


class NotReady(Exception):
    """A patient could not be brought to the waiting room; says at which step."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A patient who has only to take their place.

    Attributes:
        cookie: as a browser sends it.
    """

    encounter_id: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pilot:
    """What the pilot of a site sent, step by step."""

    site: Site
    requested_by: Principal
    forms: tuple[tuple[str, BaseModel], ...]


class KeepingPage(Page):
    """A page that keeps what it sends."""

    forms: list[tuple[str, BaseModel]]

    async def send(
        self, method: str, path: str, form: BaseModel | None, answer: type[Answer]
    ) -> Answer:
        """Send, and keep the form."""
        if form is not None and method == "PUT":
            self.forms.append((path.rpartition("/")[2], form))
        return await super().send(method, path, form, answer)


async def pilots(services: Services, url: str) -> list[Pilot]:
    """Send a pilot through each site, over HTTP; they do not wait afterwards."""
    async with services.database.read() as tx:
        found = await sites(tx)
        staff = {one.spa_id: await _staff(services, one.spa_id) for one in found}
    return [await _pilot(services, url, site, staff[site.spa_id]) for site in found]


async def _staff(services: Services, spa_id: str) -> Principal:
    async with services.database.read() as tx:
        people = await directory.accounts_of(tx, spa_id)
    account = next(one for one in people if one.role == Role.SPA_STAFF)
    return Principal("spa", Role.SPA_STAFF, spa_id, account.account_id)


async def _pilot(services: Services, url: str, site: Site, staff: Principal) -> Pilot:
    name = f"Pilot {site.name}"
    link = await exam_requests.request_exam(services, staff, site, _request(name, site))
    async with KeepingPage.opened(url) as page:
        assert isinstance(page, KeepingPage)
        page.forms = []
        patient = Patient(page, name, BIRTH_DATE)
        await patient.redeem(link.url)
        await patient.complete_intake()
    await exam_requests.cancel(services, staff, link.encounter_id)
    return Pilot(site, staff, tuple(page.forms))


def _request(name: str, site: Site) -> NewExamForm:
    return NewExamForm(
        request_id=secrets.token_hex(12),
        patient=NewPatientForm(legal_name=name, birth_date=BIRTH_DATE),
        site_id=site.site_id,
        treatments=[TreatmentRef(treatment_class=one) for one in USUAL],
    )


async def made_ready(
    services: Services, pilots: Sequence[Pilot], numbers: Sequence[int]
) -> list[Ready]:
    """Bring patients of these numbers to the door of the waiting room."""
    left = iter(numbers)
    found: list[Ready] = []

    async def worker() -> None:
        for number in left:
            pilot = pilots[number % len(pilots)]
            found.append(await _ready(services, pilot, f"Load Patient {number}"))

    await asyncio.gather(*(worker() for _ in range(CONCURRENT)))
    return found


async def _ready(services: Services, pilot: Pilot, name: str) -> Ready:
    form = _request(name, pilot.site)
    link = await exam_requests.request_exam(services, pilot.requested_by, pilot.site, form)
    redeemed = RedeemForm(
        secret=link.url.partition("#")[2],
        birth_date=BIRTH_DATE,
        device=secrets.token_hex(12),
        take_over=False,
    )
    begun = await redeem_link(services, redeemed, address=ADDRESS, cookie_value=None)
    principal = await resolve_session(services, "patient", begun.session_id)
    if principal is None:
        raise NotReady("session")
    for step, sent in pilot.forms:
        put: Callable[[Services, Principal, BaseModel], Awaitable[None]] | None
        put = PUT.get(step)  # type: ignore[assignment]  # each takes its own form
        if put is None:
            raise NotReady(step)
        await put(services, principal, named(sent, name))
    cookie = f"{cookie_name(services.settings, 'patient')}={begun.session_id}"
    return Ready(link.encounter_id, cookie)


def named(form: BaseModel, name: str) -> BaseModel:
    """Return a form as somebody of another name would send it."""
    match form:
        case IdentityForm():
            return form.model_copy(update={"legal_name": name})
        case ConsentsForm():
            return form.model_copy(update={"signed_name": name})
        case _:
            return form
