"""Signing in at an organization's own provider of identities, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from signaling.messages import Message

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(max_length=180, strip_whitespace=True)]


class ProviderView(Message):
    """A provider that people may sign in by; `name` is on its button."""

    id: str
    name: str


class ProvidersView(Message):
    """All of them, of these pages."""

    providers: list[ProviderView]


class ProviderChoiceForm(Message):
    """Which provider to go to. `invitation`: the secret of one that is accepted by it."""

    provider_id: Id
    invitation: Secret | None = None


class ProviderAddressView(Message):
    """Where the browser is to go now. It comes back to this page, with what is finished."""

    url: str


class ProviderAnswerForm(Message):
    """What the browser came back with. `iss` where the provider says who it is (RFC 9207).

    `provider`: as the query of the address has it, where it has one.
    """

    code: Annotated[str, StringConstraints(min_length=1, max_length=4_096)]
    state: Secret
    iss: Annotated[str, StringConstraints(max_length=255)] | None = None
    provider: Annotated[str, StringConstraints(max_length=64)] | None = None


class ProviderLinkForm(Message):
    """Which provider's person the account is to be."""

    provider_id: Id


class ProviderLinkView(Message):
    """Who the account is elsewhere. `name` is null where the provider was ended."""

    name: str | None
    issuer: str
    linked_at_ms: int
    signed_on_at_ms: int | None


class ProviderLinksView(Message):
    """All of them, and which providers of the organization could be linked."""

    links: list[ProviderLinkView]
    providers: list[ProviderView]


class ProviderForm(Message):
    """A provider as compliance describes it; `openid` is always among the scopes.

    `client_secret`: of a confidential client. `acr`: how people have to be proven there.
    """

    organization_id: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    client_secret: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    scopes: Words = ""
    acr: Words | None = None


class OwnProviderView(Message):
    """A provider of one's network, or of one of its spas.

    `redirect_uris`: where it may send browsers back to, without its mark and with it.
    `logout_uri`: where it is to say that somebody signed out (back-channel).
    """

    id: str
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    scopes: str
    acr: str | None
    since_ms: int
    redirect_uris: list[str]
    logout_uri: str


class EmergencyAccountView(Message):
    """An account that signs in without the provider.

    `signed_in_at_ms`: last time that it did, while others could not. `seen` by compliance.
    """

    account_id: str
    login: str
    display_name: str
    active: bool
    signed_in_at_ms: int | None
    seen: bool


class OrganizationProvidersView(Message):
    """How people of an organization sign in. `emergency_only`: here only in an emergency."""

    organization_id: str
    name: str
    kind: Literal["network", "spa"]
    emergency_only: bool
    providers: list[OwnProviderView]
    emergency_accounts: list[EmergencyAccountView]


class ProvidersAdminView(Message):
    """A network and its spas. `redirect_uris`: what a provider has to send browsers back to."""

    organizations: list[OrganizationProvidersView]
    redirect_uris: list[str]


class LocalSignInForm(Message):
    """Whether people of an organization sign in here only in an emergency."""

    organization_id: Id
    emergency_only: bool


class EmergencyAccountForm(Message):
    """Whether an account is one for emergencies."""

    emergency: bool


class LeftView(Message):
    """A logout token was accepted: `{}`."""
