"""Every route x everybody x everything, through the guard itself, against the policy.

Generated: a route, a role, a relation or a subject that nobody of the table stands for fails.
What the policy should be is written by hand elsewhere (tests/unit/server/access).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace

import pytest

from server import access
from server.access import Proof, Relation, Role, Rule
from server.http import wiring
from server.http.routes import Route, Subject
from server.services import Services
from server.sessions import resolve_handle
from tests.matrix.asking import (
    EVERYTHING,
    LET_IN,
    OF_STAFF,
    SAFE,
    Answer,
    Guarded,
    asked_about,
    askers,
    flips,
    verdict,
)
from tests.matrix.people import EVERYBODY, PROOFS, STRAYS, Person
from tests.matrix.things import THINGS, Thing

ROUTES = wiring.all_routes()
BY_AUDIENCE: Mapping[str, list[Route]] = {
    audience or "public": [one for one in ROUTES if access.ROUTES[one.key].audience == audience]
    for audience in (None, *STRAYS)
}
ELSEWHERE = {Subject.NOTHING, Subject.OWN, Subject.IN_BODY}  # no id of the path


def cells(route: Route, rule: Rule) -> Iterator[tuple[Person, Thing | None]]:
    for person in askers(rule):
        for thing in asked_about(route, rule, person):
            yield person, thing


async def answers(
    services: Services, route: Route, rule: Rule
) -> AsyncIterator[tuple[Person, Thing | None, Answer]]:
    """Ask all that there is to ask of a route whose guard goes by `rule`."""
    guard = Guarded(route, rule, services)
    for person, thing in cells(route, access.ROUTES[route.key]):
        yield person, thing, await guard.ask(person, thing)


@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("audience", BY_AUDIENCE)
async def test_everybody_reaches_what_the_policy_grants_them_and_nothing_else(
    everybody: Services, audience: str
) -> None:
    """What is not theirs answers byte for byte as what does not exist."""
    for route in BY_AUDIENCE[audience]:
        rule = access.ROUTES[route.key]
        not_there: dict[str, set[Answer]] = {}
        async for person, thing, answer in answers(everybody, route, rule):
            wanted = verdict(route, rule, person, thing)
            assert answer.verdict == wanted, (route.key, person.name, thing)
            if answer.status == 404:
                not_there.setdefault(person.name, set()).add(answer)
        different = [name for name, seen in not_there.items() if len(seen) > 1]
        assert different == [], route.key


async def test_no_change_is_asked_for_from_no_page_of_ours(everybody: Services) -> None:
    for route in ROUTES:
        rule = access.ROUTES[route.key]
        if route.method in SAFE or rule.oauth:
            continue
        person = STRAYS[rule.audience or "spa"]
        answer = await Guarded(route, rule, everybody).ask(person, None, origin=False)
        assert answer.verdict == "403 origin_refused", route.key


async def test_everybody_of_the_table_is_who_it_says(everybody: Services) -> None:
    for person in EVERYBODY:
        who = person.principal
        if who.audience is not None and not person.has_token:
            found = await resolve_handle(everybody, who.audience, who.session)
            assert found == who, person.name


# ------------------------------------------------------------------ nobody is missing


def test_every_route_role_relation_subject_and_proof_has_somebody_in_the_table() -> None:
    asked = [one for routes in BY_AUDIENCE.values() for one in routes]
    assert sorted(one.key for one in asked) == sorted(access.ROUTES)
    assert {one.principal.role for one in EVERYBODY} == set(Role)
    assert {one.subject for one in ROUTES} - ELSEWHERE == set(THINGS)
    assert set(Subject) == ELSEWHERE | set(THINGS)
    for role in {one.principal.role for one in EVERYBODY if one.principal.account_id}:
        seen = [one for one in EVERYBODY if one.principal.role is role]
        assert {one.proof for one in seen} == set(PROOFS), role
        assert len({one.principal.organization_id for one in seen}) > 1, role


def test_every_relation_lets_somebody_at_something_and_keeps_somebody_out() -> None:
    let_in: set[Relation] = set()
    kept_out: set[Relation] = set()
    for route in ROUTES:
        rule = access.ROUTES[route.key]
        for person, thing in cells(route, rule):
            relation = rule.grants.get(person.principal.role)
            if relation is None or person.principal.audience != rule.audience:
                continue
            said = verdict(route, rule, person, thing)
            if said == LET_IN:
                let_in.add(relation)
            elif said == "404 not_found" and thing is not None and thing.resource is not None:
                kept_out.add(relation)
    assert let_in == {relation for rule in access.ROUTES.values() for relation in of(rule)}
    by_id = [access.ROUTES[one.key] for one in ROUTES if one.subject in THINGS]
    assert kept_out == {relation for rule in by_id for relation in of(rule)} - set(EVERYTHING)
    used = {relation for rule in every_rule() for relation in of(rule)}
    assert used == set(Relation) - {Relation.SITE}, "that of a site has no rule so far"


def of(rule: Rule) -> set[Relation]:
    return set(rule.grants.values())


def every_rule() -> Iterator[Rule]:
    for table in (access.ROUTES, access.COMMANDS, access.NAMESPACES, access.EVENTS):
        yield from table.values()


def noticed(route: Route, rule: Rule, flipped: Rule) -> bool:
    """Tell whether somebody of the table sees a difference, by the policy alone."""
    return any(
        verdict(route, rule, person, thing) != verdict(route, flipped, person, thing)
        for person, thing in cells(route, rule)
    )


def test_whatever_grant_is_flipped_somebody_of_the_table_notices() -> None:
    flipped = 0
    for route in ROUTES:
        rule = access.ROUTES[route.key]
        for other in flips(rule, route.subject):
            assert noticed(route, rule, other), (route.key, other)
            flipped += 1
    assert flipped > 3 * sum(rule.audience in OF_STAFF for rule in access.ROUTES.values())


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.safeguard("164.312(a)(1)")
@pytest.mark.parametrize("audience", BY_AUDIENCE)
async def test_a_guard_that_goes_by_a_flipped_grant_turns_the_matrix_red(
    everybody: Services, audience: str
) -> None:
    for route in BY_AUDIENCE[audience]:
        rule = access.ROUTES[route.key]
        for other in flips(rule, route.subject):
            assert await is_red(everybody, route, rule, other), (route.key, other)


async def is_red(services: Services, route: Route, rule: Rule, other: Rule) -> bool:
    async for person, thing, answer in answers(services, route, other):
        if answer.verdict != verdict(route, rule, person, thing):
            return True
    return False


def test_a_route_may_be_flipped_by_all_that_a_rule_has() -> None:
    rule = replace(access.ROUTES[ROUTES[0].key], audience="spa", grants={}, scope="charts:read")
    given = {role for one in flips(rule, Subject.NOTHING) for role in one.grants}
    assert given == {
        Role.SPA_STAFF,
        Role.SPA_MANAGER,
        Role.MEDICAL_DIRECTOR,
        Role.SPA_SOFTWARE,
    }
    proofs = {one.proof for one in flips(rule, Subject.NOTHING)}
    assert proofs == set(Proof)
