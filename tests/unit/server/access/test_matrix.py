"""Every route and command x role x tenant, against a matrix written out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from server import disclosure
from server.access import (
    COMMANDS,
    EVENTS,
    NAMESPACES,
    PARTS,
    ROUTES,
    Principal,
    Relation,
    Resource,
    Role,
    RouteKey,
    Rule,
    asks_fresh,
    is_proven,
    may,
    reads_as,
)
from server.completeness import PolicyIncomplete, command_type, require_complete
from server.disclosure import Reads
from server.http import wiring
from signaling.messages import PATIENT_COMMANDS, PRACTITIONER_COMMANDS
from tests.unit.server.access import (
    expected_codes,
    expected_commands,
    expected_console,
    expected_emergency_access,
    expected_federation,
    expected_files,
    expected_ops,
    expected_pages,
    expected_passkeys,
    expected_people,
    expected_portal,
    expected_sessions,
    expected_software,
    expected_step_up,
)
from tests.unit.server.access.principals import (
    MINE,
    PRINCIPALS,
    REACH,
    READ,
    RESOURCES,
    Grants,
)

EXPECTED_PARTS = (
    expected_pages.ROUTES,
    expected_codes.ROUTES,
    expected_console.ROUTES,
    expected_files.ROUTES,
    expected_portal.ROUTES,
    expected_ops.ROUTES,
    expected_passkeys.ROUTES,
    expected_sessions.ROUTES,
    expected_step_up.ROUTES,
    expected_emergency_access.ROUTES,
    expected_people.ROUTES,
    expected_federation.ROUTES,
    expected_software.ROUTES,
)
EXPECTED_ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    key: reach for part in EXPECTED_PARTS for key, reach in part.items()
}


def reached(rule: Rule) -> dict[str, frozenset[str]]:
    """Ask the policy about every role and every tenant's resource."""
    return {
        role: frozenset(name for name, one in RESOURCES.items() if may(rule, principal, one))
        for role, principal in PRINCIPALS.items()
    }


def expected(grants: Grants) -> dict[str, frozenset[str]]:
    return {role: REACH[grants[role]] if role in grants else frozenset() for role in PRINCIPALS}


def test_the_matrix_names_no_route_twice() -> None:
    named = [key for part in EXPECTED_PARTS for key in part]
    assert sorted(named) == sorted(EXPECTED_ROUTES)


def test_the_matrix_names_every_role() -> None:
    assert {one.role for one in PRINCIPALS.values()} == set(Role)


def test_the_matrix_names_every_route_and_every_command() -> None:
    served = {route.key for route in wiring.all_routes()}
    assert served == set(EXPECTED_ROUTES)
    commands = {command_type(one) for one in (*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS)}
    assert commands == set(expected_commands.COMMANDS)


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("key", EXPECTED_ROUTES)
def test_a_route_is_open_to_these_and_nobody_else(key: str) -> None:
    rule = ROUTES[RouteKey(key)]
    audience, grants = EXPECTED_ROUTES[key]
    assert rule.audience == audience
    assert reached(rule) == expected(grants)


@pytest.mark.parametrize("name", expected_commands.COMMANDS)
def test_a_command_is_open_to_these_and_nobody_else(name: str) -> None:
    assert reached(COMMANDS[name]) == expected(expected_commands.COMMANDS[name])


@pytest.mark.parametrize("name", expected_commands.NAMESPACES)
def test_a_namespace_is_open_to_these_and_nobody_else(name: str) -> None:
    audience, connect, events = expected_commands.NAMESPACES[name]
    assert NAMESPACES[name].audience == audience
    assert reached(NAMESPACES[name]) == expected(connect)
    assert reached(EVENTS[name]) == expected(events)


