"""The patient's API of an exam without a live visit: choosing it, files, submitting.

A file is the body itself, as bytes; what it is to be stands in three headers, since an address
is written into logs. It is read only as far as a file may be long, one at a time of one visit,
and a few at once of all, of which no spa has more than its part.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web
from pydantic import ConfigDict, Field

from server import attempts, patient_forward, patient_uploads
from server.attempts import Limited
from server.clinical_sign_offs import QuestionnaireUnsigned
from server.errors import BadRequest, ChartFull, NotFound, TooManyAttempts, WrongStep
from server.forward import limits
from server.forward.refusals import (
    DecoderFailed,
    ModalityIsLive,
    PacketIncomplete,
    StoreAndForwardNotPermitted,
    UploadAnimated,
    UploadBusy,
    UploadIsHeic,
    UploadRefused,
    UploadsFull,
    UploadTooLarge,
    UploadTooManyPages,
    UploadTooManyPixels,
    UploadTooSmall,
    UploadUnknownType,
    UploadUnreadable,
)
from server.forward.sanitising import Sanitiser
from server.forward.view import upload_views
from server.http.calls import (
    JPEG,
    JSON,
    Answer,
    Call,
    EmptyForm,
    Picture,
    answer,
    read_body,
)
from server.http.join import API, state_of
from server.http.operation import Operation, Refusal, operation
from server.http.places import WAIT_S, Places
from server.http.routes import Route, Subject
from server.join_view import opened
from server.patient_uploads import File
from server.rulings.refusals import REFUSALS, NotPermitted
from server.storage.uploads import Part
from server.views import (
    FileName,
    JoinStateView,
    ModalityForm,
    UploadForm,
    UploadKindName,
    UploadsView,
    ViewCode,
)

BYTES: Final = "application/octet-stream"
ID_CHARS_MAX: Final = 64
# Files that are read at once by this process, each of which may be in memory twice: of all
# visits, and of those of one spa. Patients of one spa share its line, too.
READING_MAX: Final = 8
OF_A_SPA_MAX: Final = 3
OF_A_FILE: Final[tuple[Refusal, ...]] = (
    WrongStep,
    ChartFull,
    TooManyAttempts,
    StoreAndForwardNotPermitted,
    UploadRefused,
    UploadUnknownType,
    UploadIsHeic,
    UploadUnreadable,
    UploadAnimated,
    UploadTooManyPixels,
    UploadTooSmall,
    UploadTooManyPages,
    UploadTooLarge,
    UploadBusy,
    UploadsFull,
    DecoderFailed,
)


class FileHeaders(UploadForm):
    """What a file is, as the headers beside its bytes name it."""

    model_config = ConfigDict(loc_by_alias=False)

    file_id: FileName = Field(alias="X-Goodfaith-File")
    kind: UploadKindName = Field(alias="X-Goodfaith-Kind")
    view: ViewCode | None = Field(default=None, alias="X-Goodfaith-View")


HEADERS: Final = tuple(one.alias or "" for one in FileHeaders.model_fields.values())


class Uploads:
    """The files that are on their way just now."""

    def __init__(self, sanitiser: Sanitiser | None = None) -> None:
        """Start with none.

        Args:
            sanitiser: reads the pictures; a test has its own.
        """
        self._sanitiser = sanitiser or Sanitiser()
        self._reading = Places(
            READING_MAX, each=OF_A_SPA_MAX, wait_s=WAIT_S, refusal=UploadBusy
        )
        self._sending: set[str] = set()

    @property
    def operation(self) -> Operation:
        """Return what adds a file, with its contract."""
        return Operation(
            self.add,
            name="add_upload",
            text=self.add.__doc__ or "",
            file=BYTES,
            headers=FileHeaders,
            gives=UploadsView,
            media=JSON,
            refuses=OF_A_FILE,
        )

    async def add(self, call: Call) -> Answer[UploadsView]:
        """POST uploads: one file; it answers with all that is there then."""
        form = form_of(call.request)
        encounter_id = call.principal.encounter_id or ""
        if encounter_id in self._sending:
            raise UploadBusy
        self._sending.add(encounter_id)
        try:
            limit = Limited("upload", encounter_id, limits.UPLOADS_PER_WINDOW_MAX)
            await attempts.begin(call.services, limit)
            spa = await patient_uploads.require_wanted(call.services, call.principal, form)
            async with self._reading.one_of(spa):
                content = await read_body(
                    call.request,
                    limits.FILE_BYTES_MAX,
                    within_s=limits.READ_S,
                    too_large=UploadTooLarge,
                )
                file = File(form, content)
                await patient_uploads.add(call.services, call.principal, self._sanitiser, file)
        finally:
            self._sending.discard(encounter_id)
        return await _listed(call)


def form_of(request: web.Request) -> UploadForm:
    """Return what the headers of a file say.

    Raises:
        BadRequest: the body is told to be something else than bytes, or is not there.
        InvalidBody: a header is missing or wrong (raised by way of pydantic).
    """
    if request.content_type != BYTES or request.content_length == 0:
        raise BadRequest
    given = {name: request.headers[name] for name in HEADERS if name in request.headers}
    return FileHeaders.model_validate(given)


@operation()
async def get_uploads(call: Call) -> Answer[UploadsView]:
    """GET uploads: what was sent so far."""
    return await _listed(call)


async def _listed(call: Call) -> Answer[UploadsView]:
    async with call.services.database.read() as tx:
        _, intake = await opened(tx, call.services, call.principal)
    return answer(UploadsView(uploads=upload_views(intake.state.forward.uploads)))


@operation(WrongStep, ChartFull)
async def remove_upload(call: Call) -> Answer[UploadsView]:
    """DELETE uploads/{upload}: forget it, and the other pages of its file."""
    await patient_uploads.remove(call.services, call.principal, _wanted(call))
    return await _listed(call)


@operation()
async def get_upload_image(call: Call) -> Picture:
    """GET uploads/{upload}/image: the picture, as it is kept."""
    return await _picture(call, "sealed_image")


@operation()
async def get_upload_thumbnail(call: Call) -> Picture:
    """GET uploads/{upload}/thumbnail: the same, small."""
    return await _picture(call, "sealed_thumbnail")


async def _picture(call: Call, part: Part) -> Picture:
    content = await patient_uploads.picture(call.services, call.principal, _wanted(call), part)
    return Picture(body=content, content_type=JPEG)


def _wanted(call: Call) -> str:
    wanted = call.request.match_info["upload"]
    if len(wanted) > ID_CHARS_MAX:
        raise NotFound
    return wanted


@operation(WrongStep, ChartFull, StoreAndForwardNotPermitted, ModalityIsLive)
async def put_modality(call: Call, form: ModalityForm) -> Answer[JoinStateView]:
    """PUT modality: photos or a video visit; after submitting, only the latter."""
    await patient_forward.choose(call.services, call.principal, form)
    return await state_of(call.services, call.principal)


@operation(
    WrongStep,
    ChartFull,
    StoreAndForwardNotPermitted,
    PacketIncomplete,
    QuestionnaireUnsigned,
    NotPermitted,
    *REFUSALS.values(),
)
async def submit(call: Call, _form: EmptyForm) -> Answer[JoinStateView]:
    """POST submit: send it all off to be looked at."""
    await patient_forward.submit(call.services, call.principal)
    return await state_of(call.services, call.principal)


def routes(sanitiser: Sanitiser | None = None) -> tuple[Route, ...]:
    """Return the routes of one server, with the files that are on their way to it."""
    one = f"{API}/uploads/{{upload}}"
    return (
        Route("POST", f"{API}/uploads", Uploads(sanitiser).operation, Subject.OWN),
        Route("GET", f"{API}/uploads", get_uploads, Subject.OWN),
        Route("DELETE", one, remove_upload, Subject.OWN),
        Route("GET", f"{one}/image", get_upload_image, Subject.OWN),
        Route("GET", f"{one}/thumbnail", get_upload_thumbnail, Subject.OWN),
        Route("PUT", f"{API}/modality", put_modality, Subject.OWN),
        Route("POST", f"{API}/submit", submit, Subject.OWN),
    )
