"""Practitioners' files over HTTP, for compliance: who is cleared, who looked, what ends.

Each change is committed with its audit entry; then the waiting room looks at once, so that what
rings for somebody who may not examine any more is withdrawn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from server import auditing
from server.credentials import Part
from server.errors import NotFound
from server.forward.sanitising import Sanitiser
from server.http.calls import Answer, Call, EmptyForm, Nothing, Picture, answer, nothing
from server.http.file_answers import ID_CHARS_MAX, event_of, page_of, shown
from server.http.operation import operation
from server.http.papers import Papers
from server.http.places import Places, one_each
from server.http.routes import Route, Subject
from server.practitioner_files import entering, forms, importing, looking_up
from server.practitioner_files.entering import Evidence
from server.practitioner_files.file_view import import_view, practitioners_view
from server.practitioner_files.http_verification import service_of
from server.practitioner_files.reading import files_of
from server.practitioner_files.refusals import FileImportRunning
from server.practitioner_files.taking_effect import took_effect
from server.practitioner_files.verification import (
    NoVerificationService,
    VerificationFailed,
)
from server.storage import credentials, directory, expiry_notices
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.views.practitioner_files import (
    AuthorityForm,
    AuthorityStatusForm,
    CollaborationForm,
    DeaForm,
    EmploymentForm,
    EvidenceForm,
    ExclusionCheckForm,
    FileImportForm,
    FileImportView,
    MalpracticeForm,
    PractitionerFileView,
    PractitionersView,
    SeenForm,
    StandardForm,
    TrainingForm,
    VerifyForm,
)

API: Final = "/api/v1/compliance/practitioners"
ONE: Final = f"{API}/{{id}}"
STANDARD: Final = "/api/v1/compliance/credential-standard"
MS: Final = 1_000


@operation()
async def get_practitioners(call: Call) -> Answer[PractitionersView]:
    """GET: every practitioner: who is cleared, what is missing, what ends when."""
    return await _listed(call)


@operation()
async def get_file(call: Call) -> Answer[PractitionerFileView]:
    """GET practitioners/{id}: one file, whole."""
    return await shown(call, call.path_id)


# ------------------------------------------------------------------ what is entered


@operation()
async def post_authority(call: Call, form: AuthorityForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/authorities: a licence, that counts once it is verified."""
    claimed = forms.authority_of(form)

    async def work(tx: Tx) -> object:
        who = await directory.practitioner(tx, call.path_id)
        return await entering.enter_authority(tx, call.services, who, claimed)

    return await _changed(call, work)


