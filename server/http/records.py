"""The record of a signed exam, for its patient and its spa: a file that anybody can verify.

It is made when it is asked for, and costs as much as reading the whole chart: bounded at once,
of a spa and its patients, too, and within a window. A shared tablet gives none, as it would
stay there.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server import attempts
from server.attempts import Limited
from server.errors import NotFound, TooManyAttempts
from server.http.calls import Call, Handler
from server.http.operation import Operation
from server.http.places import WAIT_S, Places
from server.http.routes import Route, Subject
from server.logging import get_logger
from server.records.gathering import NotInTheTreeYet
from server.records.making import record_of, wait_for_tree
from server.records.record import Holder
from server.records.refusals import ExportRefused, RecordBroken, RecordLate
from server.storage import encounters
from server.storage.errors import RowMissing

MEDIA: Final = "application/vnd.goodfaith.record+json"
AT_ONCE_MAX: Final = 2  # by this process
OF_A_SPA_MAX: Final = 1  # at once, its patients included
PER_EXAM_MAX: Final = 12  # within `attempts_window_s`
PER_SPA_MAX: Final = 60

log = get_logger("records")


class Records:
    """Makes records, a few at once."""

    def __init__(self) -> None:
        self._turns = Places(AT_ONCE_MAX, each=OF_A_SPA_MAX, wait_s=WAIT_S, refusal=RecordLate)

    async def of_patient(self, call: Call) -> web.StreamResponse:
        """GET record.json: the patient's own record, once the chart is signed."""
        encounter_id = call.principal.encounter_id
        if encounter_id is None or call.principal.kiosk:
            raise NotFound
        return await self._given(call, encounter_id, "patient")

    async def of_spa(self, call: Call) -> web.StreamResponse:
        """GET encounters/{id}/record.json: the spa's record, once the chart is signed."""
        spa = call.principal.organization_id or ""
        await attempts.begin(call.services, Limited("record_spa", spa, PER_SPA_MAX))
        return await self._given(call, call.path_id, "spa")

    async def _given(self, call: Call, encounter_id: str, holder: Holder) -> web.StreamResponse:
        spa = await _require_signed(call, encounter_id)
        limit = Limited(f"record_{holder}_exam", encounter_id, PER_EXAM_MAX)
        await attempts.begin(call.services, limit)
        try:
            await wait_for_tree(call.services, encounter_id)
            async with self._turns.one_of(spa):
                content = await record_of(call.services, encounter_id, holder, patience_s=0.0)
        except NotInTheTreeYet:
            raise RecordLate from None
        except ExportRefused as error:
            log.error(  # noqa: TRY400 - where it was raised says nothing, what does not hold does
                "record_refused", encounter_id=encounter_id, reason=str(error)
            )
            raise RecordBroken from None
        return web.Response(
            body=content,
            content_type=MEDIA,
            headers={
                "Content-Disposition": f'attachment; filename="record-{encounter_id}.json"'
            },
        )


async def _require_signed(call: Call, encounter_id: str) -> str:
    """Return the spa of an exam that is signed."""
    try:
        async with call.services.database.read() as tx:
            encounter = await encounters.get(tx, encounter_id)
    except RowMissing:
        raise NotFound from None
    if encounter.visit != "signed":
        raise NotFound
    return encounter.spa_id


def routes() -> tuple[Route, ...]:
    """Return the routes of records."""
    records = Records()
    return (
        Route(
            "GET",
            "/api/v1/join/record.json",
            _operation(records.of_patient, "get_own_record"),
            Subject.OWN,
        ),
        Route(
            "GET",
            "/api/v1/portal/encounters/{id}/record.json",
            _operation(records.of_spa, "get_record"),
            Subject.ENCOUNTER,
        ),
    )


def _operation(handler: Handler, name: str) -> Operation:
    return Operation(
        handler,
        name=name,
        text=handler.__doc__ or "",
        media=MEDIA,
        refuses=(TooManyAttempts, RecordLate, RecordBroken),
    )
