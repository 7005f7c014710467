"""Every route and command x role x tenant, against a matrix written out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from server.access import (
    COMMANDS,
    EVENTS,
    NAMESPACES,
    PARTS,
    ROUTES,
    Principal,
    Resource,
    Role,
    RouteKey,
    Rule,
    may,
)
from server.completeness import PolicyIncomplete, command_type, require_complete
from server.http import wiring
from signaling.messages import PATIENT_COMMANDS, PRACTITIONER_COMMANDS

Grants = Mapping[str, str]

# ------------------------------------------------------------------ who asks, about what

PRINCIPALS: Mapping[str, Principal] = {
    "anonymous": Principal(None, Role.ANONYMOUS),
    "patient": Principal("patient", Role.PATIENT, encounter_id="encounter", site_id="site"),
    "practitioner": Principal(
        "practitioner",
        Role.PRACTITIONER,
        organization_id="network",
        account_id="account",
        practitioner_id="practitioner",
    ),
    "spa_staff": Principal("spa", Role.SPA_STAFF, organization_id="spa", account_id="account"),
    "spa_manager": Principal(
        "spa", Role.SPA_MANAGER, organization_id="spa", account_id="account"
    ),
    "medical_director": Principal(
        "spa", Role.MEDICAL_DIRECTOR, organization_id="spa", account_id="account"
    ),
    "ops": Principal("ops", Role.OPS, organization_id="network", account_id="account"),
    "compliance": Principal(
        "ops", Role.COMPLIANCE, organization_id="network", account_id="account"
    ),
    "site_device": Principal("site", Role.SITE_DEVICE, organization_id="spa", site_id="site"),
    "spa_software": Principal(
        "spa",
        Role.SPA_SOFTWARE,
        organization_id="spa",
        token_id="token",
        scopes=frozenset({"authorizations:query", "authorizations:use", "charts:read"}),
    ),
}
MINE = Resource("network", "spa", "encounter", "practitioner", "site")
RESOURCES: Mapping[str, Resource] = {
    "nothing": Resource(),
    "mine": MINE,
    "unaccepted": replace(MINE, practitioner_id=None),
    "colleagues": replace(MINE, encounter_id="other", practitioner_id="other"),
    "other_site": replace(MINE, encounter_id="other", practitioner_id="other", site_id="other"),
    "other_spa": replace(
        MINE, spa_id="other", encounter_id="other", practitioner_id="other", site_id="other"
    ),
    "other_network": replace(MINE, network_id="other", spa_id="other", encounter_id="other"),
    "foreign": Resource("other", "other", "other", "other", "other"),
}
EVERYTHING = frozenset(RESOURCES)
NETWORK = frozenset({"mine", "unaccepted", "colleagues", "other_site", "other_spa"})
REACH: Mapping[str, frozenset[str]] = {
    "anybody": EVERYTHING,
    "own": EVERYTHING,  # no id is taken from the request: the subject is the session's own
    "encounter": frozenset({"mine", "unaccepted"}),
    "examiner": frozenset({"mine"}),
    "spa": frozenset({"mine", "unaccepted", "colleagues", "other_site"}),
    "network": NETWORK,
}

# ------------------------------------------------------------------ the expected matrix

EVERYBODY: Grants = dict.fromkeys(PRINCIPALS, "anybody")
PATIENT: Grants = {"patient": "encounter"}
TABLET: Grants = {"site_device": "own"}
PRACTITIONER: Grants = {"practitioner": "own"}
EXAMINER: Grants = {"practitioner": "examiner"}
STAFF: Grants = {"spa_staff": "own", "spa_manager": "own", "medical_director": "own"}
SPA: Grants = {"spa_staff": "spa", "spa_manager": "spa", "medical_director": "spa"}
DRAFTER: Grants = {"spa_manager": "spa", "medical_director": "spa"}
MANAGER: Grants = {"spa_manager": "own"}
MANAGED: Grants = {"spa_manager": "spa"}
DIRECTOR: Grants = {"medical_director": "spa"}
BY_TOKEN: Grants = {**SPA, "spa_software": "spa"}
OPS: Grants = {"ops": "own"}
COMPLIANCE: Grants = {"compliance": "own"}
STEERING: Grants = {"ops": "own", "compliance": "own"}
OVERSEER: Grants = {"ops": "network"}
CALL: Grants = {"patient": "encounter", "practitioner": "examiner"}

EXPECTED_ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /": (None, EVERYBODY),
    "GET /signpost.css": (None, EVERYBODY),
    "GET /join": (None, EVERYBODY),
    "GET /join/": (None, EVERYBODY),
    "GET /console": (None, EVERYBODY),
    "GET /console/": (None, EVERYBODY),
    "GET /portal": (None, EVERYBODY),
    "GET /portal/": (None, EVERYBODY),
    "GET /ops": (None, EVERYBODY),
    "GET /ops/": (None, EVERYBODY),
    "GET /assets/{name}": (None, EVERYBODY),
    "GET /healthz": (None, EVERYBODY),
    "GET /readyz": (None, EVERYBODY),
    "GET /api/v1/info": (None, EVERYBODY),
    "GET /api/v1/openapi.json": (None, EVERYBODY),
    "POST /api/v1/join/session": (None, EVERYBODY),
    "GET /api/v1/join/kiosk": ("site", TABLET),
    "POST /api/v1/join/kiosk": ("site", TABLET),
    "GET /api/v1/join/state": ("patient", PATIENT),
    "PUT /api/v1/join/holder": ("patient", PATIENT),
    "PUT /api/v1/join/identity": ("patient", PATIENT),
    "PUT /api/v1/join/guardian": ("patient", PATIENT),
    "PUT /api/v1/join/location": ("patient", PATIENT),
    "PUT /api/v1/join/treatments": ("patient", PATIENT),
    "PUT /api/v1/join/answers": ("patient", PATIENT),
    "PUT /api/v1/join/consents": ("patient", PATIENT),
    "PUT /api/v1/join/device-test": ("patient", PATIENT),
    "PUT /api/v1/join/privacy": ("patient", PATIENT),
    "PUT /api/v1/join/room": ("patient", PATIENT),
    "GET /api/v1/join/ice-servers": ("patient", PATIENT),
    "GET /api/v1/join/questionnaire": ("patient", PATIENT),
    "GET /api/v1/join/chat": ("patient", PATIENT),
    "POST /api/v1/join/uploads": ("patient", PATIENT),
    "GET /api/v1/join/uploads": ("patient", PATIENT),
    "DELETE /api/v1/join/uploads/{upload}": ("patient", PATIENT),
    "GET /api/v1/join/uploads/{upload}/image": ("patient", PATIENT),
    "GET /api/v1/join/uploads/{upload}/thumbnail": ("patient", PATIENT),
    "PUT /api/v1/join/modality": ("patient", PATIENT),
    "POST /api/v1/join/submit": ("patient", PATIENT),
    "POST /api/v1/join/end": ("patient", PATIENT),
    "GET /api/v1/join/copy.pdf": ("patient", PATIENT),
    "GET /api/v1/join/record.json": ("patient", PATIENT),
    "POST /api/v1/console/session": (None, EVERYBODY),
    "GET /api/v1/console/session": ("practitioner", PRACTITIONER),
    "DELETE /api/v1/console/session": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/signed": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/encounters/{id}": ("practitioner", EXAMINER),
    "GET /api/v1/console/encounters/{id}/exam.pdf": ("practitioner", EXAMINER),
    "GET /api/v1/console/reviews": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/encounters/{id}/note": ("practitioner", EXAMINER),
    "GET /api/v1/console/encounters/{id}/chat": ("practitioner", EXAMINER),
    "GET /api/v1/console/encounters/{id}/pictures/{picture}": ("practitioner", EXAMINER),
    "GET /api/v1/console/encounters/{id}/thumbnails/{picture}": ("practitioner", EXAMINER),
    "POST /api/v1/portal/session": (None, EVERYBODY),
    "GET /api/v1/portal/session": ("spa", STAFF),
    "DELETE /api/v1/portal/session": ("spa", STAFF),
    "GET /api/v1/portal/home": ("spa", STAFF),
    "POST /api/v1/portal/encounters": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/vitals": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/link": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/message": ("spa", SPA),
    "POST /api/v1/portal/encounters/{id}/cancel": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}/exam.pdf": ("spa", SPA),
    "GET /api/v1/portal/encounters/{id}/fhir": ("spa", BY_TOKEN),
    "GET /api/v1/portal/encounters/{id}/record.json": ("spa", SPA),
    "POST /api/v1/portal/sites/{id}/device": ("spa", SPA),
    "GET /api/v1/portal/protocols": ("spa", STAFF),
    "POST /api/v1/portal/protocols": ("spa", DRAFTER),
    "POST /api/v1/portal/protocols/{id}/sign": ("spa", DIRECTOR),
    "POST /api/v1/portal/protocols/{id}/withdraw": ("spa", DIRECTOR),
    "GET /api/v1/portal/endpoints": ("spa", MANAGER),
    "POST /api/v1/portal/endpoints": ("spa", MANAGER),
    "POST /api/v1/portal/endpoints/{id}/secret": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/ping": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/disable": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/enable": ("spa", MANAGED),
    "POST /api/v1/portal/endpoints/{id}/resend": ("spa", MANAGED),
    "POST /api/v1/authorizations/query": ("spa", BY_TOKEN),
    "POST /api/v1/authorizations/{id}/satisfy": ("spa", SPA),
    "POST /api/v1/authorizations/{id}/uses": ("spa", BY_TOKEN),
    "GET /api/v1/console/encounters/{id}/authorizations": ("practitioner", EXAMINER),
    "POST /api/v1/console/authorizations/{id}/revoke": ("practitioner", EXAMINER),
    "GET /.well-known/jwks.json": (None, EVERYBODY),
    "GET /fhir/clients/{id}/jwks.json": (None, EVERYBODY),
    "GET /practitioners/{id}/jwks.json": (None, EVERYBODY),
    "POST /api/v1/ops/session": (None, EVERYBODY),
    "GET /api/v1/ops/session": ("ops", STEERING),
    "DELETE /api/v1/ops/session": ("ops", STEERING),
    "GET /api/v1/ops/shifts": ("ops", OPS),
    "POST /api/v1/ops/shifts": ("ops", OVERSEER),
    "POST /api/v1/ops/shifts/import": ("ops", OPS),
    "GET /api/v1/ops/shifts/coverage": ("ops", OPS),
    "PUT /api/v1/ops/shifts/{id}": ("ops", OVERSEER),
    "DELETE /api/v1/ops/shifts/{id}": ("ops", OVERSEER),
    "GET /api/v1/console/shifts": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/shifts": ("practitioner", PRACTITIONER),
    "PUT /api/v1/console/shifts/{id}": ("practitioner", EXAMINER),
    "DELETE /api/v1/console/shifts/{id}": ("practitioner", EXAMINER),
    "PUT /api/v1/console/settings": ("practitioner", PRACTITIONER),
    "GET /api/v1/ops/history": ("ops", OPS),
    "GET /api/v1/ops/days/{day}": ("ops", OPS),
    "POST /api/v1/ops/encounters/{id}/priority": ("ops", OVERSEER),
    "GET /metrics": (None, EVERYBODY),  # by token or from this machine: see test_ops
    "GET /log/key": (None, EVERYBODY),
    "GET /log/checkpoint": (None, EVERYBODY),
    "GET /log/tile/{path}": (None, EVERYBODY),
    "POST /api/v1/ops/plan": ("ops", OPS),
    "GET /api/v1/compliance": ("ops", STEERING),
    "GET /api/v1/compliance/jurisdictions/{code}": ("ops", STEERING),
    "GET /api/v1/compliance/release": ("ops", STEERING),
    "POST /api/v1/compliance/openings": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/closings": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/sign-offs": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/withdrawals": ("ops", COMPLIANCE),
    "PUT /api/v1/compliance/policy": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/publications": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/unusual": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/people": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/entries/{entry}": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit.csv": ("ops", COMPLIANCE),
}
EXPECTED_COMMANDS: Mapping[str, Grants] = {
    "sync": {
        "patient": "encounter",
        "practitioner": "own",
        "spa_staff": "own",
        "spa_manager": "own",
        "medical_director": "own",
        "ops": "own",
    },
    "queue.join": PATIENT,
    "queue.leave": PATIENT,
    "callback.request": PATIENT,
    "consent.withdraw": PATIENT,
    "emergency.raise": CALL,
    "emergency.clear": EXAMINER,
    "room.set": EXAMINER,
    "finding.see": EXAMINER,
    "encounter.resume": EXAMINER,
    "encounter.reschedule": EXAMINER,
    "answers.read": EXAMINER,
    "flags.reason": EXAMINER,
    "location.heard": EXAMINER,
    "call.description": CALL,
    "call.candidate": CALL,
    "call.first_frame": CALL,
    "call.interrupted": CALL,
    "call.recovered": CALL,
    "call.failed": CALL,
    "call.retry": CALL,
    "call.media": CALL,
    "call.report": CALL,
    "call.hang_up": CALL,
    "chat.say": CALL,
    "leg.answer": CALL,
    "leg.refresh": CALL,
    "leg.failed": CALL,
    "duty.available": PRACTITIONER,
    "duty.away": PRACTITIONER,
    "offer.accept": PRACTITIONER,
    "offer.decline": PRACTITIONER,
    "note.save": EXAMINER,
    "gate.confirm": EXAMINER,
    "disposition.set": EXAMINER,
    "encounter.park": EXAMINER,
    "encounter.no_show": EXAMINER,
    "encounter.release": EXAMINER,
    "encounter.sign": EXAMINER,
    "addendum.add": EXAMINER,
    "review.begin": {"practitioner": "network"},
    "review.open": EXAMINER,
    "review.attest": EXAMINER,
    "review.judge": EXAMINER,
    "review.return": EXAMINER,
    "review.upgrade": EXAMINER,
}
EXPECTED_NAMESPACES: Mapping[str, tuple[str, Grants, Grants]] = {
    "/patient": ("patient", {"patient": "own"}, PATIENT),
    "/practitioner": ("practitioner", PRACTITIONER, EXAMINER),
    "/spa": ("spa", STAFF, SPA),
    "/ops": ("ops", OPS, {"ops": "network"}),
}


def reached(rule: Rule) -> dict[str, frozenset[str]]:
    """Ask the policy about every role and every tenant's resource."""
    return {
        role: frozenset(name for name, one in RESOURCES.items() if may(rule, principal, one))
        for role, principal in PRINCIPALS.items()
    }