@operation()
async def post_malpractice(call: Call, form: MalpracticeForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/malpractice: a policy; with its evidence it counts at once."""
    part, seen = forms.malpractice_of(form, _zone(call)), _seen(form.evidence)
    return await _changed(call, lambda tx: _enter(tx, call, part, seen))


@operation()
async def post_training(call: Call, form: TrainingForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/trainings: training; with its evidence it counts at once."""
    part, seen = forms.training_of(form, _zone(call)), _seen(form.evidence)
    return await _changed(call, lambda tx: _enter(tx, call, part, seen))


@operation()
async def post_employment(call: Call, form: EmploymentForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/employments: what they are to the network."""
    part, seen = forms.employment_of(form, _zone(call)), _seen(form.evidence)
    return await _changed(call, lambda tx: _enter(tx, call, part, seen))


@operation()
async def post_exclusion_check(
    call: Call, form: ExclusionCheckForm
) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/exclusion-checks: a look into a list of excluded people.

    One that found them takes them off at once, until a later look into that list is clear.
    """
    part, seen = forms.exclusion_check_of(form, _zone(call)), _seen(form.evidence)
    return await _changed(call, lambda tx: _enter(tx, call, part, seen))


@operation()
async def post_collaboration(
    call: Call, form: CollaborationForm
) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/collaborations: a physician who answers for them somewhere."""
    backing = forms.collaboration_of(form)
    return await _changed(
        call,
        lambda tx: entering.enter_collaboration(tx, call.services, call.path_id, backing),
    )


@operation()
async def post_dea(call: Call, form: DeaForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/dea: a DEA registration that was looked up."""
    _, valid_until = forms.term_of(form.jurisdiction, form.until, form.until)
    return await _changed(
        call,
        lambda tx: entering.enter_dea(
            tx,
            call.services,
            call.path_id,
            jurisdiction=form.jurisdiction,
            number=form.number,
            valid_until=valid_until,
            seen=forms.evidence_of(form.evidence),
        ),
    )


# ------------------------------------------------------------------ what is decided


@operation()
async def verify_authority(call: Call, form: VerifyForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/authorities/{part}/verify: somebody looked at the source."""
    return await _changed(
        call,
        lambda tx: entering.verify_authority(
            tx,
            call.services,
            call.path_id,
            _part(call),
            forms.evidence_of(form),
            by=auditing.actor_of(call.principal),
            independent=form.independent,
        ),
    )


@operation(VerificationFailed, NoVerificationService)
async def look_up(call: Call, _: EmptyForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/authorities/{part}/look-up: the verification service is asked.

    A licence that it calls active counts from now on; one of another status is suspended.
    """
    services = call.services
    service = service_of(services.settings)
    if service is None:
        raise NoVerificationService
    await looking_up.look_up(services, service, call.path_id, _part(call), event_of(call))
    await took_effect(services, _network(call))
    return await shown(call, call.path_id)


@operation()
async def put_status(call: Call, form: AuthorityStatusForm) -> Answer[PractitionerFileView]:
    """PUT practitioners/{id}/authorities/{part}/status: suspend, revoke or restore it, now.

    Suspended and revoked are all rows of the licence, restored is this one.
    """
    return await _changed(
        call,
        lambda tx: entering.set_status(
            tx,
            call.services,
            call.path_id,
            _part(call),
            form.status,
            by=auditing.actor_of(call.principal),
        ),
    )


@operation()
async def verify_part(call: Call, form: EvidenceForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/parts/{kind}/{part}/verify: a claim counts from now on."""
    kind = entering.KINDS.get(call.request.match_info["kind"])
    if kind is None:
        raise NotFound
    return await _changed(
        call,
        lambda tx: entering.verify(
            tx, call.services, call.path_id, kind, _part(call), forms.evidence_of(form)
        ),
    )


@operation()
async def end_part(call: Call, _: EmptyForm) -> Answer[PractitionerFileView]:
    """POST practitioners/{id}/parts/{kind}/{part}/end: it counts no more, from now on.

    `kind` is malpractice, employments, trainings, exclusion-checks, collaborations or dea.
    """
    name, services = call.request.match_info["kind"], call.services
    if name == "collaborations":
        return await _changed(
            call,
            lambda tx: entering.end_collaboration(tx, services, call.path_id, _part(call)),
        )
    if name == "dea":
        return await _changed(
            call, lambda tx: entering.end_dea(tx, services, call.path_id, _part(call))
        )
    kind = entering.KINDS.get(name)
    if kind is None:
        raise NotFound
    return await _changed(
        call, lambda tx: entering.end(tx, services, call.path_id, kind, _part(call))
    )


# ------------------------------------------------------------------ the network


@operation()
async def put_standard(call: Call, form: StandardForm) -> Answer[PractitionersView]:
    """PUT credential-standard: what the network asks of every file, from now on."""
    services, event = call.services, event_of(call)
    async with services.database.write() as tx:
        await auditing.note(tx, event)
        await credentials.set_standard(
            tx,
            _network(call),
            forms.standard_of(form),
            now=event.at,
            time_zone=services.settings.time_zone,
            by=event.actor,
        )
    await took_effect(services, _network(call))
    return await _listed(call)


class Imports:
    """The files of rows that are taken in just now: a few, as each holds a connection."""

    def __init__(self) -> None:
        """Start with none."""
        self._places = one_each(FileImportRunning)

    async def import_files(self, call: Call, form: FileImportForm) -> Answer[FileImportView]:
        """POST practitioners/import: what a file of rows would do; with `apply`, all of it."""
        services, event = call.services, event_of(call)
        async with self._places.one_of(_network(call)), services.database.write() as tx:
            found = await importing.plan(tx, services, _network(call), form.csv)
            applied = form.apply and not found.errors
            if applied:
                await importing.apply(tx, services, found, by=event.actor)
                await auditing.note(tx, replace(event, number=len(found.steps)))
        if applied:
            await took_effect(services, _network(call))
        return answer(import_view(found, applied=applied))


@operation()
async def post_seen(call: Call, form: SeenForm) -> Nothing:
    """POST practitioners/notices/seen: compliance has seen what ends."""
    async with call.services.database.write() as tx:
        await expiry_notices.see(
            tx,
            _network(call),
            noticed_until=form.noticed_until_ms * MS + MS - 1,
            at=call.services.clock.now(),
        )
    return nothing()


# ------------------------------------------------------------------ papers


@operation()
async def get_page(call: Call) -> Picture:
    """GET practitioners/{id}/documents/{document}/pages/{page}: a page of a paper."""
    return await page_of(call, call.path_id)


# ------------------------------------------------------------------


async def _enter(tx: Tx, call: Call, part: Part, seen: Evidence | None) -> str:
    by = auditing.actor_of(call.principal)
    return await entering.enter(tx, call.services, call.path_id, part, by=by, evidence=seen)


async def _changed(
    call: Call, work: Callable[[Tx], Awaitable[object]]
) -> Answer[PractitionerFileView]:
    """Do one change of a file with its audit entry, let it take effect, and show the file."""
    try:
        async with call.services.database.write() as tx:
            await work(tx)
            await auditing.note(tx, event_of(call))
    except RowMissing:
        raise NotFound from None
    await took_effect(call.services, _network(call))
    return await shown(call, call.path_id)


async def _listed(call: Call) -> Answer[PractitionersView]:
    async with call.services.database.read() as tx:
        time_zone = call.services.settings.time_zone
        files = await files_of(tx, _network(call), time_zone=time_zone)
        return answer(await practitioners_view(tx, files, now=call.services.clock.now()))


def _part(call: Call) -> str:
    wanted = call.request.match_info["part"]
    if len(wanted) > ID_CHARS_MAX:
        raise NotFound
    return wanted


def _seen(form: EvidenceForm | None) -> Evidence | None:
    return None if form is None else forms.evidence_of(form)


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


def _zone(call: Call) -> str:
    return call.services.settings.time_zone


def routes(
    sanitiser: Sanitiser | None = None, reading: Places | None = None
) -> tuple[Route, ...]:
    """Return the routes of one server, with the papers and files on their way to it."""
    about = Subject.PRACTITIONER
    import_files = operation(FileImportRunning)(Imports().import_files)
    authority = f"{ONE}/authorities/{{part}}"
    part = f"{ONE}/parts/{{kind}}/{{part}}"
    paper = Papers(sanitiser, reading, own=False).operation
    return (
        Route("GET", API, get_practitioners),
        Route("POST", f"{API}/import", import_files),
        Route("POST", f"{API}/notices/seen", post_seen),
        Route("PUT", STANDARD, put_standard),
        Route("GET", ONE, get_file, about),
        Route("POST", f"{ONE}/authorities", post_authority, about),
        Route("POST", f"{authority}/verify", verify_authority, about),
        Route("POST", f"{authority}/look-up", look_up, about),
        Route("PUT", f"{authority}/status", put_status, about),
        Route("POST", f"{ONE}/malpractice", post_malpractice, about),
        Route("POST", f"{ONE}/trainings", post_training, about),
        Route("POST", f"{ONE}/employments", post_employment, about),
        Route("POST", f"{ONE}/exclusion-checks", post_exclusion_check, about),
        Route("POST", f"{ONE}/collaborations", post_collaboration, about),
        Route("POST", f"{ONE}/dea", post_dea, about),
        Route("POST", f"{part}/verify", verify_part, about),
        Route("POST", f"{part}/end", end_part, about),
        Route("POST", f"{ONE}/documents", paper, about),
        Route("GET", f"{ONE}/documents/{{document}}/pages/{{page}}", get_page, about),
    )
