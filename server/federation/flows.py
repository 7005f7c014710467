"""A browser is sent to a provider, and comes back once.

    begun (state, a cookie) --provider--> back with state and code: finished, once
                            `--------------------------------------> over, by and by

What was begun in a session is kept here, and counted for its account. Who is yet to sign in is
nobody: their cookie has all of it, with a ticket (`server.tickets`), and no limit that others
behind their address have, too, is spent.

`nonce` and PKCE's verifier are made of the state and of what only the browser's cookie has, so
nothing that is kept here finishes anything, and neither does an address that somebody else's
browser was given (login CSRF), nor a code that was stolen on its way.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from server import attempts, tickets
from server.attempts import Limited
from server.federation.discovery import Discovery
from server.federation.metadata import Asked, address_for, mark_of
from server.federation.refusals import FlowOver, ProviderFailed, ProviderUnknown, Unusable
from server.logging import get_logger
from server.proofs.ways import StaffAudience
from server.services import Core
from server.storage import directory, provider_flows, providers
from server.storage.provider_flows import Flow, Purpose
from server.storage.providers import Kind, Provider

SECRET_BYTES: Final = 32
FLOW_S: Final = 600
SECOND_US: Final = 1_000_000
CHARS_MAX: Final = 100
COOKIE_CHARS_MAX: Final = 400
STRANGERS: Final[Mapping[str, Purpose]] = {"sign_in": "sign_in", "join": "join"}
DOT: Final = "."  # between what a cookie has that has all
MARK: Final = "provider"  # in the address that a browser comes back to
PAGES: Final[Mapping[str, str]] = {"practitioner": "console", "spa": "portal", "ops": "ops"}
KINDS: Final[Mapping[str, Kind]] = {"practitioner": "network", "spa": "spa", "ops": "network"}

log = get_logger("federation")


@dataclass(frozen=True, slots=True)
class Purposed:
    """What a browser is sent for.

    Attributes:
        account_id: whose session it is begun in, where it is in one.
        session: that session, by its name.
        invitation_id: which invitation is to be accepted by it.
        organization_id: whose provider it has to be; None: anybody's.
    """

    purpose: Purpose
    audience: StaffAudience
    organization_id: str | None = None
    account_id: str | None = None
    session: str | None = None
    invitation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a browser is sent, and what it has to bring back in its cookie."""

    url: str
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Back:
    """A flow that its own browser came back from; `nonce` and `verifier` are its own."""

    flow: Flow
    provider: Provider
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def redirect_uri(core: Core, audience: str, mark: str | None = None) -> str:
    """Return the page that providers send browsers of an audience back to.

    Args:
        core: the running server.
        audience: whose page.
        mark: of the one provider that sends them there (`Metadata.mark`).
    """
    page = f"{core.settings.origin}/{PAGES[audience]}"
    return page if mark is None else f"{page}?{MARK}={mark}"


def redirect_uris(core: Core, kind: Kind, issuer: str) -> list[str]:
    """Return all pages that a provider of such an organization may send browsers back to.

    With its mark and without: which are used, what the provider says of itself decides.
    """
    audiences = [one for one, owner in KINDS.items() if owner == kind]
    marks = (None, mark_of(issuer))
    return [redirect_uri(core, one, mark) for mark in marks for one in audiences]


async def begin(
    core: Core,
    discovery: Discovery,
    provider_id: str,
    wanted: Purposed,
) -> Begun:
    """Send a browser to a provider.

    Args:
        core: the running server.
        discovery: knows providers.
        provider_id: which.
        wanted: what for.

    Raises:
        TooManyAttempts: there were too many for this account.
        ProviderUnknown: there is no such provider for these pages.
        ProviderFailed: it does not say where to go.
    """
    if wanted.account_id is not None:
        most = core.settings.challenges_max
        await attempts.begin(core, Limited("provider", wanted.account_id, most))
    provider = await _provider(core, provider_id, wanted)
    try:
        known = await discovery.of(provider.issuer)
    except Unusable as unusable:
        log.warning("provider_failed", provider_id=provider.id, reason=unusable.reason)
        raise ProviderFailed from None
    state = _secret(core)
    carry = _carried if wanted.account_id is None else _kept
    browser = await carry(core, provider, wanted, state)
    asked = Asked(
        client_id=provider.client_id,
        scopes=provider.scopes,
        state=state,
        nonce=_derived("nonce", state, browser),
        verifier=_derived("verifier", state, browser),
        redirect_uri=redirect_uri(core, wanted.audience, known.metadata.mark),
        acr=provider.acr,
        again=wanted.purpose == "step_up",
    )
    return Begun(address_for(known.metadata, asked), browser)


