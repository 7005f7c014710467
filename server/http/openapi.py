"""The OpenAPI 3.1 document of the HTTP API, made from what the server itself goes by.

    route table  -> paths, parameters       server.http.routes
    operations   -> bodies, answers, codes  server.http.operation
    policy       -> who, by which cookie    server.access
    models       -> schemas                 server.views

Nothing is described by hand, so nothing can be described wrongly: a body is validated with the
model whose schema stands here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, get_args

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server import access, disclosure
from server.access import Audience, Rule
from server.access.rules import OPEN_WHILE_ENROLLING
from server.auditing.refusals import AuditUnavailable
from server.errors import (
    BadRequest,
    BodyTooLarge,
    Forbidden,
    GoodfaithError,
    Internal,
    InvalidBody,
    NotASiteDevice,
    NotFound,
    NotSignedIn,
    OriginRefused,
    RateLimited,
    RecordShredded,
    Retry,
    SessionExpired,
)
from server.http.auditing import SAFE_METHODS
from server.http.calls import JSON, Call
from server.http.cookies import cookie_name
from server.http.oauth import oauth_word
from server.http.operation import Operation, Refusal
from server.http.release import PRODUCT, product_version
from server.http.routes import ID_CHARS_MAX, Route
from server.http.static import HTML
from server.problems import problem, status_of
from server.proofs.refusals import EnrolmentRequired, StepUpRequired
from server.settings import Settings
from signaling.messages import Problem

PATH: Final = "/api/v1/openapi.json"
PAGE_MEDIA: Final = frozenset({HTML, "text/css", "*/*"})
OPENAPI: Final = "3.1.1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
API: Final = "/api/v1/"
TOKEN: Final = "token"  # noqa: S105 - the name of a scheme
PAGES: Final = "pages"
PUBLIC: Final = "public"
WHOLE: Final = frozenset({"compliance"})  # a page whose API begins at its own name
REF: Final = "#/components/schemas/{model}"
DESCRIPTION: Final = (
    "JSON in, JSON out. A session is a cookie, one for each audience; a change that is asked "
    "for with a cookie also carries an Origin of this server. Every refusal has the form of "
    "`Problem` under `error`, with a stable code; only `/oauth/token` and what providers of "
    "identities ask (`/oidc/`) speak as OAuth does."
)
# One JSON Schema, or a part of the document.
Json: TypeAlias = dict[str, Any]
Mode: TypeAlias = Literal["validation", "serialization"]
# How each model, in each of its two ways, is referred to.
Names: TypeAlias = Mapping[tuple[Any, Mode], Json]
RETRY_AFTER: Final[Json] = {
    "Retry-After": {
        "description": "Seconds until it is worth another try, where that is known.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
PLACES: Final[dict[str, Json]] = {
    "id": {"type": "string", "minLength": 1, "maxLength": ID_CHARS_MAX},
    "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "day": {"type": "string", "format": "date"},
}


def route(others: Sequence[Route]) -> Route:
    """Return the route that serves the document of `others` and of itself."""
    texts: dict[bool, str] = {}

    async def get_document(call: Call) -> web.StreamResponse:
        """GET openapi.json: this document."""
        settings = call.services.settings
        secure = settings.secure_cookies
        if secure not in texts:
            texts[secure] = json.dumps(document((*others, own), settings))
        return web.Response(text=texts[secure], content_type=JSON)

    described = Operation(
        get_document,
        name="get_openapi",
        text=get_document.__doc__ or "",
        media=JSON,
    )
    own = Route("GET", PATH, described)
    return own


def document(routes: Iterable[Route], settings: Settings) -> Json:
    """Return the document, as JSON."""
    served = [(one, operation_of(one)) for one in routes]
    names, schemas = _schemas(one for _, one in served)
    paths: dict[str, Json] = defaultdict(dict)
    for one, operation in served:
        rule = access.ROUTES[one.key]
        paths[one.path][one.method.lower()] = _described(one, operation, rule, names)
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": PRODUCT,
            "version": product_version(),
            "description": DESCRIPTION,
        },
        "servers": [{"url": settings.origin}],
        "paths": dict(paths),
        "components": {"schemas": schemas, "securitySchemes": _schemes(settings)},
    }


def operation_of(one: Route) -> Operation:
    """Return the operation of a route; of a bare handler, what can be told without any."""
    if isinstance(one.handler, Operation):
        return one.handler
    handler = one.handler
    return Operation(handler, handler.__name__, handler.__doc__ or "", media=JSON)


def refusals(one: Route, operation: Operation, rule: Rule) -> dict[int, list[str]]:
    """Return the codes that a route may answer with, by status."""
    found: dict[int, set[str]] = defaultdict(set)
    for refusal in (*_of_kind(one, operation, rule), *operation.refuses):
        status, code = wire(refusal)
        found[status].add(oauth_word(status, code) if rule.oauth else code)
    return {status: sorted(found[status]) for status in sorted(found)}


def wire(refusal: Refusal) -> tuple[int, str]:
    """Return status and code of a kind of error."""
    if issubclass(refusal, GoodfaithError):
        return refusal.status, refusal.code
    error = refusal()
    return status_of(error), problem(error).code


def operation_id(one: Route, operation: Operation) -> str:
    """Return the name of a route, unique in the document."""
    slash = "_slash" if one.path.endswith("/") and one.path != "/" else ""
    return f"{_tag(one, operation)}_{operation.name}{slash}"


# ------------------------------------------------------------------ one route


def _described(
    one: Route,
    operation: Operation,
    rule: Rule,
    names: Names,
) -> Json:
    found: Json = {
        "operationId": operation_id(one, operation),
        "tags": [_tag(one, operation)],
        "summary": operation.summary,
        "security": _security(rule),
        "responses": _responses(one, operation, rule, names),
    }
    if operation.description:
        found["description"] = operation.description
    parameters = [
        *_places(one.path),
        *_beside(operation.query, "query"),
        *_beside(operation.headers, "header"),
    ]
    if parameters:
        found["parameters"] = parameters
    if operation.takes is not None:
        schema = names[operation.takes, "validation"]
        content = {operation.encoding: {"schema": schema}}
        found["requestBody"] = {"required": True, "content": content}
    if operation.file is not None:
        content = {operation.file: {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": content}
    if rule.audience is not None:
        found["x-roles"] = sorted(rule.grants)
    return found


def _tag(one: Route, operation: Operation) -> str:
    if operation.media is not None and operation.media in PAGE_MEDIA:
        return PAGES
    first, _, rest = one.path.removeprefix(API).partition("/")
    return first if one.path.startswith(API) and (rest or first in WHOLE) else PUBLIC


def _places(path: str) -> Iterator[Json]:
    for part in path.split("/"):
        if part.startswith("{"):
            name = part.strip("{}")
            schema = PLACES.get(name, {"type": "string", "minLength": 1})
            yield {"name": name, "in": "path", "required": True, "schema": schema}


def _beside(model: type[BaseModel] | None, place: str) -> Iterator[Json]:
    """Give what is sent beside a body: behind the question mark, or in headers."""
    if model is None:
        return
    schema = model.model_json_schema(by_alias=True)
    for name, each in schema["properties"].items():
        wanted = [one for one in each.get("anyOf", [each]) if one != {"type": "null"}]
        yield {
            "name": name,
            "in": place,
            "required": name in schema.get("required", ()),
            "schema": wanted[0],
        }


def _security(rule: Rule) -> list[Json]:
    if rule.audience is None:
        return []
    found: list[Json] = [{rule.audience: []}]
    if rule.scope is not None:
        found.append({TOKEN: [rule.scope]})
    return found


def _responses(
    one: Route,
    operation: Operation,
    rule: Rule,
    names: Names,
) -> Json:
    found: Json = {
        str(status): _answer(operation, names) for status in (operation.status, *operation.also)
    }
    for status, codes in refusals(one, operation, rule).items():
        refused: Json = {
            "description": ", ".join(codes),
            "content": _oauth_refusal(codes) if rule.oauth else _refusal(codes),
        }
        if str(status) in found:
            schema = {"anyOf": [_schema_of(found[str(status)]), _schema_of(refused)]}
            refused["content"] = {JSON: {"schema": schema}}
        if status == RateLimited.status:
            refused["headers"] = RETRY_AFTER
        found[str(status)] = refused
    return dict(sorted(found.items()))


def _answer(operation: Operation, names: Names) -> Json:
    if operation.media is None:
        return {"description": "Done; there is nothing to say."}
    if operation.gives is None:
        return {"description": operation.summary, "content": {operation.media: {}}}
    schema = names[operation.gives, "serialization"]
    return {"description": operation.summary, "content": {operation.media: {"schema": schema}}}


def _schema_of(response: Json) -> Json:
    schema: Json = response["content"][JSON]["schema"]
    return schema


def _refusal(codes: Sequence[str]) -> Json:
    ref = {"$ref": REF.format(model=Problem.__name__)}
    error = {"allOf": [ref, {"properties": {"code": {"enum": list(codes)}}}]}
    schema = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": error},
        "additionalProperties": False,
    }
    return {JSON: {"schema": schema}}


def _oauth_refusal(codes: Sequence[str]) -> Json:
    properties = {"error": {"enum": list(codes)}, "error_description": {"type": "string"}}
    schema = {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
    return {JSON: {"schema": schema}}


def _of_kind(one: Route, operation: Operation, rule: Rule) -> Iterator[Refusal]:
    """Give the errors that every route of this kind may answer with."""
    yield from (Internal, Retry, RateLimited)
    if disclosure.ROUTES[one.key] is not disclosure.Reads.NOTHING:
        yield AuditUnavailable
    if rule.audience == "site":
        yield NotASiteDevice
    elif rule.audience is not None:
        yield from (NotSignedIn, SessionExpired)
    if rule.audience is not None:
        yield from (Forbidden, NotFound, RecordShredded)
        yield from _unproven(rule)
    if "{" in one.path:
        yield NotFound
    if one.method not in SAFE_METHODS and not rule.oauth:
        yield OriginRefused
    if operation.takes is not None or operation.headers is not None:
        yield from (BadRequest, InvalidBody, BodyTooLarge)
    if operation.query is not None:
        yield BadRequest


def _unproven(rule: Rule) -> Iterator[Refusal]:
    """Give why staff may have to prove more, or again; patients and tablets never have to."""
    if rule.audience in {"patient", "site"}:
        return
    if rule.proof not in OPEN_WHILE_ENROLLING:
        yield EnrolmentRequired
    if rule.proof in {access.Proof.FRESH, access.Proof.ENROLLING_OR_FRESH}:
        yield StepUpRequired


# ------------------------------------------------------------------ components


def _schemas(
    operations: Iterable[Operation],
) -> tuple[Names, Json]:
    """Return how each model is referred to, and all schemas by name."""
    wanted: dict[tuple[type[BaseModel], Mode], None] = {(Problem, "serialization"): None}
    for one in operations:
        if one.takes is not None:
            wanted[one.takes, "validation"] = None
        if one.gives is not None:
            wanted[one.gives, "serialization"] = None
    names, whole = models_json_schema(list(wanted), by_alias=True, ref_template=REF)
    return names, whole["$defs"]


def _schemes(settings: Settings) -> Json:
    found: Json = {
        audience: {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(settings, audience),
            "description": f"The session of one audience: {audience}.",
        }
        for audience in _audiences()
    }
    scopes = sorted({rule.scope for rule in access.ROUTES.values() if rule.scope is not None})
    found[TOKEN] = {
        "type": "http",
        "scheme": "bearer",
        "description": f"A token of a spa's own software. Scopes: {', '.join(scopes)}.",
    }
    return found


def _audiences() -> tuple[Audience, ...]:
    return get_args(Audience)
