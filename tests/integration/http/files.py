"""Practitioners' files in tests: who compliance looks at, and what is sent about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from server.storage import directory
from server.storage.directory import Practitioner
from tests.integration.http.browsing import Answer, Browser, Json, World

FILES = "/api/v1/compliance/practitioners"
OWN = "/api/v1/console/file"
STANDARD = "/api/v1/compliance/credential-standard"
EVIDENCE = {"checked_by": "R. Alvarez", "source": "azbn.gov"}
LICENCE: Json = {
    "jurisdiction": "NV",
    "kind": "license",
    "number": "NP-77",
    "since": "2020-01-01",
    "until": "2030-01-01",
}
COVER: Json = {
    "insurer": "Saguaro Mutual",
    "policy_number": "SM-9",
    "per_claim_usd": 1_000_000,
    "aggregate_usd": 3_000_000,
    "since": "2026-01-01",
    "until": "2027-01-01",
}
TRAINING: Json = {
    "topic": "Exams by video",
    "provider": "Academy",
    "minutes": 90,
    "completed_on": "2026-01-01",
}


def day(world: World, days: int = 0) -> str:
    """Return a day so many days from now, of the network's calendar as UTC has it."""
    now = datetime.fromtimestamp(world.clock.now() / 1_000_000, UTC)
    return (now + timedelta(days=days)).date().isoformat()


async def who(world: World, login: str = "casey") -> Practitioner:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "practitioner", login)
        assert account is not None
        found = await directory.practitioner_of_account(tx, account.account_id)
    assert found is not None
    return found


async def officer(world: World) -> Browser:
    return await world.signed_in("ops", "compliance")


class Casey:
    """A practitioner of the demo, as compliance sees them."""

    def __init__(self, world: World, browser: Browser, practitioner_id: str) -> None:
        self.world = world
        self.browser = browser
        self.id = practitioner_id
        self.path = f"{FILES}/{practitioner_id}"

    async def file(self) -> Json:
        answer = await self.browser.get(self.path)
        assert answer.status == 200, answer.body
        return answer.body

    async def send(self, path: str, body: Any) -> Json:  # noqa: ANN401 - any JSON
        answer = await self.post(path, body)
        assert answer.status == 200, answer.body
        return answer.body

    async def post(self, path: str, body: Any) -> Answer:  # noqa: ANN401 - any JSON
        return await self.browser.post(f"{self.path}/{path}", body)

    async def licence(self, jurisdiction: str = "AZ") -> Json:
        found = [
            one
            for one in (await self.file())["authorities"]
            if one["jurisdiction"] == jurisdiction
        ]
        return dict(found[0])


async def casey_of(world: World, login: str = "casey") -> Casey:
    found = await who(world, login)
    return Casey(world, await officer(world), found.practitioner_id)
