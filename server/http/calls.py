"""One request as a handler sees it: who is asking, what was sent; and the answers it may give.

What a handler gives back is a model; what it may raise is in `server.errors`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from server.access import Principal, Resource, Rule, may
from server.auditing.event import SHOWN_MAX
from server.errors import BadRequest, BodyTooLarge, NotFound
from server.http.addresses import client_address
from server.services import Services
from signaling.messages import Message

JSON: Final = "application/json"
URL_ENCODED: Final = "application/x-www-form-urlencoded"
PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
CSV: Final = "text/csv"
FHIR: Final = "application/fhir+json"
BODY_READ_S: Final = 15.0
PARAMETERS_MAX: Final = 30  # of a form
# The character 0, which no column of PostgreSQL takes and nobody types: as JSON writes it, with
# no backslash of another pair before it.
NUL: Final = "\0"
NUL_IN_JSON: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

Form = TypeVar("Form", bound=BaseModel)
View = TypeVar("View", bound=BaseModel)
UrlEncoded = TypeVar("UrlEncoded", bound="UrlForm")


class Answer(web.Response, Generic[View]):
    """A view as JSON; which one it is, the annotation of the handler says."""


class Nothing(web.Response):
    """An answer without a body."""


class Document(web.Response):
    """A PDF."""


class Sheet(web.Response):
    """Rows as CSV."""


class Picture(web.Response):
    """A JPEG that was encoded by this product."""


class FhirBundle(web.Response):
    """A FHIR R4 bundle."""


class Query(Message):
    """What stands behind the question mark of an address, each at most once."""


class UrlForm(Message):
    """A body as HTML forms send it, each parameter at most once: for what OAuth defines alone.

    Parameters that are not known are passed over, and one without a value is as good as
    missing (RFC 6749, 3.2). Any page can send such a body without asking, so nothing that reads
    a cookie takes one.
    """

    model_config = ConfigDict(extra="ignore")


class EmptyForm(Message):
    """The body of a request that says all by its address: `{}`."""


@dataclass(slots=True)
class Told:
    """What an answer shows, where only its handler knows: for the audit log.

    Attributes:
        principal: who came in just now.
        encounter_id: of which one.
        patient_id: of whom.
        listed: encounters of a list, the first of them.
        number: how many there are in all.
    """

    principal: Principal | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    listed: tuple[str, ...] = ()
    number: int | None = None

    def lists(self, encounter_ids: Iterable[str]) -> None:
        """Say which encounters a list shows."""
        every = list(encounter_ids)
        self.listed, self.number = tuple(every[:SHOWN_MAX]), len(every)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the policy let through.

    Attributes:
        services: the running server.
        request: aiohttp's.
        principal: who is asking.
        rule: the policy's entry for this route.
        key: of this route, in the policy.
        told: what the answer shows, as far as the handler says it.
    """

    services: Services
    request: web.Request
    principal: Principal
    rule: Rule
    key: str = ""
    told: Told = field(default_factory=Told)

    async def form(self, model: type[Form]) -> Form:
        """Return the body as `model`.

        Raises:
            BadRequest: it is not JSON, has the character 0 in it, or did not arrive in time.
            BodyTooLarge: it is longer than any body may be.
            InvalidBody: it is JSON, but not such a form (raised by way of pydantic).
        """
        if self.request.content_type != JSON:
            raise BadRequest
        body = await read_body(self.request, self.services.settings.request_bytes_max)
        if NUL_IN_JSON.search(body):
            raise BadRequest
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            if any(part["type"] == "json_invalid" for part in error.errors()):
                raise BadRequest from None
            raise

    async def url_form(self, model: type[UrlEncoded]) -> UrlEncoded:
        """Return the body as `model`, which came as HTML forms send it.

        Raises:
            BadRequest: it is no such body, names something twice, or did not arrive in time.
            BodyTooLarge: it is longer than any body may be.
            InvalidBody: it is not such a form (raised by way of pydantic).
        """
        if self.request.content_type != URL_ENCODED:
            raise BadRequest
        body = await read_body(self.request, self.services.settings.request_bytes_max)
        try:
            pairs = parse_qsl(
                body.decode("utf-8"),
                strict_parsing=bool(body),
                errors="strict",
                max_num_fields=PARAMETERS_MAX,
            )
        except ValueError:
            raise BadRequest from None
        if len(pairs) != len(dict(pairs)) or any(NUL in value for _, value in pairs):
            raise BadRequest
        return model.model_validate_strings(dict(pairs))

    def query(self, model: type[Form]) -> Form:
        """Return what stands behind the question mark of the address as `model`.

        Raises:
            BadRequest: it is not such a query.
        """
        given = self.request.query
        if len(given) != len(set(given)) or any(NUL in value for value in given.values()):
            raise BadRequest
        try:
            return model.model_validate_strings(dict(given))
        except ValidationError as error:
            known = model.model_fields.keys() | model_aliases(model)
            wrong = [str(part["loc"][0]) for part in error.errors() if part["loc"]]
            raise BadRequest(fields=tuple(one for one in wrong if one in known)) from None

    def require(self, resource: Resource) -> None:
        """Ask the policy about something that only the body names.

        Raises:
            NotFound: it is not for this principal.
        """
        if not may(self.rule, self.principal, resource):
            raise NotFound

    @property
    def path_id(self) -> str:
        """Return the id in the route's path."""
        return self.request.match_info["id"]

    @property
    def address(self) -> str:
        """Return the address that limits are counted for."""
        return address_of(self.request, self.services)


