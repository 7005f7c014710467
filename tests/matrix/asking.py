"""What the policy promises to each of the people, and how their requests are made.

    verdict    what is to come back, by the policy alone
    Guarded    what comes back, from the guard that every request goes through; in place of the
               handler is one that answers 299

`flips` gives every rule that differs from one in a single grant, proof or scope: to each there
is somebody in the table who notices.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from aiohttp.web_urldispatcher import SystemRoute, UrlMappingMatchInfo

from server import access
from server.access import NOTHING, Audience, Proof, Relation, Resource, Role, Rule, scopes
from server.http.calls import Call
from server.http.cookies import cookie_name
from server.http.routes import Route, Subject, guarded
from server.services import Services
from tests.matrix.people import EVERYBODY, STRAYS, Person
from tests.matrix.things import NOTHING_THERE, THINGS, Thing

LET_IN: Final = "299"
ORIGIN: Final = "http://localhost:8080"
SAFE: Final = ("GET", "HEAD")
AUDIENCES: Final[dict[Role, Audience]] = {
    one.principal.role: one.principal.audience for one in EVERYBODY if one.principal.audience
}
OF_STAFF: Final = ("practitioner", "spa", "ops")
PLACE: Final = re.compile(r"\{(\w+)\}")
NO_ROUTE: Final = SystemRoute(web.HTTPNotFound())
BLANK: Final = make_mocked_request("GET", "/")  # the others are copies: a new one is slow
EVERYTHING: Final = (Relation.ANYBODY, Relation.OWN)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def verdict(self) -> str:
        """Return status and code; of what was let in, the status alone."""
        if self.status == int(LET_IN):
            return LET_IN
        return f"{self.status} {json.loads(self.body)['error']['code']}"


@dataclass(frozen=True, slots=True)
class Guarded:
    """One route behind the guard, under its own rule or another one."""

    route: Route
    rule: Rule
    services: Services

    async def ask(self, person: Person, thing: Thing | None, *, origin: bool = True) -> Answer:
        """Ask as somebody, about something."""
        places = dict.fromkeys(PLACE.findall(self.route.path), "1")
        if thing is not None:
            places["id"] = thing.id
        request = BLANK.clone(
            method=self.route.method,
            rel_url=self.route.path.format(**places),
            headers=self._headers(person, origin=origin),
        )
        request._match_info = UrlMappingMatchInfo(places, NO_ROUTE)
        handle = guarded(replace(self.route, handler=let_in), self.rule, self.services)
        response = await handle(request)
        assert isinstance(response, web.Response)
        body = response.body
        assert isinstance(body, bytes)
        return Answer(response.status, body, tuple(response.headers.items()))

    def _headers(self, person: Person, *, origin: bool) -> dict[str, str]:
        found = {"Host": "localhost:8080"}
        by_token = person.has_token and self.rule.scope is not None
        if origin and self.route.method not in SAFE and not by_token:
            found["Origin"] = ORIGIN
        if person.has_token:
            found["Authorization"] = f"Bearer {person.secret}"
        elif person.secret and self.rule.audience is not None:
            # Whoever strays shows the session that they have as one of this audience.
            name = cookie_name(self.services.settings, self.rule.audience)
            found["Cookie"] = f"{name}={person.secret}"
        return found


async def let_in(_call: Call) -> web.StreamResponse:
    """Stand for every handler."""
    return web.Response(status=int(LET_IN), body=b"let in")


def verdict(route: Route, rule: Rule, person: Person, thing: Thing | None) -> str:
    """Return what the policy has for somebody who asks about something."""
    if rule.audience is None:
        return LET_IN
    refused = _not_let_in(rule, person)
    if refused is not None:
        return refused
    resource = resource_of(route.subject, person, thing)
    about_body = route.subject is Subject.IN_BODY
    if not about_body and (
        resource is None or not access.may(rule, person.principal, resource)
    ):
        return "404 not_found"
    if access.asks_fresh(rule, person.principal) and not person.is_fresh:
        return "403 step_up_required"
    return LET_IN


def _not_let_in(rule: Rule, person: Person) -> str | None:
    who = person.principal
    if person.has_token and rule.scope is not None:
        opens = who.role in rule.grants and rule.scope in who.scopes
        return None if opens else "403 forbidden"
    if who.audience != rule.audience or person.has_token:
        if rule.audience == "site":
            return "404 not_a_site_device"
        is_shown = person.secret and not person.has_token
        return "401 session_expired" if is_shown else "401 not_signed_in"
    if who.role not in rule.grants:
        return "403 forbidden"
    return None if access.is_proven(rule, who) else "403 enrolment_required"


def resource_of(subject: Subject, person: Person, thing: Thing | None) -> Resource | None:
    """Return what is asked about; None: nothing that there is."""
    if subject is Subject.NOTHING:
        return NOTHING
    if subject is Subject.OWN:
        return Resource(encounter_id=person.principal.encounter_id)
    return thing.resource if thing else None


# ------------------------------------------------------------------ who asks about what


def askers(rule: Rule) -> Iterator[Person]:
    """Give who asks there: all of its audience, one of another, software, and nobody.

    With the sessions of all others it is asked in tests/integration/http/test_guards.py.
    """
    for person in EVERYBODY:
        if person.principal.audience in {None, rule.audience} and matters(rule, person):
            yield person
    yield next(stray for audience, stray in STRAYS.items() if audience != rule.audience)
    if rule.audience != "spa":
        yield next(one for one in EVERYBODY if one.has_token)


def matters(rule: Rule, person: Person) -> bool:
    """Tell whether how far somebody has proven who they are could make a difference."""
    return person.proof == "fresh" or person.principal.role in rule.grants


def asked_about(route: Route, rule: Rule, person: Person) -> Iterable[Thing | None]:
    """Give what somebody asks about: everything, where it could make a difference."""
    things = THINGS.get(route.subject)
    if things is None:
        return (None,)
    if _not_let_in(rule, person) is not None:
        return (things[0],)
    if person.is_fresh:
        return (*things, *NOTHING_THERE)
    return (things[0], things[-1], NOTHING_THERE[0])


# ------------------------------------------------------------------ rules that are not quite it


def flips(rule: Rule, subject: Subject) -> Iterator[Rule]:
    """Give every rule that lets in one more, or one less, or by less."""
    if rule.audience is None:
        return
    yield from _other_grants(rule, subject)
    if rule.audience in OF_STAFF:
        yield from (replace(rule, proof=one) for one in Proof if one is not rule.proof)
    if rule.scope is not None:
        others = (one for one in (*scopes.SCOPES, None) if one != rule.scope)
        yield from (replace(rule, scope=one) for one in others)


def _other_grants(rule: Rule, subject: Subject) -> Iterator[Rule]:
    for role, relation in rule.grants.items():
        yield replace(rule, grants={k: v for k, v in rule.grants.items() if k is not role})
        if subject in THINGS and relation not in EVERYTHING:
            yield replace(rule, grants={**rule.grants, role: Relation.ANYBODY})
    for role, audience in AUDIENCES.items():
        needs_scope = role is Role.SPA_SOFTWARE and rule.scope is None
        if role not in rule.grants and audience == rule.audience and not needs_scope:
            yield replace(rule, grants={**rule.grants, role: Relation.ANYBODY})
