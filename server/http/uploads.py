"""The patient's API of an exam without a live visit: choosing it, files, submitting.

A file is the body itself, as bytes; what it is to be stands in three headers, since an address
is written into logs. It is read only as far as a file may be long, one at a time of one visit,
and a few at once of all.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from server import attempts, patient_forward, patient_uploads
from server.attempts import Limited
from server.errors import BadRequest, NotFound
from server.forward import limits
from server.forward.refusals import UploadBusy, UploadTooLarge
from server.forward.sanitising import Sanitiser
from server.forward.view import upload_views
from server.http.calls import Call, EmptyForm, answer, read_body
from server.http.join import API, state_of
from server.http.routes import Route, Subject
from server.join_view import opened
from server.patient_uploads import File
from server.storage.uploads import Part
from server.views import ModalityForm, UploadForm, UploadsView

BYTES: Final = "application/octet-stream"
JPEG: Final = "image/jpeg"
FILE_HEADER: Final = "X-Goodfaith-File"
KIND_HEADER: Final = "X-Goodfaith-Kind"
VIEW_HEADER: Final = "X-Goodfaith-View"
ID_CHARS_MAX: Final = 64
READING_MAX: Final = 6  # of all visits of this process, files that are read at once


class Uploads:
    """The files that are on their way just now."""

    def __init__(self, sanitiser: Sanitiser | None = None) -> None:
        """Start with none.

        Args:
            sanitiser: reads the pictures; a test has its own.
        """
        self._sanitiser = sanitiser or Sanitiser()
        self._reading = asyncio.Semaphore(READING_MAX)
        self._sending: set[str] = set()

    async def add(self, call: Call) -> web.StreamResponse:
        """POST uploads: one file; it answers with all that is there then."""
        form = form_of(call.request)
        encounter_id = call.principal.encounter_id or ""
        if encounter_id in self._sending:
            raise UploadBusy
        self._sending.add(encounter_id)
        try:
            limit = Limited("upload", encounter_id, limits.UPLOADS_PER_WINDOW_MAX)
            await attempts.begin(call.services, limit)
            async with self._reading:
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
        return await listed(call)


def form_of(request: web.Request) -> UploadForm:
    """Return what the headers of a file say.

    Raises:
        BadRequest: the body is told to be something else than bytes, or is not there.
        InvalidBody: a header is missing or wrong (raised by way of pydantic).
    """
    if request.content_type != BYTES or request.content_length == 0:
        raise BadRequest
    given = {
        "file_id": request.headers.get(FILE_HEADER),
        "kind": request.headers.get(KIND_HEADER),
        "view": request.headers.get(VIEW_HEADER),
    }
    return UploadForm.model_validate(given)


async def listed(call: Call) -> web.StreamResponse:
    """GET uploads: what was sent so far."""
    async with call.services.database.read() as tx:
        _, intake = await opened(tx, call.services, call.principal)
    return answer(UploadsView(uploads=upload_views(intake.state.forward.uploads)))


async def remove(call: Call) -> web.StreamResponse:
    """DELETE an upload: forget it, and the other pages of its file."""
    await patient_uploads.remove(call.services, call.principal, _wanted(call))
    return await listed(call)


async def image(call: Call) -> web.StreamResponse:
    """GET the picture, as it is kept."""
    return await _picture(call, "sealed_image")


async def thumbnail(call: Call) -> web.StreamResponse:
    """GET the thumbnail."""
    return await _picture(call, "sealed_thumbnail")


async def _picture(call: Call, part: Part) -> web.StreamResponse:
    content = await patient_uploads.picture(call.services, call.principal, _wanted(call), part)
    return web.Response(body=content, content_type=JPEG)


def _wanted(call: Call) -> str:
    wanted = call.request.match_info["upload"]
    if len(wanted) > ID_CHARS_MAX:
        raise NotFound
    return wanted


async def choose(call: Call) -> web.StreamResponse:
    """PUT modality: photos or a video visit; after submitting, only the latter."""
    form = await call.form(ModalityForm)
    await patient_forward.choose(call.services, call.principal, form)
    return await state_of(call.services, call.principal)


async def submit(call: Call) -> web.StreamResponse:
    """POST submit: send it all off to be looked at."""
    await call.form(EmptyForm)
    await patient_forward.submit(call.services, call.principal)
    return await state_of(call.services, call.principal)


def routes(sanitiser: Sanitiser | None = None) -> tuple[Route, ...]:
    """Return the routes of one server, with the files that are on their way to it."""
    one = f"{API}/uploads/{{upload}}"
    return (
        Route("POST", f"{API}/uploads", Uploads(sanitiser).add, Subject.OWN),
        Route("GET", f"{API}/uploads", listed, Subject.OWN),
        Route("DELETE", one, remove, Subject.OWN),
        Route("GET", f"{one}/image", image, Subject.OWN),
        Route("GET", f"{one}/thumbnail", thumbnail, Subject.OWN),
        Route("PUT", f"{API}/modality", choose, Subject.OWN),
        Route("POST", f"{API}/submit", submit, Subject.OWN),
    )
