"""What a patient sends towards an exam without a live visit: photos, and pages of records.

    add      bytes -> limits -> clean pictures -> sealed, and an entry each -> COMMIT
    remove   the pictures are forgotten; the entry that they were there stays

Nothing is sent before consent to this form of exam, and nothing is changed after submitting.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from server import charting
from server.access import Principal
from server.chart.entries import AnyEntry, UploadAdded, UploadRemoved
from server.errors import NotFound, WrongStep
from server.forward import limits
from server.forward.refusals import UploadsFull
from server.forward.sanitising import Sanitised, Sanitiser, accepted
from server.forward.wanted import MORE, wanted_views
from server.join_view import opened
from server.joining import Intake, step_of
from server.services import Services
from server.storage import uploads
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.storage.uploads import Part, Upload
from server.views import UploadForm

ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: what it is to be, and its bytes."""

    form: UploadForm
    content: bytes


def require_sending(intake: Intake) -> None:
    """Refuse what belongs to sending photos at any other time.

    Raises:
        WrongStep: something before it is missing, it was submitted, or it is a video visit.
    """
    if not intake.state.forward.forward or step_of(intake) != "photos":
        raise WrongStep


async def require_wanted(services: Services, principal: Principal, form: UploadForm) -> str:
    """Refuse a file by what is said of it: nobody need read it to know.

    Returns:
        The spa that the visit is for.

    Raises:
        UploadsFull: there are as many as there may be.
        WrongStep: it is not the time for it.
        NotFound: the view is none that is wanted.
    """
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        require_sending(intake)
        if not await _is_there(tx, encounter, form):
            await _room(tx, encounter, intake, form)
    return encounter.spa_id


async def add(
    services: Services, principal: Principal, sanitiser: Sanitiser, file: File
) -> None:
    """Take a file in. The same file sent again is there once.

    Raises:
        UploadRefused: it is not taken, with the reason.
        UploadsFull: there are as many as there may be.
        WrongStep: it is not the time for it.
        NotFound: the view is none that is wanted.
    """
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        require_sending(intake)
        if await _is_there(tx, encounter, file.form):
            return
        room = await _room(tx, encounter, intake, file.form)
    accepted(file.content, file.form.kind)
    pictures = await sanitiser.sanitise(file.content, file.form.kind, pages_max=room)
    received_sha256 = hashlib.sha256(file.content).hexdigest()
    async with services.database.write() as tx:
        encounter, intake = await opened(tx, services, principal, lock=True)
        if await _is_there(tx, encounter, file.form):
            return
        if await _room(tx, encounter, intake, file.form) < len(pictures):
            raise UploadsFull
        charting.require_room(encounter, services.settings.entries_per_encounter_max)
        entries = await _replaced(tx, services, encounter, intake, file.form)
        for page, one in enumerate(pictures, start=1):
            row = await _stored(tx, services, encounter, file.form, one, page)
            entries.append(_added(row, file, one, received_sha256))
        await _write(tx, services, encounter, entries)


async def _is_there(tx: Tx, encounter: Encounter, form: UploadForm) -> bool:
    """Tell whether this very file came before, be it that it was taken back since."""
    known = await uploads.of_encounter(tx, encounter.encounter_id, removed=True)
    return any(one.file_id == form.file_id for one in known)


async def _room(tx: Tx, encounter: Encounter, intake: Intake, form: UploadForm) -> int:
    """Return how many pictures of this kind there may still be; at least one.

    Raises:
        UploadsFull: none.
        WrongStep: photos are not what is being done.
        NotFound: the view is none that is wanted.
    """
    require_sending(intake)
    photo = form.kind == "image"
    if photo and form.view not in {*wanted_views(intake.state.treatments), MORE}:
        raise NotFound
    again = len(_same_view(intake, form.view)) if photo else 0
    here = len(intake.state.forward.of_kind(form.kind)) - again
    most = limits.IMAGES_MAX if photo else limits.RECORD_PAGES_MAX
    ever = await uploads.sent_ever(tx, encounter.encounter_id)
    room = min(most - here, limits.SENT_MAX - ever)
    if room < 1:
        raise UploadsFull
    return room


