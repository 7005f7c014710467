"""Slow bodies of one organization, and records of one spa, keep nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from server.http import papers, records, uploads
from server.http.calls import read_body
from server.records.gathering import NotInTheTreeYet
from server.records.making import record_of, wait_for_tree
from server.records.record import Holder
from server.sequencing.batches import sequence
from server.services import Core
from server.storage import directory, encounters
from server.storage.tables import accounts, organizations, practitioners
from server.storage.tables import encounters as rows
from tests import photos
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    Answer,
    Browser,
    World,
    consents_form,
    redeemed,
    through_intake,
)
from tests.integration.http.files import OWN, casey_of, who
from tests.integration.http.test_result import examine
from tests.integration.http.test_uploads import asked, chosen, send

WAIT_S = 0.3
LATE_S = 20.0


@dataclass
class Slow:
    """Bodies that begin and do not go on, until the test is over."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def body(self) -> AsyncIterator[bytes]:
        yield photos.jpeg()
        await self.over.wait()

    async def read(self, request: web.Request, *args: Any, **more: Any) -> bytes:  # noqa: ANN401 - passed on
        self.begun.release()
        return await read_body(request, *args, **more)

    @asynccontextmanager
    async def sent(self, *sending: Awaitable[Answer]) -> AsyncIterator[None]:
        """Have the server read all of them while the block goes on."""
        tasks = [asyncio.ensure_future(one) for one in sending]
        try:
            async with asyncio.timeout(LATE_S):
                for _ in tasks:
                    await self.begun.acquire()
            yield
        finally:
            self.over.set()
            assert [one.status for one in await asyncio.gather(*tasks)] == [200] * len(tasks)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    """Before the world that it is for: its server waits for places for a moment only."""
    there = Slow()
    for module in (uploads, papers):
        monkeypatch.setattr(module, "WAIT_S", WAIT_S)
        monkeypatch.setattr(module, "read_body", there.read)
    monkeypatch.setattr(records, "WAIT_S", WAIT_S)
    return there


async def sending(world: World, request_id: str) -> tuple[str, Browser]:
    encounter_id, patient = await asked(world, request_id=request_id)
    state = await chosen(patient)
    assert state.status == 200, state.body
    after = await patient.put(f"{JOIN}/consents", consents_form(state.body))
    assert after.body["step"] == "photos", after.body
    return encounter_id, patient


async def of_another_spa(world: World, encounter_id: str) -> None:
    """Let an exam be for the other spa of the demo."""
    async with world.services.database.write() as tx:
        names = select(organizations.c.id).where(organizations.c.kind == "spa")
        spas = set((await tx.execute(names)).scalars())
        (other,) = spas - {(await encounters.get(tx, encounter_id)).spa_id}
        where = rows.c.id == encounter_id
        await tx.execute(update(rows).where(where).values(spa_id=other))


async def test_slow_photos_of_one_spa_leave_places_for_patients_of_others(
    slow: Slow, world: World
) -> None:
    names = [f"request-{number:04}" for number in range(uploads.OF_A_SPA_MAX + 2)]
    *dripping, (_, further), (theirs, other) = [await sending(world, one) for one in names]
    await of_another_spa(world, theirs)
    async with slow.sent(*(send(patient, slow.body()) for _, patient in dripping)):
        async with asyncio.timeout(LATE_S):
            refused = await send(further, photos.jpeg())
            assert refused.refusal == (409, "upload_busy")
            assert (await send(other, photos.jpeg())).status == 200
    assert (await send(further, photos.jpeg())).status == 200


async def elsewhere(world: World, login: str) -> Browser:
    """Sign a practitioner in, whose network is another one."""
    moved = await who(world, login)
    async with world.services.database.write() as tx:
        network = await directory.organization(tx, moved.network_id)
        await directory.add_organization(tx, replace(network, organization_id="heron"))
        await tx.execute(
            update(practitioners)
            .where(practitioners.c.id == moved.practitioner_id)
            .values(network_id="heron")
        )
        await tx.execute(
            update(accounts).where(accounts.c.login == login).values(organization_id="heron")
        )
    return await world.signed_in("console", login)


async def test_slow_papers_of_one_network_leave_places_for_others(
    slow: Slow, world: World
) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-Goodfaith-Name": "Licence"}

    def paper(browser: Browser, path: str, data: bytes | AsyncIterator[bytes]) -> Any:  # noqa: ANN401
        return browser.ask("POST", f"{path}/documents", headers=headers, data=data)

    casey, blake = [await casey_of(world, one) for one in ("casey", "blake")]
    avery = await world.signed_in("console", "avery")
    other = await elsewhere(world, "devon")
    assert papers.OF_A_NETWORK_MAX == 2
    async with slow.sent(
        *(paper(one.browser, one.path, slow.body()) for one in (casey, blake))
    ):
        async with asyncio.timeout(LATE_S):
            refused = await paper(avery, OWN, photos.jpeg())
            assert refused.refusal == (409, "upload_busy")
            assert (await paper(other, OWN, photos.jpeg())).status == 200
    assert (await paper(avery, OWN, photos.jpeg())).status == 200


async def test_records_of_one_spa_leave_a_turn_for_others(
    slow: Slow, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    links, patients = [], []
    for number in (1, 2):
        links.append(await world.request(await world.spa(), request_id=f"request-{number}"))
        patients.append(await redeemed(world, links[-1], device=f"device-{number}"))
        await through_intake(patients[-1])
        await examine(world, links[-1]["encounter_id"])
    await sequence(world.services, holder="test")
    await of_another_spa(world, links[1]["encounter_id"])
    waits = [links[0]["encounter_id"]]

    async def made(
        core: Core, encounter_id: str, holder: Holder, *, patience_s: float
    ) -> bytes:
        if encounter_id in waits:
            waits.clear()
            slow.begun.release()
            await slow.over.wait()
        return await record_of(core, encounter_id, holder, patience_s=patience_s)

    monkeypatch.setattr(records, "record_of", made)
    spa = await world.spa()
    async with slow.sent(patients[0].get(f"{JOIN}/record.json")), asyncio.timeout(LATE_S):
        late = await spa.get(f"{PORTAL}/encounters/{links[0]['encounter_id']}/record.json")
        assert late.refusal == (409, "record_late")
        assert (await patients[1].get(f"{JOIN}/record.json")).status == 200


async def test_a_record_that_waits_for_the_tree_has_no_turn_meanwhile(
    slow: Slow, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    patient = await redeemed(world, link)
    await through_intake(patient)
    await examine(world, link["encounter_id"])
    with pytest.raises(NotInTheTreeYet):
        await wait_for_tree(world.services, link["encounter_id"], patience_s=0.0)
    await sequence(world.services, holder="test")
    await wait_for_tree(world.services, link["encounter_id"], patience_s=0.0)
    path = f"{PORTAL}/encounters/{link['encounter_id']}/record.json"

    async def never(*_: object) -> None:
        slow.begun.release()
        await slow.over.wait()

    with monkeypatch.context() as patched:
        patched.setattr(records, "wait_for_tree", never)
        async with slow.sent(patient.get(f"{JOIN}/record.json")), asyncio.timeout(LATE_S):
            patched.undo()
            assert (await spa.get(path)).status == 200
