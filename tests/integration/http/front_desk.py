"""A spa's front desk after a signed exam, asking what it covers."""

from __future__ import annotations

from datetime import timedelta

from server import charting, local_days
from server.authorizations.answering import TOPICS
from server.chart.entries import Addendum
from tests.integration.http.browsing import BIRTH_DATE, Browser, Json, World

QUERY = "/api/v1/authorizations/query"
DAY_S = 86_400
CLEAR: Json = {"answered_by": "patient", **dict.fromkeys(TOPICS, False)}
NUMBERS = iter(range(10_000))


class Desk:
    """A spa's front desk after an exam of Maria Vega, signed at their first site."""

    def __init__(self, world: World, spa: Browser, site_id: str, encounter_id: str) -> None:
        self.world = world
        self.spa = spa
        self.site_id = site_id
        self.encounter_id = encounter_id

    def today(self, *, days: int = 0) -> str:
        first = local_days.first_day("AZ", self.world.clock.now())
        return (first + timedelta(days=days)).isoformat()

    def form(self, treatment_class: str, **changed: object) -> Json:
        return {
            "request_id": f"query-{next(NUMBERS):06}",
            "patient": {"legal_name": "Maria Vega", "birth_date": BIRTH_DATE},
            "treatment_class": treatment_class,
            "site_id": self.site_id,
            "date": self.today(),
            "performer_credential": "RN",
            "same_day": CLEAR,
            **changed,
        }

    async def ask(self, treatment_class: str = "neurotoxin", **changed: object) -> Json:
        answer = await self.spa.post(QUERY, self.form(treatment_class, **changed))
        assert answer.status == 200, answer.body
        return answer.body

    async def later(self, *, days: int) -> None:
        """Let days pass; staff sign in anew."""
        self.world.clock.advance(days * DAY_S)
        self.spa = await self.world.spa()

    async def addenda(self) -> list[str]:
        services = self.world.services
        async with services.database.read() as tx:
            _, entries = await charting.read(tx, services.keyring, self.encounter_id)
        return [one.text for one in entries if isinstance(one, Addendum)]


def codes(body: Json) -> list[str]:
    return [one["code"] for one in body["reasons"]]
