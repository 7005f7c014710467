"""One request as a handler sees it: who is asking, and a body that has been checked.

What a handler gives back is a model; what it may raise is in `server.errors`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from server.access import Principal, Resource, Rule, may
from server.errors import BadRequest, BodyTooLarge, NotFound
from server.http.addresses import client_address
from server.services import Services
from signaling.messages import Message

JSON: Final = "application/json"
PDF: Final = "application/pdf"
BODY_READ_S: Final = 15.0

Form = TypeVar("Form", bound=BaseModel)


class EmptyForm(Message):
    """The body of a request that says all by its address: `{}`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the policy let through.

    Attributes:
        services: the running server.
        request: aiohttp's.
        principal: who is asking.
        rule: the policy's entry for this route.
    """

    services: Services
    request: web.Request
    principal: Principal
    rule: Rule

    async def form(self, model: type[Form]) -> Form:
        """Return the body as `model`.

        Raises:
            BadRequest: it is not JSON, or did not arrive in time.
            BodyTooLarge: it is longer than any body may be.
            InvalidBody: it is JSON, but not such a form (raised by way of pydantic).
        """
        if self.request.content_type != JSON:
            raise BadRequest
        body = await read_body(self.request, self.services.settings.request_bytes_max)
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            if any(part["type"] == "json_invalid" for part in error.errors()):
                raise BadRequest from None
            raise

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
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return client_address(
        peer[0] if isinstance(peer, tuple) else None,
        ",".join(request.headers.getall("X-Forwarded-For", ())),
        services.settings.trusted_proxies,
    )


async def read_body(
    request: web.Request,
    bytes_max: int,
    *,
    within_s: float = BODY_READ_S,
    too_large: type[BodyTooLarge] = BodyTooLarge,
) -> bytes:
    """Return the body, never reading much more than `bytes_max` of it.

    Raises:
        BadRequest: it did not arrive in time.
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
    except TimeoutError:
        raise BadRequest from None
    return bytes(body)


def answer(view: Message) -> web.Response:
    """Return a view as JSON."""
    return web.Response(text=view.model_dump_json(), content_type=JSON)


def nothing() -> web.Response:
    """Return an answer without a body."""
    return web.Response(status=204)


def pdf(content: bytes, name: str) -> web.Response:
    """Return a PDF to be shown; `name` is what it is saved as, and carries no PHI."""
    return web.Response(
        body=content,
        content_type=PDF,
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
