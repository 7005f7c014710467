"""A part of a file is written down, verified, or taken back.

    claimed   --verified--> counts --taken back, or its day comes--> counts no more
    entered by compliance, with who looked and where: counts at once

Each function works in the caller's transaction and settles the file there; after the commit the
caller has the waiting room look (`taking_effect`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from server import accounts
from server.accounts import ClaimedAuthority, EnrolmentRefused
from server.authority import ACTIVE, Authority, Collaboration
from server.credentials import (
    Employment,
    ExclusionCheck,
    Malpractice,
    Part,
    Training,
)
from server.dea import DeaRegistration, is_number
from server.errors import InvalidBody
from server.jurisdictions import is_jurisdiction
from server.services import Core
from server.storage import credential_documents, credentials, dea, directory, licences
from server.storage.credentials import AuthorityCheck
from server.storage.database import Tx
from server.storage.directory import Practitioner
from server.storage.errors import RowMissing

Status = Literal["active", "suspended", "revoked"]
Method = Literal["person", "service", "import"]
CONFIRMED: Final = "confirmed"
KINDS: Final[Mapping[str, type[Part]]] = {
    "malpractice": Malpractice,
    "employments": Employment,
    "trainings": Training,
    "exclusion-checks": ExclusionCheck,
}
"""What a path calls the parts of a file."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who looked, and at which source; `document_id`: the paper, where it is kept here."""

    checked_by: str
    source: str
    document_id: str | None = None


async def enter(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    part: Part,
    *,
    by: str,
    evidence: Evidence | None = None,
) -> str:
    """Write a part down, as a claim or with its evidence, and return its id.

    Raises:
        InvalidBody: naming the field that cannot be so.
        RowMissing: no such practitioner, or no such document of theirs.
    """
    part_id = await write_down(tx, core, practitioner_id, part, by=by, evidence=evidence)
    await settle(tx, core, practitioner_id)
    return part_id


async def write_down(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    part: Part,
    *,
    by: str,
    evidence: Evidence | None = None,
) -> str:
    """Write a part down as `enter` does, of many: the file is to be settled after the last.

    Raises:
        InvalidBody: naming the field that cannot be so.
        RowMissing: no such document of theirs.
    """
    now = core.clock.now()
    wrong = fault(part, now)
    if wrong is not None:
        raise InvalidBody(fields=(wrong,))
    entered = replace(part, part_id=accounts.new_id(core), entered_at=now, entered_by=by)
    if evidence is not None:
        await _require_document(tx, practitioner_id, evidence)
        entered = replace(
            entered,
            verified_at=now,
            verified_by=evidence.checked_by,
            source=evidence.source,
            document_id=evidence.document_id,
        )
    await credentials.add_part(tx, practitioner_id, entered)
    return entered.part_id


async def verify(
    tx: Tx, core: Core, practitioner_id: str, kind: type[Part], part_id: str, seen: Evidence
) -> None:
    """Let a claim count: somebody looked.

    Raises:
        RowMissing: this practitioner has no such claim or document.
    """
    await note_look(tx, core, practitioner_id, kind, part_id, seen)
    await settle(tx, core, practitioner_id)


async def note_look(
    tx: Tx, core: Core, practitioner_id: str, kind: type[Part], part_id: str, seen: Evidence
) -> None:
    """Write down as `verify` does, of many: the file is to be settled after the last.

    Raises:
        RowMissing: this practitioner has no such claim or document.
    """
    await _require_document(tx, practitioner_id, seen)
    values = {
        "verified_at": core.clock.now(),
        "verified_by": seen.checked_by,
        "source": seen.source,
        **({"document_id": seen.document_id} if seen.document_id else {}),
    }
    await credentials.change_part(tx, kind, practitioner_id, part_id, values, claims_only=True)


async def end(tx: Tx, core: Core, practitioner_id: str, kind: type[Part], part_id: str) -> None:
    """Take a part back: it counts no more.

    Raises:
        RowMissing: this practitioner has no such part, or it was taken back before.
    """
    now = core.clock.now()
    await credentials.change_part(tx, kind, practitioner_id, part_id, {"ended_at": now})
    await settle(tx, core, practitioner_id)


async def settle(tx: Tx, core: Core, practitioner_id: str) -> None:
    """Write until when a file is complete, after the last of its changes. Raises RowMissing."""
    time_zone = core.settings.time_zone
    await credentials.settle(tx, practitioner_id, now=core.clock.now(), time_zone=time_zone)


def fault(part: Part, now: int) -> str | None:
    """Return the name of the field that cannot be so, or None."""
    match part:
        case Malpractice():
            return "until" if part.valid_from >= part.valid_until else None
        case Employment():
            over = part.valid_until is not None and part.valid_from >= part.valid_until
            return "until" if over else None
        case ExclusionCheck():
            return "checked_on" if part.checked_at > now else None
        case Training():
            return "completed_on" if part.completed_at > now else None
        case _:
            return None


# ------------------------------------------------------------------ licences


