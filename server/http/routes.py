"""The route table, and what happens around every handler.

    request -> too many? -> Origin -> session -> role -> whose -> proof -> handler -> entry
                  |           |          |         |       |        |         |         |
                 429         403        401       403     404      403    its error    503

The policy of each route is in `server.access`, under the same method and path, and what it
shows in `server.disclosure`. What is refused has an entry as well (`server.http.auditing`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler as RawHandler

from server import access, completeness, disclosure
from server.access import Principal, Resource, RouteKey, Rule
from server.draining import DRAIN, Drain
from server.errors import (
    BadRequest,
    BodyTooLarge,
    Forbidden,
    NotFound,
    RateLimited,
    TooMany,
)
from server.http import headers
from server.http.auditing import SAFE_METHODS, Trail
from server.http.calls import JSON, NUL, Call, Handler
from server.http.cookies import read_cookie
from server.http.doorkeeper import DOORKEEPER, Doorkeeper
from server.http.oauth import oauth_failure
from server.http.origins_of_requests import require_own_page
from server.logging import get_logger
from server.problems import is_unexpected, problem, status_of
from server.proofs.refusals import EnrolmentRequired
from server.proofs.stepping_up import require_fresh
from server.service_accounts import tokens
from server.services import Services
from server.sign_in import principal_of
from server.spa_tokens import principal_of_token
from server.storage import (
    authorizations,
    destinations,
    directory,
    emergency_access,
    encounters,
    invitations,
    protocols,
    providers,
    service_accounts,
    shifts,
)
from server.storage.database import Tx
from server.storage.errors import RowMissing
from server.storage.reading import readers_of

ID_CHARS_MAX: Final = 64
UNKNOWN: Final = ""  # a token that is nobody's
HELD_BY_PATIENTS: Final = ("patient", "site")

log = get_logger("http")


class Subject(StrEnum):
    """What the `{id}` of a path names, or where else the subject is found."""

    NOTHING = "nothing"
    OWN = "own"  # the encounter that the session is for
    ENCOUNTER = "encounter"
    ENCOUNTER_READ = "encounter_read"  # with who may read it, besides its examiner
    SITE = "site"
    SHIFT = "shift"
    PRACTITIONER = "practitioner"
    PROTOCOL = "protocol"
    AUTHORIZATION = "authorization"
    DESTINATION = "destination"
    EMERGENCY_ACCESS = "emergency_access"
    ACCOUNT = "account"
    INVITATION = "invitation"
    SOFTWARE = "software"
    PROVIDER = "provider"
    IN_BODY = "in_body"  # the handler asks the policy, once it has read the body


OF_ENCOUNTERS: Final = frozenset({Subject.ENCOUNTER, Subject.ENCOUNTER_READ})


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table; `pattern` is its path where one name stands for many parts."""

    method: str
    path: str
    handler: Handler
    subject: Subject = Subject.NOTHING
    pattern: str | None = None

    @property
    def key(self) -> RouteKey:
        """Return the name of this route in the policy."""
        return RouteKey(f"{self.method} {self.path}")


def install(app: web.Application, services: Services, routes: Sequence[Route]) -> None:
    """Serve `routes`, with the headers and errors of this product.

    Raises:
        PolicyIncomplete: a route, a command or a rule has no counterpart.
    """
    completeness.require_complete(route.key for route in routes)
    disclosure.require_complete(route.key for route in routes)
    install_some(app, services, routes)


def install_some(app: web.Application, services: Services, routes: Sequence[Route]) -> None:
    """Serve some of the routes of the policy only, in a process that is not for people."""
    drain = app[DRAIN] = Drain()
    app.middlewares.append(drain.counted)
    settings = services.settings
    headers.install(app, headers.security_headers(settings.origin, settings.origins))
    app.middlewares.append(_errors_as_json)
    door = app[DOORKEEPER] = Doorkeeper(settings, services.clock)
    app.middlewares.append(door.keep)
    for route in routes:
        handler = guarded(route, access.ROUTES[route.key], services)
        path = route.pattern or route.path
        if route.method == "GET":
            app.router.add_get(path, handler, allow_head=True)
        else:
            app.router.add_route(route.method, path, handler)