def expected(grants: Grants) -> dict[str, frozenset[str]]:
    return {role: REACH[grants[role]] if role in grants else frozenset() for role in PRINCIPALS}


def test_the_matrix_names_every_role() -> None:
    assert {one.role for one in PRINCIPALS.values()} == set(Role)


def test_the_matrix_names_every_route_and_every_command() -> None:
    served = {route.key for route in wiring.all_routes()}
    assert served == set(EXPECTED_ROUTES)
    commands = {command_type(one) for one in (*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS)}
    assert commands == set(EXPECTED_COMMANDS)


@pytest.mark.parametrize("key", EXPECTED_ROUTES)
def test_a_route_is_open_to_these_and_nobody_else(key: str) -> None:
    rule = ROUTES[RouteKey(key)]
    audience, grants = EXPECTED_ROUTES[key]
    assert rule.audience == audience
    assert reached(rule) == expected(grants)


@pytest.mark.parametrize("name", EXPECTED_COMMANDS)
def test_a_command_is_open_to_these_and_nobody_else(name: str) -> None:
    assert reached(COMMANDS[name]) == expected(EXPECTED_COMMANDS[name])


@pytest.mark.parametrize("name", EXPECTED_NAMESPACES)
def test_a_namespace_is_open_to_these_and_nobody_else(name: str) -> None:
    audience, connect, events = EXPECTED_NAMESPACES[name]
    assert NAMESPACES[name].audience == audience
    assert reached(NAMESPACES[name]) == expected(connect)
    assert reached(EVENTS[name]) == expected(events)


