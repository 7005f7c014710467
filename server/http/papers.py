"""Papers of practitioners' files over HTTP: sent as bytes, kept as pictures of their pages.

What a paper is called stands in a header, since an address is written into logs. One at a time
is read of one file, and a few at once of all, of which no network has more than its part.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints

from server import attempts
from server.attempts import Limited
from server.errors import BadRequest, TooManyAttempts
from server.forward.refusals import (
    DecoderFailed,
    UploadBusy,
    UploadIsHeic,
    UploadRefused,
    UploadTooLarge,
    UploadTooManyPages,
    UploadTooManyPixels,
    UploadUnknownType,
    UploadUnreadable,
)
from server.forward.sanitising import Sanitiser
from server.http.calls import JSON, Answer, Call, read_body
from server.http.file_answers import event_of, own_id, shown
from server.http.operation import Operation, Refusal
from server.http.places import WAIT_S, Places
from server.practitioner_files import documents
from server.practitioner_files.documents import FILE_BYTES_MAX, DocumentsFull, Paper
from server.views.practitioner_files import PractitionerFileView
from signaling.messages import Message

BYTES: Final = "application/octet-stream"
READ_S: Final = 60.0
# Papers that are read at once by this process: of all files, and of those of one network.
READING_MAX: Final = 4
OF_A_NETWORK_MAX: Final = 2
PER_WINDOW_MAX: Final = 60
OF_A_PAPER: Final[tuple[Refusal, ...]] = (
    TooManyAttempts,
    UploadRefused,
    UploadUnknownType,
    UploadIsHeic,
    UploadUnreadable,
    UploadTooManyPixels,
    UploadTooManyPages,
    UploadTooLarge,
    UploadBusy,
    DecoderFailed,
    DocumentsFull,
)


class PaperHeaders(Message):
    """What a paper is called, as the header beside its bytes says."""

    model_config = ConfigDict(loc_by_alias=False)

    name: Annotated[
        str,
        StringConstraints(pattern=r"^[ -~]{1,120}$", strip_whitespace=True, min_length=1),
        Field(alias="X-Goodfaith-Name"),
    ]


def reading_places() -> Places:
    """Return the places of one server for papers that are read."""
    return Places(READING_MAX, each=OF_A_NETWORK_MAX, wait_s=WAIT_S, refusal=UploadBusy)


class Papers:
    """The papers that are on their way just now, to the file that a route is about."""

    def __init__(
        self, sanitiser: Sanitiser | None = None, reading: Places | None = None, *, own: bool
    ) -> None:
        """Start with none.

        Args:
            sanitiser: reads the pages; a test has its own.
            reading: places for them, which both ways into a file share.
            own: the file is that of who sends, not one that the path names.
        """
        self._sanitiser = sanitiser or Sanitiser()
        self._reading = reading or reading_places()
        self._sending: set[str] = set()
        self._own = own

    @property
    def operation(self) -> Operation:
        """Return what adds a paper, with its contract."""
        return Operation(
            self.add,
            name="add_paper",
            text=self.add.__doc__ or "",
            file=BYTES,
            headers=PaperHeaders,
            gives=PractitionerFileView,
            media=JSON,
            refuses=OF_A_PAPER,
        )

    async def add(self, call: Call) -> Answer[PractitionerFileView]:
        """POST documents: a paper, as PDF, JPEG or PNG; it is kept as pictures of its pages."""
        practitioner_id = own_id(call) if self._own else call.path_id
        if call.request.content_type != BYTES or call.request.content_length == 0:
            raise BadRequest
        headers = call.request.headers
        given = {one: headers[one] for one in ("X-Goodfaith-Name",) if one in headers}
        name = PaperHeaders.model_validate(given).name
        if practitioner_id in self._sending:
            raise UploadBusy
        self._sending.add(practitioner_id)
        try:
            await attempts.begin(
                call.services, Limited("paper", practitioner_id, PER_WINDOW_MAX)
            )
            network = call.principal.organization_id or ""
            async with self._reading.one_of(network):
                content = await read_body(
                    call.request, FILE_BYTES_MAX, within_s=READ_S, too_large=UploadTooLarge
                )
                paper = Paper(practitioner_id, name, content)
                await documents.add(call.services, self._sanitiser, paper, event_of(call))
        finally:
            self._sending.discard(practitioner_id)
        return await shown(call, practitioner_id)
