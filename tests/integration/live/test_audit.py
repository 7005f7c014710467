"""What live pages show is in the audit log: their opening, an offer, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from yarl import URL

from server.rehearsal.failures import Refused
from server.rehearsal.live_socket import LiveSocket
from server.storage import audit
from server.storage.audit import AuditRow
from server.storage.audit_tables import audit_entries
from server.storage.database import Database
from signaling import messages as wire
from tests.clients import Scene


@pytest.fixture
async def database(clinic: Scene) -> AsyncIterator[Database]:
    """The database of the running server, read beside it."""
    opened = await Database.open(clinic.server.database_url, exclusive=False)
    yield opened
    await opened.close()


async def entries(database: Database, **wanted: object) -> list[AuditRow]:
    async with database.read() as tx:
        query = select(audit_entries).order_by("at", "id")
        rows = [audit.row_of(one) for one in (await tx.execute(query)).mappings()]
    return [one for one in rows if all(getattr(one, k) == v for k, v in wanted.items())]


async def test_opening_a_page_is_one_reading_and_what_it_is_pushed_is_none(
    clinic: Scene, database: Database
) -> None:
    link = await clinic.request("Ana Ortiz")
    page = await clinic.staff_page("portal", "glow")
    before = len(await entries(database, route="socket /spa"))
    socket = await clinic.listening(page, "/spa")
    await socket.expect(wire.SpaSync)
    later = await clinic.request("Pushed Later")
    await socket.expect(
        wire.EncounterChanged, lambda one: one.encounter.encounter_id == later.encounter_id
    )
    found = await entries(database, route="socket /spa")
    assert len(found) == before + 1
    assert found[-1].role == "spa_staff"
    assert link.encounter_id in found[-1].shown
    assert (found[-1].number or 0) >= 1
    await socket.ask("sync")
    await socket.expect(wire.SpaSync)
    assert len(await entries(database, route="socket /spa")) == before + 2


async def test_operations_see_nobody_and_have_no_entry(
    clinic: Scene, database: Database
) -> None:
    page = await clinic.staff_page("ops", "ops")
    socket = await clinic.listening(page, "/ops")
    await socket.expect(wire.OpsSync)
    assert await entries(database, route="socket /ops") == []


async def test_an_offer_that_rings_is_a_reading_of_that_practitioner(
    clinic: Scene, database: Database
) -> None:
    casey = await clinic.practitioner("casey")
    ana = await clinic.waiting_patient()
    await clinic.accepted(casey, ana)
    rang = await entries(database, route="event offer.ringing", encounter_id=ana.encounter_id)
    assert [one.role for one in rang] == ["practitioner"]
    opened = await entries(database, route="socket /practitioner", actor=rang[0].actor)
    assert opened, "and so was the opening of the console"
    patient = await entries(database, route="socket /patient", encounter_id=ana.encounter_id)
    assert [one.role for one in patient] == ["patient"]


async def test_a_command_on_somebody_elses_encounter_is_a_denial(
    clinic: Scene, database: Database
) -> None:
    ana = await clinic.ready_patient("Ana Ortiz")
    eve = await clinic.ready_patient("Eve Stone")
    await eve.socket.command("call.retry", encounter_id=ana.encounter_id)
    await eve.socket.command("call.retry", encounter_id="Ana-Ortiz-1990-04-12")
    first, second = await entries(
        database, action="denied", actor=f"patient:{eve.encounter_id}"
    )
    assert (first.route, first.reason) == ("command call.retry", "not_found")
    assert first.encounter_id == ana.encounter_id
    assert second.encounter_id is None, "what names nothing is not kept"


async def test_a_socket_of_a_session_that_is_over_is_refused_with_an_entry(
    clinic: Scene, database: Database
) -> None:
    ana = await clinic.ready_patient("Ana Ortiz")
    page = ana.patient.page
    kept = {one.key: one.value for one in page.session.cookie_jar}
    status, _ = await page.request("POST", "/api/v1/join/end")
    assert status == 204
    page.session.cookie_jar.update_cookies(kept, URL(page.origin))
    with pytest.raises(Refused):
        await LiveSocket(page, "/patient").connect()
    found = await entries(database, route="socket /patient", action="denied")
    assert found[-1].reason == "session_expired"
    assert found[-1].session
