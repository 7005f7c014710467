"""The patient's API: from the link to the waiting room, and the result afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, get_args

from aiohttp import web
from pydantic import BaseModel

from media.call import Side
from server import patient_answers, patient_intake, sessions
from server.access import Principal
from server.documents.issuing import document
from server.errors import BadRequest, NotFound
from server.http.calls import Call, Handler, answer, nothing, pdf
from server.http.cookies import clear_cookie, read_cookie, write_cookie
from server.http.routes import Route, Subject
from server.ice_servers import servers_of
from server.join_view import join_view
from server.kiosk import kiosk_view
from server.redemption import redeem_code, redeem_link
from server.services import Services
from server.sessions import NewSession, resolve_session
from server.sign_in import end_own_session
from server.views import (
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    GuardianForm,
    HolderForm,
    IceServersView,
    IdentityForm,
    KioskRedeemForm,
    Language,
    LocationForm,
    PrivacyForm,
    RedeemForm,
    RoomForm,
    TreatmentsForm,
)

API: Final = "/api/v1/join"
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Form = TypeVar("Form", bound=BaseModel)


async def redeem(call: Call) -> web.StreamResponse:
    """POST session: the link's secret and the date of birth for a session."""
    form = await call.form(RedeemForm)
    begun = await redeem_link(
        call.services,
        form,
        address=call.address,
        cookie_value=read_cookie(call.services.settings, call.request, "patient"),
    )
    return await _entered(call, begun, kiosk=False)


async def get_kiosk(call: Call) -> web.StreamResponse:
    """GET kiosk: what the tablet knows while nobody holds it."""
    async with call.services.database.read() as tx:
        return answer(await kiosk_view(tx, call.services, call.principal))


async def redeem_on_tablet(call: Call) -> web.StreamResponse:
    """POST kiosk: the short code and the date of birth for a session."""
    form = await call.form(KioskRedeemForm)
    begun = await redeem_code(
        call.services,
        call.principal,
        form,
        cookie_value=read_cookie(call.services.settings, call.request, "patient"),
    )
    return await _entered(call, begun, kiosk=True)


async def _entered(call: Call, begun: NewSession, *, kiosk: bool) -> web.StreamResponse:
    principal = await resolve_session(call.services, "patient", begun.session_id)
    if principal is None:
        raise NotFound
    response = await state_of(call.services, principal)
    write_cookie(
        call.services.settings,
        response,
        "patient",
        begun.session_id,
        # A tablet forgets the patient with its browser; a phone may close it at any time.
        max_age_s=None if kiosk else sessions.absolute_s(call.services.settings, "patient"),
    )
    return response


async def get_state(call: Call) -> web.StreamResponse:
    """GET state: where the patient stands."""
    return await state_of(call.services, call.principal)


async def state_of(services: Services, principal: Principal) -> web.Response:
    """Return where the patient of a session stands, as it is answered."""
    async with services.database.read() as tx:
        return answer(await join_view(tx, services, principal))


async def get_ice_servers(call: Call) -> web.StreamResponse:
    """GET ice-servers: what the network test goes through, before there is a call."""
    encounter_id = call.principal.encounter_id
    if encounter_id is None:
        raise NotFound
    servers = servers_of(call.services, encounter_id, Side.PATIENT)
    return answer(IceServersView(ice_servers=servers))


def step(
    model: type[Form], put: Callable[[Services, Principal, Form], Awaitable[None]]
) -> Handler:
    """Return the handler of one step of the intake: its form in, the new state out."""

    async def handler(call: Call) -> web.StreamResponse:
        await put(call.services, call.principal, await call.form(model))
        return await state_of(call.services, call.principal)

    return handler


async def get_questionnaire(call: Call) -> web.StreamResponse:
    """GET questionnaire: every question that the chosen treatments call for."""
    asked = call.request.query.get("language")
    language = next((one for one in LANGUAGES if one == asked), None)
    if asked is not None and language is None:
        raise BadRequest
    return answer(await patient_answers.questions(call.services, call.principal, language))


async def end(call: Call) -> web.StreamResponse:
    """POST end: forget this session, here and on the server."""
    await end_own_session(call.services, call.principal)
    response = nothing()
    clear_cookie(call.services.settings, response, "patient")
    return response


async def get_copy(call: Call) -> web.StreamResponse:
    """GET copy.pdf: the patient's own copy, once the chart is signed."""
    encounter_id = call.principal.encounter_id or ""
    return pdf(await document(call.services, encounter_id, "patient_copy"), "exam")


def _own(method: str, path: str, handler: Handler) -> Route:
    return Route(method, f"{API}/{path}", handler, Subject.OWN)


ROUTES: Final = (
    Route("POST", f"{API}/session", redeem),
    Route("GET", f"{API}/kiosk", get_kiosk),
    Route("POST", f"{API}/kiosk", redeem_on_tablet),
    _own("GET", "state", get_state),
    _own("GET", "ice-servers", get_ice_servers),
    _own("PUT", "holder", step(HolderForm, patient_intake.put_holder)),
    _own("PUT", "identity", step(IdentityForm, patient_intake.put_identity)),
    _own("PUT", "guardian", step(GuardianForm, patient_intake.put_guardian)),
    _own("PUT", "location", step(LocationForm, patient_intake.put_location)),
    _own("PUT", "treatments", step(TreatmentsForm, patient_intake.put_treatments)),
    _own("PUT", "answers", step(AnswersForm, patient_answers.put_answers)),
    _own("PUT", "consents", step(ConsentsForm, patient_intake.put_consents)),
    _own("PUT", "device-test", step(DeviceTestForm, patient_intake.put_device_test)),
    _own("PUT", "privacy", step(PrivacyForm, patient_intake.put_privacy)),
    _own("PUT", "room", step(RoomForm, patient_intake.put_room)),
    _own("GET", "questionnaire", get_questionnaire),
    _own("POST", "end", end),
    _own("GET", "copy.pdf", get_copy),
)