Handler = Callable[[Call], Awaitable[web.StreamResponse]]


def address_of(request: web.Request, services: Services) -> str:
    """Return the client's address, as far as the proxies before it are trusted."""
    peer, forwarded = asked_from(request)
    return client_address(peer, forwarded, services.settings.trusted_proxies)


def asked_from(request: web.BaseRequest) -> tuple[str | None, str]:
    """Return the other end of the connection, and what proxies say of who is behind it."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return (peer[0] if isinstance(peer, tuple) else None), forwarded


async def read_body(
    request: web.Request,
    bytes_max: int,
    *,
    within_s: float = BODY_READ_S,
    too_large: type[BodyTooLarge] = BodyTooLarge,
) -> bytes:
    """Return the body, never reading much more than `bytes_max` of it.

    Raises:
        BadRequest: it did not arrive in time, not whole, or is not framed as HTTP says.
        BodyTooLarge: it is longer than that.
    """
    if (request.content_length or 0) > bytes_max:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > bytes_max:
                    raise too_large
    except (TimeoutError, ConnectionError, web.RequestPayloadError):
        raise BadRequest from None
    return bytes(body)


def model_aliases(model: type[BaseModel]) -> set[str]:
    """Return the names that a model's fields have outside, where they are other ones."""
    return {one.alias for one in model.model_fields.values() if one.alias is not None}


def answer(view: View) -> Answer[View]:
    """Return a view as JSON."""
    return Answer(text=view.model_dump_json(), content_type=JSON)


def nothing() -> Nothing:
    """Return an answer without a body."""
    return Nothing(status=204)


def fhir_bundle(content: bytes, name: str) -> FhirBundle:
    """Return a bundle to be saved; `name` is what it is saved as, and carries no PHI."""
    return FhirBundle(
        body=content,
        content_type=FHIR,
        headers={"Content-Disposition": f'attachment; filename="{name}.fhir.json"'},
    )


def pdf(content: bytes, name: str) -> Document:
    """Return a PDF to be shown; `name` is what it is saved as, and carries no PHI."""
    return Document(
        body=content,
        content_type=PDF,
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def sheet(text: str, name: str) -> Sheet:
    """Return rows as a file to be saved; `name` carries no PHI."""
    return Sheet(
        text=text,
        content_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
