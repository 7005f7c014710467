"""The audit log over HTTP: search, what is unusual, one entry, and a file of what was found.

For the role `compliance` alone, and of its own network alone. Reading the audit log is an
entry of the audit log.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from server import attempts
from server.attempts import Limited
from server.auditing.event import ACTOR, ID, SHOWN_MAX
from server.auditing.leaf import leaf_hash, leaf_header
from server.auditing.refusals import AuditExportRunning, AuditExportTooLarge
from server.auditing.writing import leaf_of
from server.errors import NotFound, TooManyAttempts
from server.http.calls import Answer, Call, Query, Sheet, answer, sheet
from server.http.operation import operation
from server.http.places import one_each
from server.http.routes import Route
from server.storage import audit, audit_names, audit_unusual, tlog
from server.storage.audit import AuditRow, Search
from server.storage.audit_unusual import Span
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.tlog.merkle import verify_inclusion
from server.views.auditing import (
    AuditActionName,
    AuditEntryView,
    AuditHasteView,
    AuditOutcomeName,
    AuditPageView,
    AuditPeopleView,
    AuditPersonView,
    AuditProofView,
    AuditUnusualView,
)

API: Final = "/api/v1/compliance/audit"
MS: Final = 1_000
S: Final = 1_000_000
LATE_S: Final = 60  # a batch in good time is a few seconds behind
DAY_MS: Final = 86_400_000
INSTANT_MS_MAX: Final = 10**13
SEARCHED_DAYS: Final = 30  # unless it is said
UNUSUAL_DAYS: Final = 7
PAGE: Final = 50
UNUSUAL_MAX: Final = 20  # of each kind
HASTE_MIN: Final = 60  # readings in one hour
CHUNK: Final = 200
EXPORTED_MAX: Final = 10_000
EXPORTS_MAX: Final = 30  # of one account, within `attempts_window_s`
COLUMNS: Final = (
    *("at", "action", "outcome", "actor", "actor_name", "role", "encounter_id", "patient_id"),
    *("route", "reason", "session", "address", "shown", "number", "id", "leaf_hash"),
    "log_index",
)
CURSOR: Final = re.compile(r"(\d{1,16})-([0-9a-f]{32})")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
InstantMs = Annotated[int, Field(ge=0, le=INSTANT_MS_MAX)]
Named = Annotated[str, StringConstraints(pattern=f"^{ID.pattern}$")]
Actor = Annotated[str, StringConstraints(pattern=f"^{ACTOR.pattern}$", max_length=80)]


def _cursor(text: str) -> str:
    """Refuse what is no cursor."""
    if CURSOR.fullmatch(text) is None:
        raise ValueError("no such page")
    return text


class SearchQuery(Query):
    """What is looked for; the last 30 days, unless it is said."""

    since: InstantMs | None = None
    until: InstantMs | None = None
    actor: Actor | None = None
    encounter: Named | None = None
    patient: Named | None = None
    action: AuditActionName | None = None
    outcome: AuditOutcomeName | None = None


class PageQuery(SearchQuery):
    """And from where on."""

    below: Annotated[str, AfterValidator(_cursor)] | None = None


@operation()
async def get_entries(call: Call, query: PageQuery) -> Answer[AuditPageView]:
    """GET: what a search finds, a page of it."""
    search = _search(call, query, query.below)
    async with call.services.database.read() as tx:
        found = await audit.find(tx, search, limit=PAGE + 1)
        names = await _names(tx, call)
    page = found[:PAGE]
    _tell(call, query, len(page))
    last = page[-1] if len(found) > PAGE else None
    return answer(
        AuditPageView(
            since_ms=search.since // MS,
            until_ms=search.until // MS,
            entries=[_view(one, names) for one in page],
            next=f"{last.at}-{last.id}" if last else None,
        )
    )


@operation()
async def get_unusual(call: Call) -> Answer[AuditUnusualView]:
    """GET unusual: what compliance looks at first, of the last seven days."""
    now = call.services.clock.now()
    span = Span(_network(call), now - UNUSUAL_DAYS * DAY_MS * MS, now + MS)
    async with call.services.database.read() as tx:
        names = await _names(tx, call)
        denials = await audit_unusual.denials(tx, span, limit=UNUSUAL_MAX)
        strange = await audit_unusual.without_part(tx, span, limit=UNUSUAL_MAX)
        departures = await audit_unusual.departures(tx, span, limit=UNUSUAL_MAX)
        haste = await audit_unusual.hasty(tx, span, entries_min=HASTE_MIN, limit=UNUSUAL_MAX)
    call.told.number = len(denials) + len(strange) + len(departures) + len(haste)
    return answer(
        AuditUnusualView(
            since_ms=span.since // MS,
            until_ms=span.until // MS,
            haste_min=HASTE_MIN,
            denials=[_view(one, names) for one in denials],
            without_part=[_view(one, names) for one in strange],
            departures=[_view(one, names) for one in departures],
            haste=[
                AuditHasteView(
                    actor=one.actor,
                    actor_name=names.get(one.actor),
                    hour_ms=one.hour // MS,
                    entries=one.entries,
                )
                for one in haste
            ],
        )
    )


@operation()
async def get_people(call: Call) -> Answer[AuditPeopleView]:
    """GET people: whose readings can be looked for."""
    async with call.services.database.read() as tx:
        found = await audit_names.people(tx, _network(call))
    people = [AuditPersonView(actor=one.actor, name=one.name, role=one.role) for one in found]
    return answer(AuditPeopleView(people=people))


@operation()
async def get_entry(call: Call) -> Answer[AuditProofView]:
    """GET entries/{entry}: one entry, its leaf, and its place in the tree."""
    wanted = call.request.match_info["entry"]
    try:
        async with call.services.database.read() as tx:
            row = await audit.get(tx, wanted, _network(call))
            names = await _names(tx, call)
            size, proof, in_tree = await _place(tx, row)
            late = await _is_late(tx, row)
    except RowMissing:
        raise NotFound from None
    call.told.number, call.told.encounter_id = 1, row.encounter_id
    leaf = leaf_of(row)
    return answer(
        AuditProofView(
            entry=_view(row, names),
            header=leaf_header(leaf).decode(),
            leaf_hash=row.leaf_hash,
            holds=leaf_hash(leaf) == row.leaf_hash and in_tree,
            late=late,
            tree_size=size,
            proof=[one.hex() for one in proof],
        )
    )


async def _place(tx: Tx, row: AuditRow) -> tuple[int | None, list[bytes], bool]:
    """Return the size of the newest tree that has it, the proof, and whether that holds."""
    signed = await tlog.latest(tx)
    if row.log_index is None or signed is None or row.log_index >= signed.size:
        return None, [], True
    proof = await tlog.inclusion(tx, row.log_index, signed.size)
    leaf = bytes.fromhex(row.leaf_hash)
    held = verify_inclusion(leaf, row.log_index, signed.size, proof, signed.root)
    return signed.size, proof, held


async def _is_late(tx: Tx, row: AuditRow) -> bool:
    """Say whether a tree was signed without an entry that says it was there by then."""
    if row.log_index is None:
        return False
    without = await tlog.last_without(tx, row.log_index)
    return without is not None and row.at < without.at - LATE_S * S


class Exports:
    """The files that are being made just now: a few, as each takes what others need."""

    def __init__(self) -> None:
        """Start with none."""
        self._places = one_each(AuditExportRunning)

    async def export(self, call: Call, query: SearchQuery) -> Sheet:
        """GET audit.csv: all that a search finds, as a file."""
        search = _search(call, query, None)
        async with self._places.one_of(search.network_id):
            limit = Limited("audit_export", call.principal.account_id or "", EXPORTS_MAX)
            await attempts.begin(call.services, limit)
            async with call.services.database.read() as tx:
                found = await _all(tx, search)
                names = await _names(tx, call)
            _tell(call, query, len(found))
            text = await call.services.blocking(lambda: _csv(found, names))
        return sheet(text, "audit")


async def _all(tx: Tx, search: Search) -> list[AuditRow]:
    """Return all that a search finds, a little at a time: others have the loop in between."""
    found: list[AuditRow] = []
    while len(found) <= EXPORTED_MAX:
        page = await audit.find(tx, search, limit=CHUNK)
        found += page
        if len(page) < CHUNK:
            return found
        search = replace(search, below=(page[-1].at, page[-1].id))
        await asyncio.sleep(0)
    raise AuditExportTooLarge


def _search(call: Call, query: SearchQuery, below: str | None) -> Search:
    now_ms = call.services.clock.now() // MS
    until = now_ms + 1 if query.until is None else query.until
    since = until - SEARCHED_DAYS * DAY_MS if query.since is None else query.since
    at, entry_id = CURSOR.fullmatch(below or "").groups() if below else (None, None)  # type: ignore[union-attr]  # validated
    return Search(
        network_id=_network(call),
        since=since * MS,
        until=until * MS,
        actor=query.actor,
        encounter_id=query.encounter,
        patient_id=query.patient,
        action=query.action,
        outcome=query.outcome,
        below=(int(at), entry_id) if at and entry_id else None,
    )


def _tell(call: Call, query: SearchQuery, number: int) -> None:
    """Say what was looked for: it is part of the entry of this search."""
    call.told.number = number
    call.told.encounter_id, call.told.patient_id = query.encounter, query.patient


async def _names(tx: Tx, call: Call) -> dict[str, str]:
    found = await audit_names.people(tx, _network(call))
    return {one.actor: one.name for one in found}


def _view(row: AuditRow, names: dict[str, str]) -> AuditEntryView:
    return AuditEntryView.model_validate(
        {
            "id": row.id,
            "at_ms": row.at // MS,
            "action": row.action,
            "outcome": row.outcome,
            "actor": row.actor,
            "actor_name": names.get(row.actor),
            "role": row.role,
            "encounter_id": row.encounter_id,
            "patient_id": row.patient_id,
            "route": row.route,
            "reason": row.reason,
            "session": row.session,
            "address": row.address,
            "shown": list(row.shown[:SHOWN_MAX]),
            "number": row.number,
            "log_index": row.log_index,
        }
    )


def _csv(rows: Iterable[AuditRow], names: dict[str, str]) -> str:
    """Return the rows as CSV (RFC 4180), in which no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        at = datetime.fromtimestamp(row.at / 1_000_000, UTC).isoformat(timespec="milliseconds")
        cells = {"at": at, "actor_name": names.get(row.actor), "shown": " ".join(row.shown)}
        writer.writerow(
            _cell(cells[one] if one in cells else getattr(row, one)) for one in COLUMNS
        )
    return text.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _network(call: Call) -> str:
    return call.principal.organization_id or ""


def routes() -> tuple[Route, ...]:
    """Return the routes of one server, with its own places for exports."""
    export = operation(AuditExportTooLarge, AuditExportRunning, TooManyAttempts)
    return (
        Route("GET", API, get_entries),
        Route("GET", f"{API}/unusual", get_unusual),
        Route("GET", f"{API}/people", get_people),
        Route("GET", f"{API}/entries/{{entry}}", get_entry),
        Route("GET", f"{API}.csv", export(Exports().export)),
    )