def _same_view(intake: Intake, view: str | None) -> list[UploadAdded]:
    """Return photos that a new one of this view takes the place of."""
    if view is None or view == MORE:
        return []
    return [one for one in intake.state.forward.of_kind("image") if one.view == view]


async def _replaced(
    tx: Tx, services: Services, encounter: Encounter, intake: Intake, form: UploadForm
) -> list[AnyEntry]:
    """Take out the photo of the same view, if there is one: it was taken again."""
    if form.kind != "image":
        return []
    gone: list[AnyEntry] = []
    for one in _same_view(intake, form.view):
        now = services.clock.now()
        await uploads.remove(tx, encounter.encounter_id, one.upload_id, now=now)
        gone.append(UploadRemoved(upload_id=one.upload_id, sha256=one.sha256))
    return gone


async def _stored(
    tx: Tx,
    services: Services,
    encounter: Encounter,
    form: UploadForm,
    one: Sanitised,
    page: int,
) -> Upload:
    row = Upload(
        upload_id=f"upload-{services.random_bytes(ID_BYTES).hex()}",
        encounter_id=encounter.encounter_id,
        file_id=form.file_id,
        kind=form.kind,
        page=page,
        media_type="image/jpeg",
        size=len(one.picture.image),
        sha256=one.picture.sha256,
        uploaded_at=services.clock.now(),
    )
    await uploads.add(tx, row, one.picture, keyring=services.keyring)
    return row


def _added(row: Upload, file: File, one: Sanitised, received_sha256: str) -> UploadAdded:
    return UploadAdded(
        upload_id=row.upload_id,
        file_id=row.file_id,
        upload_kind=row.kind,
        page=row.page,
        view=file.form.view if row.kind == "image" else None,
        media_type=row.media_type,
        sha256=row.sha256,
        size=row.size,
        width_px=one.width_px,
        height_px=one.height_px,
        received_type=accepted(file.content, file.form.kind).value,
        received_size=len(file.content),
        received_sha256=received_sha256,
    )


async def remove(services: Services, principal: Principal, upload_id: str) -> None:
    """Forget a picture, and the other pages of its file.

    Raises:
        NotFound: there is none.
        WrongStep: it was submitted, or photos are not what is being done.
    """
    async with services.database.write() as tx:
        encounter, intake = await opened(tx, services, principal, lock=True)
        require_sending(intake)
        there = intake.state.forward.uploads
        if upload_id not in there:
            raise NotFound
        charting.require_room(encounter, services.settings.entries_per_encounter_max)
        gone: list[AnyEntry] = []
        for one in there.values():
            if one.file_id == there[upload_id].file_id:
                now = services.clock.now()
                await uploads.remove(tx, encounter.encounter_id, one.upload_id, now=now)
                gone.append(UploadRemoved(upload_id=one.upload_id, sha256=one.sha256))
        await _write(tx, services, encounter, gone)


async def picture(
    services: Services, principal: Principal, upload_id: str, part: Part
) -> bytes:
    """Return a picture, or its thumbnail, of the patient's own.

    Raises:
        NotFound: there is none.
    """
    encounter_id = principal.encounter_id or ""
    try:
        async with services.database.read() as tx:
            return await uploads.opened(
                tx, encounter_id, upload_id, part, keyring=services.keyring
            )
    except RowMissing:
        raise NotFound from None


async def _write(
    tx: Tx, services: Services, encounter: Encounter, entries: list[AnyEntry]
) -> None:
    await charting.write(
        tx,
        services.keyring,
        encounter.encounter_id,
        charting.patient(encounter.encounter_id),
        entries,
        now=services.clock.now(),
    )