def test_who_has_a_factor_to_enrol_reaches_the_enrolment_and_nothing_else() -> None:
    incomplete = replace(PRINCIPALS["practitioner"], complete=False)
    rules = {key: rule for key, rule in ROUTES.items() if rule.audience is not None}
    assert {
        key for key, rule in rules.items() if is_proven(rule, incomplete)
    } == expected_codes.ENROLLING | expected_passkeys.ENROLLING
    for rule in (*COMMANDS.values(), *NAMESPACES.values()):
        assert not is_proven(rule, incomplete)
        assert is_proven(rule, PRINCIPALS["practitioner"])


def somebody_of(rule: Rule) -> list[Principal]:
    """Return whom of the staff a rule grants anything, signed in as far as that goes."""
    return [
        one for one in PRINCIPALS.values() if one.role in rule.grants and one.token_id is None
    ]


def test_these_routes_take_a_fresh_proof_of_everybody_and_no_others_of_anybody() -> None:
    for key, rule in ROUTES.items():
        asked = [asks_fresh(rule, one) for one in somebody_of(rule)]
        assert asked == [key in expected_step_up.FRESH_ROUTES] * len(asked), key


def test_these_commands_take_a_fresh_proof_and_no_others() -> None:
    for name, rule in COMMANDS.items():
        asked = [asks_fresh(rule, one) for one in somebody_of(rule)]
        assert asked == [name in expected_step_up.FRESH_COMMANDS] * len(asked), name


def test_whatever_is_exported_takes_a_fresh_proof_of_staff() -> None:
    exports = {
        key
        for key, reads in disclosure.ROUTES.items()
        if reads in {Reads.RECORD, Reads.EXPORT} and ROUTES[key].audience != "patient"
    }
    assert len(exports) > 1
    assert exports <= expected_step_up.FRESH_ROUTES


def test_nobody_is_asked_to_prove_again_what_they_have_not_proved_yet() -> None:
    incomplete = replace(PRINCIPALS["practitioner"], complete=False)
    open_to_them = {
        key
        for key in expected_step_up.FRESH_ROUTES
        if is_proven(ROUTES[RouteKey(key)], incomplete)
    }
    assert open_to_them == expected_step_up.FRESH_UNLESS_ENROLLING
    assert not any(asks_fresh(ROUTES[RouteKey(key)], incomplete) for key in open_to_them)


def test_software_is_not_asked_for_what_only_people_can_give() -> None:
    rule = ROUTES[RouteKey("GET /api/v1/portal/encounters/{id}/fhir")]
    assert not asks_fresh(rule, PRINCIPALS["spa_software"])
    assert asks_fresh(rule, PRINCIPALS["spa_staff"])


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


def test_who_reads_without_being_the_examiner_writes_nothing() -> None:
    """Not a command and not a change, whatever lets somebody read."""
    ana = PRINCIPALS["practitioner"]
    others = [RESOURCES[name] for name in READ]
    changing = [rule for key, rule in ROUTES.items() if not key.startswith("GET ")]
    by_encounter = [
        one
        for one in (*changing, *COMMANDS.values(), *EVENTS.values())
        if one.grants.get(Role.PRACTITIONER) in {Relation.EXAMINER, Relation.READER}
    ]
    assert len(by_encounter) > 10
    assert not any(may(rule, ana, one) for rule in by_encounter for one in others)


def test_the_audit_log_is_told_what_lets_somebody_read() -> None:
    ana = PRINCIPALS["practitioner"]
    found = {name: reads_as(ana, one) for name, one in RESOURCES.items()}
    assert {name: by for name, by in found.items() if by} == {
        "mine": "part",
        "former": "part",
        "given_back": "part",
        "supervised": "supervision",
        "opened": "break_glass",
    }
    supervised_too = replace(RESOURCES["opened"], supervisors=frozenset({"practitioner"}))
    assert reads_as(ana, supervised_too) == "supervision", "no emergency where none is needed"
    assert reads_as(PRINCIPALS["compliance"], RESOURCES["opened"]) is None


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
