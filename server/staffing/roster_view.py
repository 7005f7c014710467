"""Shifts as the pages show them."""

from __future__ import annotations

from typing import Final

from server.jurisdictions import name_of
from server.staffing.coverage import HOURS, coverage
from server.staffing.importing import Import
from server.staffing.roster_csv import Remark
from server.staffing.spans import HOUR_US, Span
from server.storage import directory, shifts
from server.storage.database import Tx
from server.storage.shifts import Shift
from server.views import (
    CoverageRowView,
    CoverageView,
    ImportView,
    OwnShiftsView,
    RemarkView,
    RosterPersonView,
    RosterView,
    ShiftView,
)
from server.waiting.authorities import in_force

MS: Final = 1_000


async def roster_view(tx: Tx, network_id: str, span: Span, *, now: int) -> RosterView:
    """Return a network's practitioners and their shifts in a stretch of time."""
    logins = {one.account_id: one.login for one in await directory.accounts_of(tx, network_id)}
    return RosterView(
        now_ms=now // MS,
        people=[
            RosterPersonView(
                practitioner_id=file.practitioner.practitioner_id,
                display_name=file.practitioner.display_name,
                profession=file.practitioner.profession,
                login=logins[file.practitioner.account_id],
                npi=file.practitioner.npi,
                jurisdictions=sorted(in_force(file, now)),
            )
            for file in await directory.practitioner_files(tx, network_id)
            if file.practitioner.active
        ],
        shifts=[
            shift_view(one)
            for one in await shifts.between(tx, network_id, span.starts_at, span.ends_at)
        ],
    )


async def own_shifts(tx: Tx, practitioner_id: str, span: Span, *, now: int) -> OwnShiftsView:
    """Return a practitioner's shifts in a stretch of time."""
    mine = await shifts.of_practitioner(tx, practitioner_id, span.starts_at, span.ends_at)
    return OwnShiftsView(now_ms=now // MS, shifts=[shift_view(one) for one in mine])


async def coverage_view(tx: Tx, network_id: str, starts_at: int, *, now: int) -> CoverageView:
    """Return who is rostered where, in the day that begins at an instant."""
    planned = await shifts.between(tx, network_id, starts_at, starts_at + HOURS * HOUR_US)
    files = await directory.practitioner_files(tx, network_id)
    return CoverageView(
        starts_at_ms=starts_at // MS,
        rows=[
            CoverageRowView(
                jurisdiction=one.jurisdiction,
                name=name_of(one.jurisdiction),
                rostered=list(one.rostered),
                gaps=[list(gap) for gap in one.gaps],
            )
            for one in coverage(files, planned, starts_at=starts_at, now=now)
        ],
    )


def shift_view(one: Shift) -> ShiftView:
    """Return one shift."""
    return ShiftView(
        shift_id=one.shift_id,
        practitioner_id=one.practitioner_id,
        starts_at_ms=one.starts_at // MS,
        ends_at_ms=one.ends_at // MS,
        source=one.source,
    )


def import_view(found: Import, *, applied: bool) -> ImportView:
    """Return what a roster file would do, or did."""
    return ImportView(
        lines=found.lines,
        added=len(found.added),
        removed=len(found.removed),
        unchanged=found.unchanged,
        errors=[_remark(one) for one in found.errors],
        notes=[_remark(one) for one in found.notes],
        applied=applied,
    )


def _remark(one: Remark) -> RemarkView:
    return RemarkView(line=one.line, column=one.column, code=one.code, message=one.message)
