"""Files as pages show them: one file whole, and the list of all of a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Final, TypedDict

from server.authority import ACTIVE, Authority
from server.credentials import (
    NEVER,
    Clearance,
    Employment,
    ExclusionCheck,
    Malpractice,
    Part,
    Standard,
    Training,
    trained_minutes,
)
from server.practitioner_files.expiring import Ending, days_left, near
from server.practitioner_files.importing import Import
from server.practitioner_files.reading import NetworkFiles
from server.storage import credential_documents, credentials, directory, expiry_notices
from server.storage.credential_documents import CredentialDocument
from server.storage.credentials import AuthorityCheck
from server.storage.database import Tx
from server.storage.directory import Practitioner, PractitionerFile
from server.storage.expiry_notices import Notice
from server.views.practitioner_files import (
    AuthorityCheckView,
    CollaborationView,
    CredentialDocumentView,
    DeaView,
    EmploymentView,
    EndingView,
    ExclusionCheckView,
    FileAuthorityView,
    FileImportView,
    FileRowView,
    MalpracticeView,
    MissingPartName,
    PractitionerFileView,
    PractitionersView,
    StandardView,
    TrainingView,
)
from server.views.staffing import RemarkView

MS: Final = 1_000
Told = dict[tuple[str, str, int], list[int]]


class PartFields(TypedDict):
    """What every part of a file says of itself."""

    id: str
    counts: bool
    entered_at_ms: int
    entered_by: str
    verified_at_ms: int | None
    verified_by: str | None
    source: str | None
    document_id: str | None
    ended_at_ms: int | None


async def file_view(
    tx: Tx, files: NetworkFiles, practitioner_id: str, *, now: int, service: bool
) -> PractitionerFileView:
    """Return one file whole; `service`: there is one that can be asked about licences.

    Raises:
        StopIteration: it is none of the network's.
    """
    file = next(
        one for one in files.files if one.practitioner.practitioner_id == practitioner_id
    )
    who, parts, cleared = file.practitioner, files.parts_of(file), files.clearance(file, now)
    checks = await credentials.checks_of(tx, practitioner_id)
    documents = await credential_documents.of_practitioner(tx, practitioner_id)
    told = await _told(tx, files.network_id, now)
    return PractitionerFileView(
        practitioner_id=practitioner_id,
        display_name=who.display_name,
        profession=who.profession,
        npi=who.npi,
        active=who.active,
        now_ms=now // MS,
        standard=standard_view(files.standard),
        verification_service=service,
        cleared=who.is_cleared(now),
        cleared_until_ms=_cleared_until(who),
        missing=_missing(cleared),
        trained_minutes=trained_minutes(parts.trainings, now),
        ends=_ends(files.endings(file, now), told, now),
        authorities=_authorities(file, checks),
        collaborations=_collaborations(files, file),
        dea=_dea(file),
        exclusion_checks=[_exclusion_check(one, now) for one in parts.exclusion_checks],
        malpractice=[_malpractice(one, now) for one in parts.malpractice],
        employments=[_employment(one, now) for one in parts.employments],
        trainings=[_training(one, now) for one in parts.trainings],
        documents=[_document(one) for one in documents],
    )


async def practitioners_view(tx: Tx, files: NetworkFiles, *, now: int) -> PractitionersView:
    """Return every practitioner of a network: who is cleared, and what ends when."""
    logins = {
        one.account_id: one.login for one in await directory.accounts_of(tx, files.network_id)
    }
    told = await _told(tx, files.network_id, now)
    unseen = await expiry_notices.unseen(tx, [files.network_id])
    waiting = unseen.get(files.network_id)
    return PractitionersView(
        now_ms=now // MS,
        standard=standard_view(files.standard),
        people=[
            FileRowView(
                practitioner_id=one.practitioner.practitioner_id,
                display_name=one.practitioner.display_name,
                profession=one.practitioner.profession,
                login=logins[one.practitioner.account_id],
                npi=one.practitioner.npi,
                active=one.practitioner.active,
                cleared=one.practitioner.is_cleared(now),
                cleared_until_ms=_cleared_until(one.practitioner),
                missing=_missing(files.clearance(one, now)),
                jurisdictions=sorted({each.jurisdiction for each in one.authorities}),
                unverified=sum(_is_open(each, now) for each in one.authorities),
                ends=_ends(files.endings(one, now), told, now),
            )
            for one in files.files
        ],
        unseen=waiting.count if waiting else 0,
    )


def standard_view(standard: Standard | None) -> StandardView | None:
    """Return what a network asks for, as pages show it."""
    return None if standard is None else StandardView(**asdict(standard))


def import_view(found: Import, *, applied: bool) -> FileImportView:
    """Return what a file of rows would do, or did."""
    return FileImportView(
        lines=found.lines,
        added=len(found.steps),
        unchanged=found.unchanged,
        errors=[
            RemarkView(line=one.line, column=one.column, code=one.code, message=one.message)
            for one in found.errors
        ],
        applied=applied,
    )


# ------------------------------------------------------------------ parts


def _part(one: Part, now: int) -> PartFields:
    return PartFields(
        id=one.part_id,
        counts=one.counts(now),
        entered_at_ms=one.entered_at // MS,
        entered_by=one.entered_by,
        verified_at_ms=_ms(one.verified_at),
        verified_by=one.verified_by,
        source=one.source,
        document_id=one.document_id,
        ended_at_ms=_ms(one.ended_at),
    )


def _exclusion_check(one: ExclusionCheck, now: int) -> ExclusionCheckView:
    return ExclusionCheckView(
        **_part(one, now),
        list_name=one.list_name,
        outcome=one.outcome,
        checked_at_ms=one.checked_at // MS,
    )


def _malpractice(one: Malpractice, now: int) -> MalpracticeView:
    return MalpracticeView(
        **_part(one, now),
        insurer=one.insurer,
        policy_number=one.policy_number,
        per_claim_usd=one.per_claim_usd,
        aggregate_usd=one.aggregate_usd,
        valid_from_ms=one.valid_from // MS,
        valid_until_ms=one.valid_until // MS,
    )


def _employment(one: Employment, now: int) -> EmploymentView:
    return EmploymentView(
        **_part(one, now),
        kind=one.kind,
        title=one.title,
        valid_from_ms=one.valid_from // MS,
        valid_until_ms=_ms(one.valid_until),
    )


def _training(one: Training, now: int) -> TrainingView:
    return TrainingView(
        **_part(one, now),
        topic=one.topic,
        provider=one.provider,
        minutes=one.minutes,
        completed_at_ms=one.completed_at // MS,
    )


def _authorities(
    file: PractitionerFile, checks: Sequence[AuthorityCheck]
) -> list[FileAuthorityView]:
    found: defaultdict[str, list[AuthorityCheckView]] = defaultdict(list)
    for check in checks:
        found[check.authority_id].append(_check(check))
    return [
        FileAuthorityView(
            id=one.authority_id,
            jurisdiction=one.jurisdiction,
            kind=one.kind,
            number=one.number,
            valid_from_ms=one.valid_from // MS,
            valid_until_ms=one.valid_until // MS,
            status=one.status,
            independent=one.independent_practice_verified,
            verified_at_ms=_ms(one.verified_at),
            verified_by=one.verified_by,
            source=one.source,
            verify_again_at_ms=_ms(one.verify_again_at),
            checks=found[one.authority_id],
        )
        for one in sorted(file.authorities, key=lambda one: (one.jurisdiction, one.valid_from))
    ]


def _is_open(one: Authority, now: int) -> bool:
    """Tell whether somebody should look at a licence: nobody did, or too long ago."""
    stands = one.status == ACTIVE and now < one.valid_until
    return one.verified_at is None or (stands and not one.is_verified(now))


def _check(one: AuthorityCheck) -> AuthorityCheckView:
    return AuthorityCheckView(
        at_ms=one.at // MS,
        outcome=one.outcome,
        method=one.method,
        actor=one.actor,
        checked_by=one.checked_by,
        source=one.source,
        document_id=one.document_id,
    )


def _collaborations(files: NetworkFiles, file: PractitionerFile) -> list[CollaborationView]:
    return [
        CollaborationView(
            id=one.collaboration_id,
            jurisdiction=one.jurisdiction,
            physician=one.physician_name,
            physician_id=one.physician_id,
            number=one.physician_number,
            active_from_ms=one.active_from // MS,
            active_until_ms=one.active_until // MS,
        )
        for one in files.backings.get(file.practitioner.practitioner_id, ())
    ]


def _dea(file: PractitionerFile) -> list[DeaView]:
    return [
        DeaView(
            id=one.registration_id,
            jurisdiction=one.jurisdiction,
            number=one.number,
            valid_until_ms=one.valid_until // MS,
            verified_at_ms=one.verified_at // MS,
            verified_by=one.verified_by,
            source=one.source,
            ended_at_ms=_ms(one.ended_at),
        )
        for one in sorted(
            file.registrations, key=lambda one: (one.jurisdiction, one.verified_at)
        )
    ]


def _document(one: CredentialDocument) -> CredentialDocumentView:
    return CredentialDocumentView(
        id=one.document_id,
        name=one.name,
        pages=one.pages,
        uploaded_by=one.uploaded_by,
        uploaded_at_ms=one.uploaded_at // MS,
    )


# ------------------------------------------------------------------ what ends


async def _told(tx: Tx, network_id: str, now: int) -> Told:
    told: Told = {}
    notices: Iterable[Notice] = await expiry_notices.of_network(tx, network_id, ends_after=now)
    for one in notices:
        told.setdefault((one.kind, one.subject_id, one.valid_until), []).append(one.days)
    return told


def _ends(ends: Sequence[Ending], told: Told, now: int) -> list[EndingView]:
    return [
        EndingView(
            kind=one.kind.value,
            jurisdiction=one.jurisdiction,
            valid_until_ms=one.valid_until // MS,
            days_left=days_left(one.valid_until, now),
            noticed=sorted(
                told.get((one.kind.value, one.subject_id, one.valid_until), []), reverse=True
            ),
        )
        for one in near(ends, now)
    ]


def _missing(cleared: Clearance) -> list[MissingPartName]:
    return [one.value for one in cleared.missing]


def _cleared_until(who: Practitioner) -> int | None:
    until = who.cleared_until
    return None if until is None or until >= NEVER else until // MS


def _ms(instant: int | None) -> int | None:
    return None if instant is None else instant // MS