async def come_back(
    core: Core, audience: StaffAudience, *, state: str, browser: str | None
) -> Back:
    """Take the flow that a browser came back from; it is over with that, whatever comes of it.

    Raises:
        FlowOver: this browser began none like it, it is over, or its provider was ended.
    """
    if not browser or len(state) > CHARS_MAX or len(browser) > COOKIE_CHARS_MAX:
        raise FlowOver
    if DOT in browser:
        flow = await _of_cookie(core, audience, state, browser)
    else:  # begun in a session, or at a node of a version from before
        async with core.database.write() as tx:
            now = core.clock.now()
            flow = await provider_flows.use(tx, _hash(state), _hash(browser), audience, now)
    if flow is None:
        raise FlowOver
    async with core.database.read() as tx:
        provider = await providers.find_live(tx, flow.provider_id)
    if provider is None:
        raise FlowOver
    return Back(
        flow,
        provider,
        _derived("nonce", state, browser),
        _derived("verifier", state, browser),
    )


async def _kept(core: Core, provider: Provider, wanted: Purposed, state: str) -> str:
    """Keep a flow; return the cookie of its browser."""
    browser, now = _secret(core), core.clock.now()
    flow = Flow(
        state_hash=_hash(state),
        browser_hash=_hash(browser),
        provider_id=provider.id,
        audience=wanted.audience,
        purpose=wanted.purpose,
        account_id=wanted.account_id,
        session=wanted.session,
        invitation_id=wanted.invitation_id,
        created_at=now,
        expires_at=now + FLOW_S * SECOND_US,
    )
    async with core.database.write() as tx:
        await provider_flows.add(tx, flow)
    return browser


async def _carried(core: Core, provider: Provider, wanted: Purposed, state: str) -> str:
    """Return the cookie of a browser that has all of its flow itself."""
    said = (_secret(core), provider.id, wanted.purpose, wanted.invitation_id or "")
    words = _bound(wanted.audience, state, DOT.join(said))
    return DOT.join((*said, _text(await tickets.make(core, words, ttl_s=FLOW_S))))


async def _of_cookie(
    core: Core, audience: StaffAudience, state: str, browser: str
) -> Flow | None:
    """Take the flow that a browser has itself, once; None if it began none like it."""
    said, _, ticket = browser.rpartition(DOT)
    try:
        _, provider_id, word, invitation_id = said.split(DOT)
        purpose, shown = STRANGERS[word], _bytes(ticket)
    except (ValueError, KeyError):
        return None
    over_at = await tickets.use(core, _bound(audience, state, said), shown)
    if over_at is None:
        return None
    return Flow(
        state_hash=_hash(state),
        browser_hash=_hash(browser),
        provider_id=provider_id,
        audience=audience,
        purpose=purpose,
        invitation_id=invitation_id or None,
        created_at=over_at - FLOW_S * SECOND_US,
        expires_at=over_at,
    )


def _bound(audience: StaffAudience, state: str, said: str) -> str:
    """Return what a browser's ticket is for."""
    return f"provider flow\n{audience}\n{_hash(state)}\n{said}"


async def _provider(core: Core, provider_id: str, wanted: Purposed) -> Provider:
    async with core.database.read() as tx:
        found = await providers.find_live(tx, provider_id)
        if found is not None:
            owner = await directory.organization(tx, found.organization_id)
            own = wanted.organization_id in {None, owner.organization_id}
            if own and owner.kind == KINDS[wanted.audience]:
                return found
    raise ProviderUnknown


def _secret(core: Core) -> str:
    return _text(core.random_bytes(SECRET_BYTES))


def _derived(word: str, state: str, browser: str) -> str:
    """Return 256 bits that nobody knows who has not both."""
    return _text(hashlib.sha256(f"goodfaith {word} v1\n{state}\n{browser}".encode()).digest())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