def test_nobody_matches_what_belongs_to_nobody() -> None:
    nameless = [replace(one, organization_id=None) for one in PRINCIPALS.values()]
    for rule in (*ROUTES.values(), *COMMANDS.values(), *EVENTS.values()):
        relations = set(rule.grants.values())
        if relations & {"anybody", "own"}:
            continue
        assert not any(may(rule, one, Resource()) for one in nameless)


@pytest.mark.parametrize("scope", ["authorizations:query", "authorizations:use", "charts:read"])
def test_a_token_opens_only_what_its_scopes_name(scope: str) -> None:
    software = replace(PRINCIPALS["spa_software"], scopes=frozenset({scope}))
    opened = {
        key
        for key, rule in ROUTES.items()
        if rule.scope is not None and may(rule, software, MINE)
    }
    assert {ROUTES[key].scope for key in opened} == {scope}


def test_a_route_without_a_rule_stops_the_server() -> None:
    served = [route.key for route in wiring.all_routes()]
    require_complete(served)
    with pytest.raises(PolicyIncomplete, match="no rule for GET /new"):
        require_complete([*served, RouteKey("GET /new")])
    with pytest.raises(PolicyIncomplete, match="no route for"):
        require_complete(served[1:])


def test_a_route_that_is_ruled_twice_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    served = [route.key for route in wiring.all_routes()]
    another = {"GET /metrics": Rule({})}
    monkeypatch.setattr("server.access.PARTS", (*PARTS, another))
    with pytest.raises(PolicyIncomplete, match="two rules for GET /metrics"):
        require_complete(served)


def test_a_command_without_a_rule_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    served = [route.key for route in wiring.all_routes()]
    without = {name: rule for name, rule in COMMANDS.items() if name != "note.save"}
    monkeypatch.setattr("server.access.COMMANDS", without)
    with pytest.raises(PolicyIncomplete, match=r"no rule for command note\.save"):
        require_complete(served)
