"""What a browser brings back -> who signed on.

    state, cookie --> flow --code, verifier--> provider --> ID token --> person of an issuer
           | not this browser's, or over                      | replayed, altered, ...
           v                                                  v
      flow over                                       refused, one answer for all

That a person may come in, and as whom, is decided afterwards (`linking`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from server import attempts
from server.attempts import Limited
from server.errors import TooManyAttempts
from server.federation import flows, tokens
from server.federation.discovery import Discovery, Known
from server.federation.fetching import CodeRefused, Exchange
from server.federation.flows import SECOND_US, Back
from server.federation.metadata import method_for
from server.federation.refusals import (
    FlowOver,
    ProviderFailed,
    ProviderRefused,
    TokenRefused,
    Unusable,
)
from server.federation.tokens import Expected, Subject
from server.logging import get_logger
from server.proofs import known_browsers
from server.proofs.proving import Guesser, source_of
from server.proofs.ways import SignedOn, StaffAudience
from server.sealing import unseal
from server.services import Core
from server.storage.provider_flows import Flow
from server.storage.providers import Provider, secret_place

BEFORE_S: Final = 60  # by so much the provider's clock may be behind ours

log = get_logger("federation")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a browser brings back.

    Attributes:
        issuer: who sent it, where the provider says so (RFC 9207).
        mark: of the address that it came back to, where that was one provider's own.
        browser: its cookie of when it was sent.
        known: what it was given at earlier sign-ins.
    """

    code: str = field(repr=False)
    state: str = field(repr=False)
    issuer: str | None = None
    mark: str | None = None
    browser: str | None = field(default=None, repr=False)
    known: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who signed on at a provider, and what for."""

    flow: Flow
    provider: Provider
    on: SignedOn


async def finish(
    core: Core,
    discovery: Discovery,
    audience: StaffAudience,
    brought: Brought,
    *,
    address: str,
) -> Arrived:
    """Return who signed on.

    Args:
        core: the running server.
        discovery: knows providers.
        audience: which pages.
        brought: what the browser brings.
        address: where it comes from, for the limits.

    Raises:
        TooManyAttempts: there is no such flow, and too much was wrong from this address; or
            too many codes that strangers brought from there were refused.
        FlowOver: this browser began nothing like it, or it is over.
        ProviderRefused: the code or the token is not accepted.
        ProviderFailed: the provider does not answer.
    """
    back = await _back(core, audience, brought, source_of(core, address))
    counted = await _let_ask(core, back, brought, address)
    try:
        subject = await _subject(core, discovery, back, brought)
    except Unusable as unusable:
        log.warning("provider_failed", provider_id=back.provider.id, reason=unusable.reason)
        raise ProviderFailed from None
    except (CodeRefused, TokenRefused) as refused:
        await attempts.failed(core, counted)
        reason = refused.reason if isinstance(refused, TokenRefused) else "code"
        log.warning("provider_refused", provider_id=back.provider.id, reason=reason)
        raise ProviderRefused from None
    on = SignedOn(
        back.provider.id,
        subject.issuer,
        subject.subject,
        subject.sid,
        None if subject.proved_at_s is None else round(subject.proved_at_s * SECOND_US),
    )
    return Arrived(back.flow, back.provider, on)


async def _back(core: Core, audience: StaffAudience, brought: Brought, source: Limited) -> Back:
    """Take the flow; only who has none is asked what else was wrong from that address.

    Whoever comes back to what their own browser began is no stranger who guesses.
    """
    try:
        return await flows.come_back(
            core, audience, state=brought.state, browser=brought.browser
        )
    except FlowOver:
        await attempts.check(core, source)
        raise


async def _let_ask(core: Core, back: Back, brought: Brought, address: str) -> Limited:
    """Return where a code is counted if the provider refuses it: each costs it a question.

    In a session that is the account. Strangers share what their address has; a browser that an
    account of the provider's organization is known in has as much of its own.

    Raises:
        TooManyAttempts: too many were refused.
    """
    kind, most = "provider_code", core.settings.attempts_per_address_max
    counted = Limited(kind, back.flow.account_id or address, most)
    try:
        await attempts.check(core, counted)
    except TooManyAttempts:
        owner, audience = back.provider.organization_id, back.flow.audience
        apart = await known_browsers.browser_among(core, owner, audience, brought.known)
        if apart is None or back.flow.account_id is not None:
            raise
        counted = Guesser(apart).limited(kind, owner, most)
        await attempts.check(core, counted)
    return counted


async def _subject(core: Core, discovery: Discovery, back: Back, brought: Brought) -> Subject:
    provider = back.provider
    known = await discovery.of(provider.issuer)
    _require_sender(known, brought)
    secret = await _secret(core, provider)
    text = await discovery.fetcher.id_token(
        known.metadata,
        method_for(known.metadata, secret=secret is not None),
        Exchange(
            client_id=provider.client_id,
            code=brought.code,
            verifier=back.verifier,
            redirect_uri=flows.redirect_uri(core, back.flow.audience, known.metadata.mark),
            secret=secret,
        ),
    )
    token = tokens.read(text)
    await discovery.verified(provider.issuer, token)
    return tokens.signed_on(token, _expected(back), now_s=core.clock.now() // SECOND_US)


def _expected(back: Back) -> Expected:
    asked_again = back.flow.purpose == "step_up"
    begun_s = back.flow.created_at // SECOND_US
    return Expected(
        issuer=back.provider.issuer,
        client_id=back.provider.client_id,
        nonce=back.nonce,
        acr=back.provider.acr,
        proved_since_s=begun_s - BEFORE_S if asked_again else None,
    )


def _require_sender(known: Known, brought: Brought) -> None:
    """Refuse an answer of another provider than the one that was asked (RFC 9207, 2.4).

    Before the code is shown to anybody: it may be another's, for an account of somebody else.
    """
    said = brought.issuer
    if said is None and known.metadata.names_itself:
        raise TokenRefused("sender")
    if said is not None and said != known.metadata.issuer:
        raise TokenRefused("sender")
    if brought.mark != known.metadata.mark:
        raise TokenRefused("sender")


async def _secret(core: Core, provider: Provider) -> str | None:
    if provider.sealed_secret is None:
        return None
    async with core.database.read() as tx:
        key = await core.keyring.tenant_key(tx, provider.organization_id)
    place = secret_place(provider.id, provider.organization_id)
    return unseal(key, provider.sealed_secret, place=place).decode()
