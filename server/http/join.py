"""The patient's API: from the link to the waiting room, and the result afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from pydantic import BaseModel

from media.call import Side
from server import patient_answers, patient_intake, sessions
from server.access import Principal
from server.auditing import Action
from server.clinical_sign_offs import QuestionnaireUnsigned
from server.documents.issuing import document
from server.errors import (
    BirthDateWrong,
    ChartFull,
    CodeUnknown,
    DeviceTakeoverRequired,
    LinkCancelled,
    LinkExpired,
    LinkFinished,
    LinkUnknown,
    MinorNotServed,
    NotFound,
    TooManyAttempts,
    WrongStep,
)
from server.http.calls import JSON, Answer, Call, Document, Nothing, Query, answer, nothing, pdf
from server.http.changes import event_of
from server.http.cookies import clear_cookie, read_cookie, write_cookie
from server.http.operation import Operation, Refusal, operation
from server.http.routes import Route, Subject
from server.ice_servers import servers_of
from server.join_view import join_view
from server.kiosk import kiosk_view
from server.live.chat import chat_view
from server.redemption import redeem_code, redeem_link
from server.reviews import ConsentUnreviewed
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
    JoinStateView,
    KioskRedeemForm,
    KioskView,
    Language,
    LocationForm,
    PrivacyForm,
    QuestionnaireView,
    RedeemForm,
    RoomForm,
    TreatmentsForm,
)
from server.views.chat import ChatView

API: Final = "/api/v1/join"
LINK: Final = (LinkExpired, LinkCancelled, LinkFinished, BirthDateWrong)
STEP: Final = (WrongStep, ChartFull)
Form = TypeVar("Form", bound=BaseModel)


class QuestionnaireQuery(Query):
    """In which language; the session's, unless it is said."""

    language: Language | None = None


@operation(LinkUnknown, *LINK, DeviceTakeoverRequired, TooManyAttempts)
async def redeem(call: Call, form: RedeemForm) -> Answer[JoinStateView]:
    """POST session: the link's secret and the date of birth for a session."""
    begun = await redeem_link(
        call.services,
        form,
        address=call.address,
        cookie_value=read_cookie(call.services.settings, call.request, "patient"),
    )
    return await _entered(call, begun, kiosk=False)


@operation()
async def get_kiosk(call: Call) -> Answer[KioskView]:
    """GET kiosk: what the tablet knows while nobody holds it."""
    async with call.services.database.read() as tx:
        return answer(await kiosk_view(tx, call.services, call.principal))


@operation(CodeUnknown, *LINK, DeviceTakeoverRequired, TooManyAttempts)
async def redeem_on_tablet(call: Call, form: KioskRedeemForm) -> Answer[JoinStateView]:
    """POST kiosk: the short code and the date of birth for a session."""
    begun = await redeem_code(
        call.services,
        call.principal,
        form,
        cookie_value=read_cookie(call.services.settings, call.request, "patient"),
    )
    return await _entered(call, begun, kiosk=True)


async def _entered(call: Call, begun: NewSession, *, kiosk: bool) -> Answer[JoinStateView]:
    principal = await resolve_session(call.services, "patient", begun.session_id)
    if principal is None:
        raise NotFound
    call.told.principal = principal
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


@operation()
async def get_state(call: Call) -> Answer[JoinStateView]:
    """GET state: where the patient stands."""
    return await state_of(call.services, call.principal)


async def state_of(services: Services, principal: Principal) -> Answer[JoinStateView]:
    """Return where the patient of a session stands, as it is answered."""
    async with services.database.read() as tx:
        return answer(await join_view(tx, services, principal))


@operation()
async def get_ice_servers(call: Call) -> Answer[IceServersView]:
    """GET ice-servers: what the network test goes through, before there is a call."""
    encounter_id = call.principal.encounter_id
    if encounter_id is None:
        raise NotFound
    servers = servers_of(call.services, encounter_id, Side.PATIENT)
    return answer(IceServersView(ice_servers=servers))


@operation()
async def get_chat(call: Call) -> Answer[ChatView]:
    """GET chat: what was written in the call."""
    encounter_id = call.principal.encounter_id
    if encounter_id is None:
        raise NotFound
    services = call.services
    async with services.database.read() as tx:
        return answer(await chat_view(tx, services, encounter_id))


def step(
    model: type[Form],
    put: Callable[[Services, Principal, Form], Awaitable[None]],
    *refuses: Refusal,
) -> Operation:
    """Return one step of the intake: its form in, the new state out."""

    async def handler(call: Call) -> Answer[JoinStateView]:
        await put(call.services, call.principal, await call.form(model))
        return await state_of(call.services, call.principal)

    return Operation(
        handler,
        name=put.__name__,
        text=put.__doc__ or "",
        takes=model,
        gives=JoinStateView,
        media=JSON,
        refuses=(*STEP, *refuses),
    )


@operation(WrongStep, QuestionnaireUnsigned)
async def get_questionnaire(call: Call, query: QuestionnaireQuery) -> Answer[QuestionnaireView]:
    """GET questionnaire: every question that the chosen treatments call for."""
    return answer(
        await patient_answers.questions(call.services, call.principal, query.language)
    )


@operation()
async def end(call: Call) -> Nothing:
    """POST end: forget this session, here and on the server."""
    event = event_of(call, Action.SIGNED_OUT)
    await end_own_session(call.services, call.principal, event)
    response = nothing()
    clear_cookie(call.services.settings, response, "patient")
    return response


@operation()
async def get_copy(call: Call) -> Document:
    """GET copy.pdf: the patient's own copy, once the chart is signed; none on a tablet."""
    encounter_id = call.principal.encounter_id
    if encounter_id is None or call.principal.kiosk:
        raise NotFound
    return pdf(await document(call.services, encounter_id, "patient_copy"), "exam")


def _own(method: str, path: str, handler: Operation) -> Route:
    return Route(method, f"{API}/{path}", handler, Subject.OWN)


ROUTES: Final = (
    Route("POST", f"{API}/session", redeem),
    Route("GET", f"{API}/kiosk", get_kiosk),
    Route("POST", f"{API}/kiosk", redeem_on_tablet),
    _own("GET", "state", get_state),
    _own("GET", "ice-servers", get_ice_servers),
    _own("GET", "chat", get_chat),
    _own("PUT", "holder", step(HolderForm, patient_intake.put_holder)),
    _own("PUT", "identity", step(IdentityForm, patient_intake.put_identity, MinorNotServed)),
    _own("PUT", "guardian", step(GuardianForm, patient_intake.put_guardian)),
    _own("PUT", "location", step(LocationForm, patient_intake.put_location)),
    _own(
        "PUT",
        "treatments",
        step(
            TreatmentsForm,
            patient_intake.put_treatments,
            MinorNotServed,
            QuestionnaireUnsigned,
        ),
    ),
    _own(
        "PUT", "answers", step(AnswersForm, patient_answers.put_answers, QuestionnaireUnsigned)
    ),
    _own("PUT", "consents", step(ConsentsForm, patient_intake.put_consents, ConsentUnreviewed)),
    _own("PUT", "device-test", step(DeviceTestForm, patient_intake.put_device_test)),
    _own("PUT", "privacy", step(PrivacyForm, patient_intake.put_privacy)),
    _own("PUT", "room", step(RoomForm, patient_intake.put_room)),
    _own("GET", "questionnaire", get_questionnaire),
    _own("POST", "end", end),
    _own("GET", "copy.pdf", get_copy),
)
