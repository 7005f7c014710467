"""What only the body names is asked of the policy by the handler itself: by each of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from itertools import count
from typing import Final, NamedTuple

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from server import access
from server.access import RouteKey
from server.clock import ManualClock
from server.http import wiring
from server.http.routes import Subject
from server.services import Services
from tests.integration.http.browsing import BIRTH_DATE, BOTOX, Json
from tests.matrix.asking import ORIGIN, askers
from tests.matrix.people import SPAS, Person
from tests.matrix.things import PEOPLE_OF, THINGS, UNKNOWN, Thing

NUMBERS: Final = count(1)
HOUR_MS: Final = 3_600_000
BEGIN_MS: Final = ManualClock().now() // 1_000 + 48 * HOUR_MS
# What is said before the policy was asked, or by it; anything else is said behind it.
REFUSED: Final = {
    *("not_signed_in", "session_expired", "forbidden", "not_found", "origin_refused"),
    *("enrolment_required", "step_up_required", "bad_request", "invalid_body"),
}


class InBody(NamedTuple):
    """What a body names, and one that names it."""

    things: tuple[Thing, ...]
    form: Callable[[str], Json]


def shift(practitioner_id: str) -> Json:
    begins = BEGIN_MS + next(NUMBERS) * HOUR_MS  # never two at the same time
    return {
        "practitioner_id": practitioner_id,
        "starts_at_ms": begins,
        "ends_at_ms": begins + HOUR_MS // 2,
    }


def exam(site_id: str) -> Json:
    return {
        "request_id": f"request-{next(NUMBERS):06}",
        "patient": {"legal_name": "Maria Vega", "birth_date": BIRTH_DATE},
        "site_id": site_id,
        "treatments": [BOTOX],
    }


def question(site_id: str) -> Json:
    return {
        "request_id": f"query-{next(NUMBERS):06}",
        "patient": {"legal_name": "Maria Vega", "birth_date": BIRTH_DATE},
        "treatment_class": "neurotoxin",
        "site_id": site_id,
    }


def protocol(site_id: str) -> Json:
    said = {
        "treatment_class": "neurotoxin",
        "products": [{"product": "onabotulinumtoxina", "dose_max": None}],
        "areas": [],
        "performers": ["RN"],
        "conditions": [],
        "order_months_max": 6,
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    return {"site_id": site_id, "protocol": said}


def invitation(organization_id: str) -> Json:
    role = "spa_staff" if organization_id in SPAS.values() else "ops"
    return {
        "organization_id": organization_id,
        "role": role,
        "login": f"noa{next(NUMBERS)}",
        "display_name": "Noa Vale",
    }


ORGANIZATIONS: Final = tuple(Thing(one, resource) for one, resource in PEOPLE_OF.items())
SITES: Final = THINGS[Subject.SITE]
BODIES: Final[Mapping[str, InBody]] = {
    "POST /api/v1/ops/shifts": InBody(THINGS[Subject.PRACTITIONER], shift),
    "POST /api/v1/portal/encounters": InBody(SITES, exam),
    "POST /api/v1/portal/protocols": InBody(SITES, protocol),
    "POST /api/v1/authorizations/query": InBody(SITES, question),
    "POST /api/v1/portal/people/invitations": InBody(ORGANIZATIONS, invitation),
    "POST /api/v1/ops/people/invitations": InBody(ORGANIZATIONS, invitation),
}


def code_of(status: int, body: bytes) -> str | None:
    """Return the code of a refusal."""
    return str(json.loads(body)["error"]["code"]) if status >= 400 else None


class Asks:
    """Asks over HTTP, as anybody of the table."""

    def __init__(self, server: TestServer, http: ClientSession) -> None:
        self._server = server
        self._http = http

    async def post(self, key: str, person: Person, form: Json) -> tuple[int, bytes]:
        headers = {"Origin": ORIGIN}
        if person.has_token:
            headers["Authorization"] = f"Bearer {person.secret}"
        else:
            headers["Cookie"] = f"gf_{person.principal.audience}={person.secret}"
        url = self._server.make_url(key.partition(" ")[2])
        async with self._http.post(url, json=form, headers=headers) as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def asks(everybody: Services) -> AsyncIterator[Asks]:
    app = web.Application()
    wiring.install(app, everybody)
    server = TestServer(app)
    async with server, ClientSession(cookie_jar=CookieJar()) as http:
        yield Asks(server, http)


def test_every_route_that_asks_for_something_in_its_body_is_asked_here() -> None:
    named = {one.key for one in wiring.all_routes() if one.subject is Subject.IN_BODY}
    assert named == set(BODIES)


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("key", BODIES)
async def test_what_is_named_in_a_body_is_there_for_whom_the_policy_grants_it_alone(
    asks: Asks, key: str
) -> None:
    rule, in_body = access.ROUTES[RouteKey(key)], BODIES[key]
    let_in = kept_out = 0
    for person in askers(rule):
        if person.proof != "fresh" or person.principal.role not in rule.grants:
            continue
        if person.has_token and rule.scope not in person.principal.scopes:
            continue
        nowhere = await asks.post(key, person, in_body.form(UNKNOWN))
        assert nowhere[0] == 404, (person.name, nowhere)
        for thing in in_body.things:
            assert thing.resource is not None
            status, body = await asks.post(key, person, in_body.form(thing.id))
            if access.may(rule, person.principal, thing.resource):
                assert code_of(status, body) not in REFUSED, (person.name, thing.id, body)
                let_in += 1
            else:
                assert (status, body) == nowhere, (person.name, thing.id)
                kept_out += 1
    assert let_in > 0
    assert kept_out > 0
