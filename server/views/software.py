"""A spa's own software on the wire: what its manager registers, and what it gets itself."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Message

JWK_CHARS_MAX: Final = 6_000
ScopeName = Literal["authorizations:query", "authorizations:use", "charts:read"]
Jwk = Annotated[str, StringConstraints(min_length=1, max_length=JWK_CHARS_MAX)]
SoftwareName = Annotated[
    str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)
]


class SoftwareForm(Message):
    """Software that is to sign in by itself. `jwk`: its public key, as text."""

    label: SoftwareName
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=3)]
    jwk: Jwk


class SoftwareKeyForm(Message):
    """Another public key of software: a JWK, as text."""

    jwk: Jwk


class SoftwareKeyView(Message):
    """A key that counts. `kid` is what the software calls it."""

    key_id: str
    kid: str
    algorithm: Literal["ES384", "RS384"]
    since_ms: int


class SoftwareView(Message):
    """Software of the spa. `software_id` is its `client_id`; revoked is for good."""

    software_id: str
    label: str
    scopes: list[str]
    state: Literal["active", "revoked"]
    created_at_ms: int
    revoked_at_ms: int | None
    signed_in_at_ms: int | None
    keys: list[SoftwareKeyView]


class LastingTokenView(Message):
    """A token that operations made, and that works until it ends."""

    token_id: str
    label: str
    scopes: list[str]
    expires_at_ms: int


class SoftwarePageView(Message):
    """What the page shows; `token_url` is what an assertion is for."""

    software: list[SoftwareView]
    tokens: list[LastingTokenView]
    token_url: str
    software_max: int
    keys_max: int


class TokenView(Message):
    """A token, as OAuth has it (RFC 6749, 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind
    expires_in: int
    scope: str


class AuthorizationServerView(Message):
    """Where tokens are got, and how (RFC 8414)."""

    issuer: str
    token_endpoint: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    scopes_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
