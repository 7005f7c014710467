"""Browsers of tests: each with its own cookies, all asking the same server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from server.clock import ManualClock
from server.demo import DemoAccount, demo_accounts
from server.intake import questionnaire
from server.services import Services
from server.settings import Settings
from server.storage import encounters
from signaling.messages import TreatmentRef
from tests.documented import documented
from tests.fakes import RecordingDesk, RecordingHub

ORIGIN = "http://localhost:8080"
BIRTH_DATE = "1990-04-12"
BOTOX = {"treatment_class": "neurotoxin", "product": None}
FILLER = {"treatment_class": "filler", "product": None}
JOIN = "/api/v1/join"
PORTAL = "/api/v1/portal"

Json = dict[str, Any]


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Json
    headers: dict[str, str]
    raw: bytes

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.code


class Browser:
    """One browser: a cookie jar, and an Origin on everything that changes something."""

    def __init__(self, server: TestServer) -> None:
        self._server = server
        self.cookies = CookieJar(unsafe=True)
        self.http = ClientSession(cookie_jar=self.cookies)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        data: bytes | BytesIO | AsyncIterator[bytes] | None = None,
    ) -> Answer:
        sent = {"Origin": ORIGIN} if method not in {"GET", "HEAD"} else {}
        content: dict[str, Any] = {}
        if data is not None:
            content = {"data": data}
            sent["Content-Type"] = "application/json"
        elif body is not None:
            content = {"json": body}
        async with self.http.request(
            method,
            self._server.make_url(path),
            headers={**sent, **(headers or {})},
            allow_redirects=False,
            **content,
        ) as response:
            raw = await response.read()
            documented().check(method, path, response.status, response.content_type, raw)
            is_json = response.content_type == "application/json" and raw
            return Answer(
                response.status,
                await response.json() if is_json else {},
                dict(response.headers),
                raw,
            )

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def post(self, path: str, body: object) -> Answer:
        return await self.ask("POST", path, body)

    async def put(self, path: str, body: object) -> Answer:
        return await self.ask("PUT", path, body)

    def cookie(self, name: str) -> str | None:
        found = [one.value for one in self.cookies if one.key == name]
        return found[0] if found else None


@dataclass
class World:
    """A running server with the demo network, its fakes, and as many browsers as wanted."""

    server: TestServer
    services: Services
    settings: Settings
    clock: ManualClock
    desk: RecordingDesk
    hub: RecordingHub
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        self.browsers.append(Browser(self.server))
        return self.browsers[-1]

    def account(self, login: str) -> DemoAccount:
        return next(one for one in demo_accounts(self.settings) if one.login == login)

    async def signed_in(self, page: str, login: str) -> Browser:
        browser = self.browser()
        password = self.account(login).password
        answer = await browser.post(
            f"/api/v1/{page}/session", {"login": login, "password": password}
        )
        assert answer.status == 200, answer.body
        return browser

    async def stepped_up(self, browser: Browser, page: str, login: str) -> None:
        """Have somebody who is signed in by password prove again who they are."""
        form = {"password": self.account(login).password}
        answer = await browser.post(f"/api/v1/{page}/session/step-up", form)
        assert answer.status == 200, answer.body

    async def spa(self, login: str = "glow") -> Browser:
        return await self.signed_in("portal", login)

    async def site(self, spa: Browser, jurisdiction: str = "AZ") -> Json:
        home = (await spa.get(f"{PORTAL}/home")).body
        sites: list[Json] = home["sites"]
        return next((one for one in sites if one["jurisdiction"] == jurisdiction), sites[0])

    async def request(
        self,
        spa: Browser,
        *,
        request_id: str = "request-0001",
        name: str = "Maria Vega",
        birth_date: str = BIRTH_DATE,
    ) -> Json:
        answer = await spa.post(
            f"{PORTAL}/encounters",
            {
                "request_id": request_id,
                "patient": {"legal_name": name, "birth_date": birth_date},
                "site_id": (await self.site(spa))["site_id"],
                "treatments": [BOTOX],
            },
        )
        assert answer.status == 200, answer.body
        return answer.body

    async def move(self, encounter_id: str, visit: str) -> None:
        async with self.services.database.write() as tx:
            await encounters.set_visit(tx, encounter_id, visit, now=self.clock.now())


def secret_of(link: Json) -> str:
    return str(link["url"]).partition("#")[2]


def redeem_form(
    link: Json,
    *,
    birth_date: str = BIRTH_DATE,
    device: str = "device-a",
    take_over: bool = False,
) -> Json:
    return {
        "secret": secret_of(link),
        "birth_date": birth_date,
        "device": device,
        "take_over": take_over,
    }


async def redeemed(
    world: World, link: Json, *, device: str = "device-a", take_over: bool = False
) -> Browser:
    browser = world.browser()
    form = redeem_form(link, device=device, take_over=take_over)
    answer = await browser.post(f"{JOIN}/session", form)
    assert answer.status == 200, answer.body
    return browser


def identity_form(**changed: str) -> Json:
    return {
        "legal_name": "Maria Vega",
        "birth_date": BIRTH_DATE,
        "phone": "+1 602 555 0101",
        "email": "",
        "emergency_name": "Luis Vega",
        "emergency_phone": "+1 602 555 0102",
        "language": "en",
        **changed,
    }


def location_form(**changed: object) -> Json:
    return {
        "jurisdiction": "AZ",
        "street": "7014 E Camelback Rd",
        "city": "Scottsdale",
        "postal_code": "85251",
        "at_site": True,
        "attested": True,
        **changed,
    }


def answers_form(*, done: bool = True) -> Json:
    benign = questionnaire.benign_answers([TreatmentRef(treatment_class="neurotoxin")])
    return {"answers": dict(benign), "done": done}


def consents_form(state: Json) -> Json:
    return {
        "consents": [
            {key: text[key] for key in ("kind", "version", "language", "sha256")}
            for text in state["consent_texts"]
        ],
        "signed_name": "Maria Vega",
    }


WORKING = {"camera": "ok", "microphone": "ok", "speaker": "ok"}


async def through_intake(patient: Browser, *, kiosk: bool = False) -> Json:
    """Do every step, and return the state at the end."""
    if kiosk:
        await patient.put(f"{JOIN}/holder", {"holder": "patient"})
    await patient.put(f"{JOIN}/identity", identity_form())
    await patient.put(f"{JOIN}/location", location_form())
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": [BOTOX]})
    await patient.put(f"{JOIN}/answers", answers_form())
    await patient.put(f"{JOIN}/consents", consents_form(chosen.body))
    last = await patient.put(f"{JOIN}/device-test", WORKING)
    assert last.status == 200, last.body
    return last.body
