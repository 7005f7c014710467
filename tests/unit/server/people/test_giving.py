from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from server.access import (
    COMMANDS,
    EVENTS,
    NAMESPACES,
    ROUTES,
    SPA_ROLES,
    Principal,
    Relation,
    Role,
)
from server.accounts import ROLES
from server.people import giving
from server.people.refusals import BeyondOneself, OwnAccount
from server.storage.directory import Account

STAFF = Account(
    account_id="account",
    audience="spa",
    organization_id="spa",
    login="ana",
    password_hash="hash",
    display_name="Ana",
    role=Role.SPA_STAFF,
    active=True,
    created_at=0,
)
OFFICER = Principal("ops", Role.COMPLIANCE, organization_id="network", account_id="officer")
MANAGER = Principal("spa", Role.SPA_MANAGER, organization_id="spa", account_id="manager")
EVERYTHING: Final = {
    **{str(key): rule for key, rule in ROUTES.items()},
    **{f"command {key}": rule for key, rule in COMMANDS.items()},
    **{f"namespace {key}": rule for key, rule in NAMESPACES.items()},
    **{f"events {key}": rule for key, rule in EVENTS.items()},
}


def opened(role: Role) -> set[tuple[str, Relation]]:
    """Return what a role opens, and at what, as the policy says it."""
    return {(key, rule.grants[role]) for key, rule in EVERYTHING.items() if role in rule.grants}


GIVEN_IN_SPAS: Final = [
    (giver, role) for giver in SPA_ROLES for role in giving.GIVES.get(giver, ())
]


@pytest.mark.parametrize(("giver", "role"), GIVEN_IN_SPAS)
def test_nobody_gives_more_than_they_have(giver: Role, role: Role) -> None:
    assert opened(role) <= opened(giver)


def test_neither_of_the_two_who_lead_a_spa_makes_the_other() -> None:
    assert not giving.may_give(Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR)
    assert not giving.may_give(Role.MEDICAL_DIRECTOR, Role.SPA_MANAGER)
    assert opened(Role.MEDICAL_DIRECTOR) - opened(Role.SPA_MANAGER)
    assert opened(Role.SPA_MANAGER) - opened(Role.MEDICAL_DIRECTOR)


def test_compliance_alone_gives_what_it_has_not_itself_and_never_to_itself() -> None:
    assert set(giving.GIVES) == {Role.COMPLIANCE, Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR}
    own = replace(STAFF, account_id="officer", audience="ops", role=Role.COMPLIANCE)
    with pytest.raises(OwnAccount):
        giving.require_other(OFFICER, own)
    giving.require_other(OFFICER, replace(own, account_id="another officer"))


@pytest.mark.parametrize(
    "role", [Role.SPA_STAFF, Role.PRACTITIONER, Role.OPS, Role.PATIENT, Role.SPA_SOFTWARE]
)
def test_everybody_else_gives_nothing(role: Role) -> None:
    assert not any(giving.may_give(role, one) for one in Role)


def test_who_may_not_give_a_role_may_not_take_it() -> None:
    giving.require_other(MANAGER, STAFF)
    with pytest.raises(BeyondOneself):
        giving.require_other(MANAGER, replace(STAFF, role=Role.MEDICAL_DIRECTOR))


def test_a_role_is_given_for_the_pages_that_it_is_of() -> None:
    of_audiences = {role: audience for audience, roles in ROLES.items() for role in roles}
    assert dict(giving.AUDIENCE_OF) == of_audiences
    assert giving.given_by(Role.COMPLIANCE, "ops") == [Role.OPS, Role.COMPLIANCE]
