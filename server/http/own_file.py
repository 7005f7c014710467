"""One's own file over HTTP: what is there, what is missing, and claims.

A practitioner enters what they have; it counts once compliance has looked at its source.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from server import auditing
from server.credentials import Part
from server.errors import BadRequest, Conflict
from server.forward.sanitising import Sanitiser
from server.http.calls import Answer, Call, Picture
from server.http.file_answers import event_of, own_id, page_of, shown
from server.http.operation import operation
from server.http.papers import Papers
from server.http.places import Places
from server.http.routes import Route
from server.practitioner_files import entering, forms
from server.storage import credentials, directory
from server.storage.database import Tx
from server.views.practitioner_files import (
    AuthorityForm,
    MalpracticeForm,
    PractitionerFileView,
    TrainingForm,
)

API: Final = "/api/v1/console/file"
CLAIMS_MAX: Final = 200  # rows of one file that were not verified


class ClaimsFull(Conflict):
    """There are as many claims as compliance can be asked to look at."""

    code = "claims_full"
    message = "Your file has too many entries that nobody has looked at yet."


@operation()
async def get_own_file(call: Call) -> Answer[PractitionerFileView]:
    """GET file: one's own, whole."""
    return await shown(call, own_id(call))


@operation(ClaimsFull)
async def post_own_authority(call: Call, form: AuthorityForm) -> Answer[PractitionerFileView]:
    """POST file/authorities: a licence, as claimed."""
    claimed = forms.authority_of(form)

    async def work(tx: Tx) -> object:
        who = await directory.practitioner(tx, own_id(call))
        return await entering.enter_authority(tx, call.services, who, claimed)

    return await _claimed(call, work)


@operation(ClaimsFull)
async def post_own_malpractice(
    call: Call, form: MalpracticeForm
) -> Answer[PractitionerFileView]:
    """POST file/malpractice: a policy, as claimed; evidence is compliance's to give."""
    if form.evidence is not None:
        raise BadRequest(fields=("evidence",))
    part = forms.malpractice_of(form, call.services.settings.time_zone)
    return await _claimed(call, lambda tx: _enter(tx, call, part))


@operation(ClaimsFull)
async def post_own_training(call: Call, form: TrainingForm) -> Answer[PractitionerFileView]:
    """POST file/trainings: training, as claimed; evidence is compliance's to give."""
    if form.evidence is not None:
        raise BadRequest(fields=("evidence",))
    part = forms.training_of(form, call.services.settings.time_zone)
    return await _claimed(call, lambda tx: _enter(tx, call, part))


@operation()
async def get_own_page(call: Call) -> Picture:
    """GET file/documents/{document}/pages/{page}: a page of a paper of one's own."""
    return await page_of(call, own_id(call))


async def _enter(tx: Tx, call: Call, part: Part) -> str:
    by = auditing.actor_of(call.principal)
    return await entering.enter(tx, call.services, own_id(call), part, by=by)


async def _claimed(
    call: Call, work: Callable[[Tx], Awaitable[object]]
) -> Answer[PractitionerFileView]:
    """Enter a claim with its audit entry, and show the file. It lets nobody be matched."""
    async with call.services.database.write() as tx:
        if await credentials.claims_of(tx, own_id(call)) >= CLAIMS_MAX:
            raise ClaimsFull
        await work(tx)
        await auditing.note(tx, event_of(call))
    return await shown(call, own_id(call))


def routes(
    sanitiser: Sanitiser | None = None, reading: Places | None = None
) -> tuple[Route, ...]:
    """Return the routes of one server, with the papers that are on their way to it."""
    return (
        Route("GET", API, get_own_file),
        Route("POST", f"{API}/authorities", post_own_authority),
        Route("POST", f"{API}/malpractice", post_own_malpractice),
        Route("POST", f"{API}/trainings", post_own_training),
        Route("POST", f"{API}/documents", Papers(sanitiser, reading, own=True).operation),
        Route("GET", f"{API}/documents/{{document}}/pages/{{page}}", get_own_page),
    )
