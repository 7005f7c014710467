"""The paper within a bundle shows the chart that the bundle is made of."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader

from server import addenda
from server.errors import Retry
from server.fhir.gathering import bundle_of
from server.services import Core
from server.storage.database import Database
from server.storage.statements import Tx
from server.storage.tables import documents
from tests.fhir_charts import of_type
from tests.integration.http.browsing import World
from tests.integration.http.exams import signed_exam


class Busy:
    """A database in which an addendum comes after a read, as long as there are some.

    Args:
        core: whose database it is.
        encounter_id: of the exam that they are added to.
        comes: what is added.
    """

    def __init__(self, core: Core, encounter_id: str, comes: list[str]) -> None:
        self._core = core
        self._encounter_id = encounter_id
        self.comes = comes
        self.write = core.database.write

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        async with self._core.database.read() as tx:
            yield tx
        if self.comes:
            text, now = self.comes.pop(0), self._core.clock.now()
            async with self.write() as tx:
                await addenda.write(
                    tx, self._core, self._encounter_id, "staff:kim", text, now=now
                )


def busy(core: Core, encounter_id: str, comes: list[str]) -> Core:
    database = cast("Database", Busy(core, encounter_id, comes))
    return replace(core, database=database)


async def shown(core: Core, encounter_id: str) -> tuple[list[str], str]:
    """Return the status of each Composition of a bundle, and the words of its paper."""
    read = json.loads(await bundle_of(core, encounter_id, "spa"))
    statuses = [one["status"] for one in of_type(read, "Composition")]
    (paper,) = of_type(read, "DocumentReference")
    pdf = base64.b64decode(paper["content"][0]["attachment"]["data"])
    pages = PdfReader(BytesIO(pdf)).pages
    return statuses, " ".join(" ".join(page.extract_text() for page in pages).split())


async def unset(core: Core) -> None:
    """Leave the exam without papers, as right after its signature."""
    async with core.database.write() as tx:
        await tx.execute(documents.delete())


@pytest.fixture
async def exam(world: World) -> str:
    """Return a signed exam with its papers."""
    encounter_id = await signed_exam(world, await world.spa(), {"neurotoxin": "approved"})
    await bundle_of(world.services, encounter_id, "spa")
    return encounter_id


async def test_an_addendum_that_comes_while_a_bundle_is_gathered_is_in_all_of_it_or_nowhere(
    world: World, exam: str
) -> None:
    core = busy(world.services, exam, ["She called back."])
    statuses, paper = await shown(core, exam)
    assert (statuses, "She called back." in paper) == (["final"], False)
    statuses, paper = await shown(core, exam)
    assert (statuses, "She called back." in paper) == (["final", "amended"], True)


async def test_a_paper_that_is_overtaken_while_it_is_set_is_set_again(
    world: World, exam: str
) -> None:
    await unset(world.services)
    core = busy(world.services, exam, ["First.", "Second."])
    statuses, paper = await shown(core, exam)
    assert statuses == ["final", "amended"]
    assert all(one in paper for one in ("First.", "Second."))


async def test_a_bundle_is_refused_while_addenda_come_faster_than_papers_are_set(
    world: World, exam: str
) -> None:
    await unset(world.services)
    core = busy(world.services, exam, ["Again."] * 9)
    with pytest.raises(Retry):
        await bundle_of(core, exam, "spa")
