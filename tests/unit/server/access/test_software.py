"""What a spa's own software may do, over every rule there is: three things, and no other."""

from __future__ import annotations

from typing import get_args

import pytest

from server.access import COMMANDS, EVENTS, NAMESPACES, ROUTES, Role, Rule, may
from server.access.scopes import CHARTS, QUERY, SCOPES, USE
from server.views import ScopeName
from tests.unit.server.access.principals import PRINCIPALS, RESOURCES

SOFTWARE = PRINCIPALS["spa_software"]
OPENED = {
    "POST /api/v1/authorizations/query": QUERY,
    "POST /api/v1/authorizations/{id}/uses": USE,
    "GET /api/v1/portal/encounters/{id}/fhir": CHARTS,
}


def reaches(rule: Rule) -> bool:
    """Tell whether software, with every scope that there is, gets past a rule at anything."""
    return any(may(rule, SOFTWARE, one) for one in RESOURCES.values())


@pytest.mark.safeguard("164.312(a)(1)")
def test_no_rule_lets_software_sign_or_step_up() -> None:
    """It reaches what needs nobody, and what its scopes name; each of those is written here."""
    assert SOFTWARE.scopes == set(SCOPES)
    named = {key for key, rule in ROUTES.items() if Role.SPA_SOFTWARE in rule.grants}
    by_nobody = {key for key, rule in ROUTES.items() if rule.audience is None}
    assert named - by_nobody == set(OPENED)
    assert {key for key in named - by_nobody if reaches(ROUTES[key])} == set(OPENED)
    for rules in (COMMANDS, NAMESPACES, EVENTS):
        assert {
            name for name, rule in rules.items() if Role.SPA_SOFTWARE in rule.grants
        } == set()
        assert {name for name, rule in rules.items() if reaches(rule)} == set()


@pytest.mark.safeguard("164.312(a)(1)")
def test_a_route_that_software_reaches_asks_for_a_scope() -> None:
    for key, scope in OPENED.items():
        assert ROUTES[key].scope == scope  # type: ignore[index]
    scoped = {key for key, rule in ROUTES.items() if rule.scope is not None}
    assert scoped == set(OPENED)


def test_what_programs_ask_for_reads_nobodys_session() -> None:
    """Without an Origin nothing may depend on a cookie: a foreign page could send it."""
    asked = {key: rule for key, rule in ROUTES.items() if rule.oauth}
    assert set(asked) == {"POST /oauth/token", "POST /oidc/{id}/backchannel-logout"}
    assert {rule.audience for rule in asked.values()} == {None}
    assert {rule.scope for rule in asked.values()} == {None}
    assert not [
        rule for rules in (COMMANDS, NAMESPACES) for rule in rules.values() if rule.oauth
    ]


def test_the_wire_names_the_scopes_that_there_are() -> None:
    assert get_args(ScopeName) == SCOPES
