"""What every route of practitioners' files has in common: the answer, and the audit entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.auditing import Action, AuditEvent
from server.auditing.event import ROUTE_CHARS_MAX
from server.errors import NotFound
from server.http import changes
from server.http.calls import JPEG, Answer, Call, Picture, answer
from server.practitioner_files import documents
from server.practitioner_files.file_view import file_view
from server.practitioner_files.http_verification import service_of
from server.practitioner_files.reading import files_of
from server.views.practitioner_files import PractitionerFileView

COMPLIANCE: Final = "/api/v1/compliance"
ID_CHARS_MAX: Final = 64
PAGE_DIGITS_MAX: Final = 3


async def shown(call: Call, practitioner_id: str) -> Answer[PractitionerFileView]:
    """Answer with one file, whole."""
    async with call.services.database.read() as tx:
        network_id, settings = call.principal.organization_id or "", call.services.settings
        files = await files_of(tx, network_id, time_zone=settings.time_zone)
        now = call.services.clock.now()
        service = service_of(settings) is not None
        return answer(await file_view(tx, files, practitioner_id, now=now, service=service))


async def page_of(call: Call, practitioner_id: str) -> Picture:
    """Answer with a page of a paper that the path names.

    Raises:
        NotFound: this practitioner has no such paper, or it no such page.
    """
    document_id, number = call.request.match_info["document"], call.request.match_info["page"]
    is_number = number.isascii() and number.isdigit() and len(number) <= PAGE_DIGITS_MAX
    if len(document_id) > ID_CHARS_MAX or not is_number:
        raise NotFound
    content = await documents.page(call.services, practitioner_id, document_id, int(number))
    return Picture(body=content, content_type=JPEG)


def own_id(call: Call) -> str:
    """Return the practitioner who is asking."""
    return call.principal.practitioner_id or ""


def event_of(call: Call) -> AuditEvent:
    """Return the audit entry of a change of a file, or of what is asked of files.

    Its route names the practitioner whose file it is; in their own, they are the actor.
    """
    return replace(changes.event_of(call, Action.FILE_CHANGED), route=_route(call))


def _route(call: Call) -> str:
    """Return the route as it is entered: with the id in it, there is no room for all of it."""
    if "{id}" not in call.key:
        return call.key
    named = call.key.replace(COMPLIANCE, "").replace("{id}", call.path_id)
    return named if len(named) <= ROUTE_CHARS_MAX else call.key