async def enter_authority(
    tx: Tx, core: Core, practitioner: Practitioner, claimed: ClaimedAuthority
) -> Authority:
    """Write a licence down as claimed: it counts once it is verified.

    Raises:
        InvalidBody: naming the field that cannot be so.
    """
    if not is_jurisdiction(claimed.jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    if claimed.valid_from >= claimed.valid_until:
        raise InvalidBody(fields=("until",))
    return await accounts.add_authority(tx, core, practitioner, claimed)


async def verify_authority(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    authority_id: str,
    seen: Evidence,
    *,
    by: str,
    independent: bool | None = None,
    method: Method = "person",
) -> None:
    """Write down that a licence was looked up at its primary source, by whom and where.

    Args:
        tx: the transaction.
        core: the data.
        practitioner_id: whose it must be.
        authority_id: which.
        seen: who looked, and where.
        by: who writes it down, as the audit log names them.
        independent: what the source says of independent practice; None: nothing. A person who
            says nothing leaves what was entered, which they saw; nobody saw what a service or
            a file says nothing of, so it counts only where it was verified before.
        method: how it came here.

    Raises:
        RowMissing: this practitioner has no such authority or document.
    """
    row = await credentials.authority_row(tx, practitioner_id, authority_id)
    await _require_document(tx, practitioner_id, seen)
    if independent is None and method != "person" and row["verified_at"] is None:
        independent = False
    await accounts.verify_authority(
        tx, core, authority_id, verified_by=seen.checked_by, source=seen.source
    )
    if independent is not None:
        await credentials.set_independent(tx, authority_id, independent=independent)
    await credentials.add_check(
        tx, _check(core, authority_id, CONFIRMED, by=by, seen=seen, method=method)
    )


async def set_status(
    tx: Tx, core: Core, practitioner_id: str, authority_id: str, status: Status, *, by: str
) -> None:
    """Suspend or revoke a licence, or let one row of it count again: at once.

    A board acts on the licence: suspended or revoked are all its rows, those of terms that are
    still to begin too. A row that was revoked is not suspended. Restored is this row alone.

    Raises:
        RowMissing: this practitioner has no such authority.
    """
    for row in await licences.hold(tx, practitioner_id, authority_id):
        acted_on = (
            row["id"] == authority_id if status == ACTIVE else _falls(row["status"], status)
        )
        if acted_on:
            await directory.set_authority_status(tx, row["id"], status)
            await credentials.add_check(tx, _check(core, row["id"], status, by=by))


def _falls(before: str, status: Status) -> bool:
    """Tell whether a row has still to be brought down to a status."""
    return before not in {status, credentials.REVOKED}


async def _require_document(tx: Tx, practitioner_id: str, seen: Evidence) -> None:
    if seen.document_id is not None:
        await credential_documents.get(tx, practitioner_id, seen.document_id)


def _check(
    core: Core,
    authority_id: str,
    outcome: str,
    *,
    by: str,
    seen: Evidence | None = None,
    method: Method = "person",
) -> AuthorityCheck:
    return AuthorityCheck(
        check_id=accounts.new_id(core),
        authority_id=authority_id,
        at=core.clock.now(),
        outcome=outcome,
        method=method,
        actor=by,
        checked_by=seen.checked_by if seen else None,
        source=seen.source if seen else None,
        document_id=seen.document_id if seen else None,
    )


# ------------------------------------------------------------------ who else answers, DEA


async def enter_collaboration(
    tx: Tx, core: Core, practitioner_id: str, one: Collaboration
) -> None:
    """Write down who answers for a practitioner in one jurisdiction, and from when to when.

    Raises:
        InvalidBody: naming the field that cannot be so; a physician of another network is
            refused like one that nobody knows.
        RowMissing: no such practitioner.
    """
    if not is_jurisdiction(one.jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    if one.active_from >= one.active_until:
        raise InvalidBody(fields=("until",))
    await directory.practitioner(tx, practitioner_id)
    try:
        await accounts.add_collaboration(tx, core, practitioner_id, one)
    except (EnrolmentRefused, RowMissing):
        raise InvalidBody(fields=("physician_id",)) from None


async def end_collaboration(tx: Tx, core: Core, practitioner_id: str, one: str) -> None:
    """Let a collaboration end now.

    Raises:
        RowMissing: this practitioner has no such one that still goes on.
    """
    await credentials.end_collaboration(tx, practitioner_id, one, at=core.clock.now())


async def enter_dea(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    *,
    jurisdiction: str,
    number: str,
    valid_until: int,
    seen: Evidence,
) -> str:
    """Write a DEA registration down that was looked up, and return its id.

    Raises:
        InvalidBody: naming the field that cannot be so.
    """
    printed = number.strip().upper()
    if not is_jurisdiction(jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    if not is_number(printed):
        raise InvalidBody(fields=("number",))
    entered = DeaRegistration(
        registration_id=accounts.new_id(core),
        jurisdiction=jurisdiction,
        number=printed,
        valid_until=valid_until,
        verified_at=core.clock.now(),
        verified_by=seen.checked_by,
        source=seen.source,
    )
    await dea.add(tx, practitioner_id, entered)
    return entered.registration_id


async def end_dea(tx: Tx, core: Core, practitioner_id: str, registration_id: str) -> None:
    """Take a DEA registration back.

    Raises:
        RowMissing: this practitioner has no such one that still stands.
    """
    file = await directory.practitioner_file(tx, practitioner_id)
    if registration_id not in {one.registration_id for one in file.registrations}:
        raise RowMissing("dea_registrations", registration_id)
    await dea.end(tx, registration_id, at=core.clock.now())
