"""The med spa's API: ask for exams, follow them, read their results."""

from __future__ import annotations

from typing import Final

from server import exam_requests, kiosk, vital_signs
from server.access import Resource
from server.auditing import Action
from server.clinical_sign_offs import QuestionnaireUnsigned
from server.documents.issuing import document
from server.errors import ChartFull, MinorNotServed, NotFound, NotPossibleNow, Starting
from server.fhir.gathering import bundle_of
from server.http.calls import (
    Answer,
    Call,
    Document,
    EmptyForm,
    FhirBundle,
    answer,
    fhir_bundle,
    pdf,
)
from server.http.changes import event_of
from server.http.cookies import clear_cookie, clear_known, read_cookie, write_cookie
from server.http.operation import operation
from server.http.routes import Route, Subject
from server.patient_messages.refusals import MessagesSpent, NoWayToPatient
from server.portal_view import detail, home
from server.reviews import ConsentUnreviewed
from server.rulings.refusals import REFUSALS, NotPermitted
from server.session_times import SITE_SESSION_S
from server.sessions import resolve_session
from server.storage import directory
from server.storage.directory import Site
from server.storage.errors import RowMissing
from server.views import (
    KioskView,
    LinkView,
    MessageForm,
    NewExamForm,
    PortalEncounterView,
    PortalHomeView,
    VitalsForm,
)

API: Final = "/api/v1/portal"


@operation()
async def get_home(call: Call) -> Answer[PortalHomeView]:
    """GET home: sites, treatments, and the spa's latest encounters."""
    async with call.services.database.read() as tx:
        view = await home(tx, call.services, call.principal.organization_id or "")
    call.told.lists(one.encounter_id for one in view.encounters)
    return answer(view)


@operation(
    NotPermitted,
    *REFUSALS.values(),
    MinorNotServed,
    ConsentUnreviewed,
    QuestionnaireUnsigned,
)
async def request_exam(call: Call, form: NewExamForm) -> Answer[LinkView]:
    """POST encounters: ask for an exam; the answer carries the link."""
    site = await _site(call, form.site_id)
    call.require(Resource(spa_id=site.spa_id, site_id=site.site_id))
    view = await exam_requests.request_exam(call.services, call.principal, site, form)
    call.told.encounter_id = view.encounter_id
    return answer(view)


@operation()
async def get_encounter(call: Call) -> Answer[PortalEncounterView]:
    """GET encounters/{id}: one encounter, as its spa may see it."""
    return await _detail(call)


@operation(NotPossibleNow, ChartFull)
async def record_vitals(call: Call, form: VitalsForm) -> Answer[PortalEncounterView]:
    """POST encounters/{id}/vitals: vital signs, with the name of who measured them."""
    await vital_signs.record(call.services, call.principal, call.path_id, form)
    return await _detail(call)


@operation(NotPossibleNow)
async def send_link(call: Call, _form: EmptyForm) -> Answer[LinkView]:
    """POST encounters/{id}/link: a new link; the old one stops working."""
    return answer(await exam_requests.send_again(call.services, call.path_id))


@operation(NotPossibleNow, NoWayToPatient, MessagesSpent)
async def write_link(call: Call, form: MessageForm) -> Answer[LinkView]:
    """POST encounters/{id}/message: a new link, written to the patient; the old one stops."""
    view = await exam_requests.send_to_patient(
        call.services, call.principal, call.path_id, form.channel
    )
    return answer(view)


@operation(NotPossibleNow, Starting)
async def cancel(call: Call, _form: EmptyForm) -> Answer[PortalEncounterView]:
    """POST encounters/{id}/cancel: call the exam off."""
    await exam_requests.cancel(call.services, call.principal, call.path_id)
    return await _detail(call)


@operation()
async def get_exam(call: Call) -> Document:
    """GET encounters/{id}/exam.pdf: the spa's copy, once the chart is signed."""
    content = await document(call.services, call.path_id, "spa_copy")
    return pdf(content, f"exam-{call.path_id}")


@operation()
async def get_fhir(call: Call) -> FhirBundle:
    """GET encounters/{id}/fhir: the signed exam as a FHIR R4 bundle, in the spa's view."""
    content = await bundle_of(call.services, call.path_id, "spa")
    return fhir_bundle(content, f"exam-{call.path_id}")


@operation()
async def register_tablet(call: Call, _form: EmptyForm) -> Answer[KioskView]:
    """POST sites/{id}/device: this browser becomes the site's tablet, and is signed out."""
    settings = call.services.settings
    site = await _site(call, call.path_id)
    begun = await kiosk.register(
        call.services,
        call.principal,
        site,
        cookie_value=read_cookie(settings, call.request, "site"),
        events=[event_of(call, one) for one in (Action.ACCESS_CHANGED, Action.SIGNED_OUT)],
    )
    tablet = await resolve_session(call.services, "site", begun.session_id)
    if tablet is None:
        raise NotFound
    async with call.services.database.read() as tx:
        response = answer(await kiosk.kiosk_view(tx, call.services, tablet))
    write_cookie(settings, response, "site", begun.session_id, max_age_s=SITE_SESSION_S)
    clear_cookie(settings, response, "spa")
    clear_known(settings, response, "spa")
    return response


async def _detail(call: Call) -> Answer[PortalEncounterView]:
    async with call.services.database.read() as tx:
        return answer(await detail(tx, call.services, call.path_id))


async def _site(call: Call, site_id: str) -> Site:
    try:
        async with call.services.database.read() as tx:
            return await directory.site(tx, site_id)
    except RowMissing:
        raise NotFound from None


ROUTES: Final = (
    Route("GET", f"{API}/home", get_home),
    Route("POST", f"{API}/encounters", request_exam, Subject.IN_BODY),
    Route("GET", f"{API}/encounters/{{id}}", get_encounter, Subject.ENCOUNTER),
    Route("POST", f"{API}/encounters/{{id}}/vitals", record_vitals, Subject.ENCOUNTER),
    Route("POST", f"{API}/encounters/{{id}}/link", send_link, Subject.ENCOUNTER),
    Route("POST", f"{API}/encounters/{{id}}/message", write_link, Subject.ENCOUNTER),
    Route("POST", f"{API}/encounters/{{id}}/cancel", cancel, Subject.ENCOUNTER),
    Route("GET", f"{API}/encounters/{{id}}/exam.pdf", get_exam, Subject.ENCOUNTER),
    Route("GET", f"{API}/encounters/{{id}}/fhir", get_fhir, Subject.ENCOUNTER),
    Route("POST", f"{API}/sites/{{id}}/device", register_tablet, Subject.SITE),
)
