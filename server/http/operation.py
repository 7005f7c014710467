"""A handler and its contract: what it takes, gives and refuses, as data.

    @operation(NoConditionOpen, CredentialRefused)
    async def satisfy(call: Call, form: SatisfyForm) -> Answer[ChangedView]:

The annotations are the contract. A body or a query is validated with the very model that the
parameter names, the type checker holds the answer to the model of the result, and the OpenAPI
document is made of both: none of the three can say something else than the others.

What it is not: who may ask (`server.access`), nor where (`server.http.routes`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import BaseModel

from media.call import CallError
from server.access import asks_fresh
from server.errors import GoodfaithError
from server.http.calls import (
    CSV,
    FHIR,
    JPEG,
    JSON,
    PDF,
    URL_ENCODED,
    Answer,
    Call,
    Document,
    FhirBundle,
    Handler,
    Nothing,
    Picture,
    Query,
    Sheet,
    UrlForm,
)
from server.proofs.stepping_up import require_fresh
from signaling.errors import SignalingError

Refusal: TypeAlias = type[GoodfaithError] | type[SignalingError] | type[CallError]
Handled: TypeAlias = Callable[..., Awaitable[web.StreamResponse]]
ROUTE: Final = re.compile(r"^(GET|POST|PUT|DELETE)( \S+?)?: ")
SECTION: Final = re.compile(r"^(Args|Raises|Returns):$", re.MULTILINE)


class ContractUnclear(TypeError):
    """The annotations of a handler do not say what it takes and gives."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A handler with its contract.

    Attributes:
        handle: what answers.
        name: unique among the routes of one page.
        text: its docstring.
        takes: model of the body; None: it has none.
        query: model of what stands behind the question mark.
        file: media type of a body that is a file; what it is to be stands in headers.
        headers: model of these, each field by the name of its header.
        gives: model of the answer; None where it is no JSON, or none of ours.
        media: type of the answer's content; None: it has none.
        also: statuses besides 200 with which the same answer comes.
        refuses: errors of its own, beside those that every route of its kind has.
    """

    handle: Handler
    name: str
    text: str
    takes: type[BaseModel] | None = None
    query: type[Query] | None = None
    file: str | None = None
    headers: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    media: str | None = None
    also: tuple[int, ...] = ()
    refuses: tuple[Refusal, ...] = ()

    async def __call__(self, call: Call) -> web.StreamResponse:
        """Answer a request."""
        return await self.handle(call)

    @property
    def summary(self) -> str:
        """Return the first line of its docstring, without the route."""
        first = ROUTE.sub("", self.text.partition("\n")[0].strip())
        return first[:1].upper() + first[1:]

    @property
    def description(self) -> str:
        """Return what its docstring says besides."""
        rest = inspect.cleandoc(self.text).partition("\n")[2]
        return SECTION.split(rest)[0].strip()

    @property
    def encoding(self) -> str:
        """Return as what media type its body comes, where a model stands for that."""
        is_form = self.takes is not None and issubclass(self.takes, UrlForm)
        return URL_ENCODED if is_form else JSON

    @property
    def status(self) -> int:
        """Return the status of its answer."""
        return HTTPStatus.NO_CONTENT if self.media is None else HTTPStatus.OK


def operation(*refuses: Refusal, also: tuple[int, ...] = ()) -> Callable[[Handled], Operation]:
    """Make a handler an operation, by its annotations.

    Args:
        refuses: errors of its own.
        also: statuses besides 200 with which the same answer comes.

    Raises:
        ContractUnclear: a parameter or the result has no model.
    """

    def described(handled: Handled) -> Operation:
        hints = get_type_hints(handled)
        result = hints.pop("return", None)
        takes, query = _sent([hints[name] for name in inspect.signature(handled).parameters])
        gives, media = _given(result)
        return Operation(
            handle=_checked(handled, takes, query),
            name=handled.__name__,
            text=handled.__doc__ or "",
            takes=takes,
            query=query,
            gives=gives,
            media=media,
            also=also,
            refuses=refuses,
        )

    return described


def _sent(
    annotations: list[object],
) -> tuple[type[BaseModel] | None, type[Query] | None]:
    """Return the models of body and query that a handler has after its `Call`."""
    if not annotations or annotations[0] is not Call or len(annotations) > len((Call, 1, 2)):
        raise ContractUnclear("a Call, then what was sent")
    takes: type[BaseModel] | None = None
    query: type[Query] | None = None
    for one in annotations[1:]:
        if isinstance(one, type) and issubclass(one, Query) and query is None:
            query = one
        elif isinstance(one, type) and issubclass(one, BaseModel) and takes is None:
            takes = one
        else:
            raise ContractUnclear("one body and one query at most, each a model")
    return takes, query


def _given(result: object) -> tuple[type[BaseModel] | None, str | None]:
    """Return the model and the content type of a handler's answer."""
    if result is Nothing:
        return None, None
    if result is Document:
        return None, PDF
    if result is Picture:
        return None, JPEG
    if result is FhirBundle:
        return None, FHIR
    if result is Sheet:
        return None, CSV
    if get_origin(result) is Answer:
        (model,) = get_args(result)
        return model, JSON
    raise ContractUnclear(
        "an Answer[View], a Document, a Sheet, a FhirBundle, a Picture or Nothing"
    )


async def _require_still_fresh(call: Call) -> None:
    """Look at the session once more: a body may have come slowly, and the session ended since.

    Raises:
        SessionExpired: it did.
        StepUpRequired: its proof is stale by now.
    """
    if asks_fresh(call.rule, call.principal):
        async with call.services.database.read() as tx:
            now = call.services.clock.now()
            await require_fresh(tx, call.services, call.principal.session, now=now)


def _checked(
    handled: Handled, takes: type[BaseModel] | None, query: type[Query] | None
) -> Handler:
    """Return a handler that gets what was sent, validated, in the order of body and query."""

    async def handle(call: Call) -> web.StreamResponse:
        sent: list[BaseModel] = []
        if takes is not None and issubclass(takes, UrlForm):
            sent.append(await call.url_form(takes))
        elif takes is not None:
            sent.append(await call.form(takes))
            await _require_still_fresh(call)
        if query is not None:
            sent.append(call.query(query))
        return await handled(call, *sent)

    return handle