def guarded(
    route: Route, rule: Rule, services: Services
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return what aiohttp calls for `route`: the handler behind the policy."""

    async def handler(request: web.Request) -> web.StreamResponse:
        trail = Trail(services, request, rule, route.key, route.subject is not Subject.NOTHING)
        try:
            token = bearer_token(request) if rule.scope is not None else None
            if token is not None:
                principal = await _software(token, rule, services)
            else:
                if not rule.oauth:
                    require_own_page(request, services.settings.origins)
                principal = await _principal(request, rule, services)
            trail.principal = principal
            trail.resource = await _check_subject(route, rule, principal, request, services)
            await _require_fresh(rule, principal, services)
            await trail.permitted()
            call = Call(services, request, principal, rule, route.key)
            response = await route.handler(call)
            await trail.answered(call.told)
        except web.HTTPException:
            raise
        except Exception as error:
            await trail.refused(error)
            if is_unexpected(error):
                log.exception("request_failed", method=route.method, route=route.path)
            return failure(error, rule)
        else:
            return response

    return handler


def failure(error: Exception, rule: Rule | None = None) -> web.Response:
    """Return an error as the wire shows it: `rule` says in whose words, where there is one."""
    if rule is not None and rule.oauth:
        response = oauth_failure(error)
    else:
        response = web.Response(
            text=f'{{"error": {problem(error).model_dump_json()}}}',
            status=status_of(error),
            content_type=JSON,
        )
    if isinstance(error, TooMany) and error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


async def _principal(request: web.Request, rule: Rule, services: Services) -> Principal:
    if rule.audience is None:
        return access.ANONYMOUS
    cookie = read_cookie(services.settings, request, rule.audience)
    # A page reads by itself when it is told of something: that is nobody being there.
    is_use = request.method not in SAFE_METHODS or rule.audience in HELD_BY_PATIENTS
    principal = await principal_of(services, rule.audience, cookie, touch=is_use)
    if principal.role not in rule.grants:
        raise Forbidden
    if not access.is_proven(rule, principal):
        raise EnrolmentRequired
    return principal


async def _require_fresh(rule: Rule, principal: Principal, services: Services) -> None:
    """Refuse what weighs much where nothing was proved lately.

    Asked last: nobody proves who they are for what they may not do anyway.
    """
    if access.asks_fresh(rule, principal):
        async with services.database.read() as tx:
            now = services.clock.now()
            await require_fresh(tx, services, principal.session, now=now)


def bearer_token(request: web.Request) -> str | None:
    """Return the token of a request (RFC 6750), or None where it has none.

    All of ours are ASCII: one that is not opens nothing.

    No page can be made to send one to us, so such a request needs no Origin.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        return None
    return token.strip() if token.isascii() else UNKNOWN


async def _software(token: str, rule: Rule, services: Services) -> Principal:
    lasts = not token.startswith(tokens.PREFIX)
    holder = principal_of_token if lasts else tokens.principal_of
    principal = await holder(services, token)
    if principal.role not in rule.grants or rule.scope not in principal.scopes:
        raise Forbidden
    return principal


async def _check_subject(
    route: Route, rule: Rule, principal: Principal, request: web.Request, services: Services
) -> Resource:
    # An id of the path is looked up nowhere before it is known to be one, whoever may ask.
    asked = request.match_info.get("id", "")
    if len(asked) > ID_CHARS_MAX or NUL in asked:
        raise NotFound
    if route.subject is Subject.IN_BODY:
        return access.NOTHING
    resource = await _resource(route.subject, principal, request, services)
    if not access.may(rule, principal, resource):
        raise NotFound
    return resource


async def _resource(
    subject: Subject, principal: Principal, request: web.Request, services: Services
) -> Resource:
    if subject is Subject.NOTHING:
        return access.NOTHING
    if subject is Subject.OWN:
        return Resource(encounter_id=principal.encounter_id)
    wanted, now = request.match_info["id"], services.clock.now()
    try:
        async with services.database.read() as tx:
            if subject in OF_ENCOUNTERS:
                return await _encounter(tx, subject, principal, wanted, now)
            return await FOUND_BY[subject](tx, subject, wanted)
    except RowMissing:
        raise NotFound from None


async def _of_an_encounter(tx: Tx, subject: Subject, wanted: str) -> Resource:
    if subject is Subject.EMERGENCY_ACCESS:
        opened = await emergency_access.get(tx, wanted)
        return Resource(network_id=opened.network_id, encounter_id=opened.encounter_id)
    one = await authorizations.get(tx, wanted)
    return Resource(
        network_id=one.network_id,
        spa_id=one.spa_id,
        encounter_id=one.encounter_id,
        practitioner_id=one.practitioner_id,
        site_id=one.site_id,
    )


async def _encounter(
    tx: Tx, subject: Subject, principal: Principal, wanted: str, now: int
) -> Resource:
    encounter = await encounters.get(tx, wanted)
    found = Resource(
        network_id=encounter.network_id,
        spa_id=encounter.spa_id,
        encounter_id=encounter.encounter_id,
        practitioner_id=encounter.practitioner_id,
        site_id=encounter.site_id,
    )
    if subject is Subject.ENCOUNTER or principal.practitioner_id == encounter.practitioner_id:
        return found
    readers = await readers_of(tx, encounter, now=now)
    return replace(
        found,
        took_part=readers.part,
        supervisors=readers.supervisors,
        emergency=readers.emergency,
    )


async def _of_a_practitioner(tx: Tx, subject: Subject, wanted: str) -> Resource:
    if subject is Subject.SHIFT:
        shift = await shifts.get(tx, wanted)
        return Resource(network_id=shift.network_id, practitioner_id=shift.practitioner_id)
    who = await directory.practitioner(tx, wanted)
    return Resource(network_id=who.network_id, practitioner_id=who.practitioner_id)


async def _of_a_spa(tx: Tx, subject: Subject, wanted: str) -> Resource:
    if subject is Subject.DESTINATION:
        return Resource(spa_id=await destinations.owner_of(tx, wanted))
    if subject is Subject.SOFTWARE:
        return Resource(spa_id=await service_accounts.owner_of(tx, wanted))
    site_id = wanted if subject is Subject.SITE else await protocols.site_of(tx, wanted)
    site = await directory.site(tx, site_id)
    return Resource(spa_id=site.spa_id, site_id=site.site_id)


async def _of_people(tx: Tx, subject: Subject, wanted: str) -> Resource:
    if subject is Subject.PROVIDER:
        return await resource_of_people(tx, (await providers.get(tx, wanted)).organization_id)
    if subject is Subject.INVITATION:
        return await resource_of_people(tx, (await invitations.get(tx, wanted)).organization_id)
    return await resource_of_people(tx, (await directory.account(tx, wanted)).organization_id)


async def resource_of_people(tx: Tx, organization_id: str) -> Resource:
    """Return whose the people of an organization are: the spa's, and its network's.

    Raises:
        RowMissing: there is no such organization.
    """
    one = await directory.organization(tx, organization_id)
    if one.kind == "network":
        return Resource(network_id=organization_id)
    return Resource(network_id=one.network_id, spa_id=organization_id)


FOUND_BY: Final = {
    Subject.SITE: _of_a_spa,
    Subject.PROTOCOL: _of_a_spa,
    Subject.DESTINATION: _of_a_spa,
    Subject.SOFTWARE: _of_a_spa,
    Subject.SHIFT: _of_a_practitioner,
    Subject.PRACTITIONER: _of_a_practitioner,
    Subject.AUTHORIZATION: _of_an_encounter,
    Subject.EMERGENCY_ACCESS: _of_an_encounter,
    Subject.ACCOUNT: _of_people,
    Subject.INVITATION: _of_people,
    Subject.PROVIDER: _of_people,
}


@web.middleware
async def _errors_as_json(request: web.Request, handler: RawHandler) -> web.StreamResponse:
    """Answer what is refused before any route (no such path, too many) in the same form."""
    try:
        return await handler(request)
    except RateLimited as refused:
        return failure(refused, _rule_of(request))
    except web.HTTPNotFound:
        return failure(NotFound())
    except web.HTTPRequestEntityTooLarge:
        return failure(BodyTooLarge())
    except web.HTTPClientError as error:
        response = failure(BadRequest())
        response.set_status(error.status)
        return response


def _rule_of(request: web.Request) -> Rule | None:
    """Return the rule of the route that a request is for, if it is for one."""
    resource = request.match_info.route.resource
    if resource is None:
        return None
    method = "GET" if request.method == "HEAD" else request.method
    return access.ROUTES.get(RouteKey(f"{method} {resource.canonical}"))
