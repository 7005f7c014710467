"""A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0).

logout token --signed, for us, of now, once--> sessions begun by it end, and their sockets
      | anything else
      v
   refused, one answer; the reason is in the log
"""

from __future__ import annotations

import hashlib
from typing import Final

from server import attempts, auditing
from server.attempts import Limited
from server.auditing import Action, AuditEvent
from server.federation import tokens
from server.federation.discovery import Discovery
from server.federation.flows import SECOND_US
from server.federation.refusals import (
    LogoutRefused,
    ProviderFailed,
    TokenRefused,
    Unusable,
)
from server.federation.tokens import SignedOut
from server.logging import get_logger
from server.services import Services
from server.storage import provider_flows, providers
from server.storage.providers import Provider

REMEMBERED_S: Final = 60  # longer than a token could serve, whatever clocks nodes have

log = get_logger("federation")


async def leave(
    services: Services,
    discovery: Discovery,
    provider_id: str,
    token: str,
    *,
    address: str,
    route: str,
) -> int:
    """End the sessions that a logout token is about; return how many.

    Args:
        services: the running server.
        discovery: knows providers.
        provider_id: to whose address it was sent.
        token: as it came.
        address: where it comes from, for the limits.
        route: by which it came, for the audit log.

    Raises:
        TooManyAttempts: too many from this address were refused.
        LogoutRefused: it is not accepted.
        ProviderFailed: its keys cannot be had.
    """
    most = services.settings.attempts_per_address_max
    source = Limited("logout_address", address, most)
    await attempts.check(services, source)
    try:
        provider, holds = await _verified(services, discovery, provider_id, token)
        ended = await _ended(services, provider, holds, route)
    except TokenRefused as refused:
        await attempts.failed(services, source)
        log.warning("logout_refused", provider_id=provider_id[:64], reason=refused.reason)
        raise LogoutRefused from None
    except Unusable as unusable:
        log.warning("provider_failed", provider_id=provider_id[:64], reason=unusable.reason)
        raise ProviderFailed from None
    for name in ended:
        await services.hub.end_session(name, "revoked")
    return len(ended)


async def _verified(
    services: Services, discovery: Discovery, provider_id: str, text: str
) -> tuple[Provider, SignedOut]:
    async with services.database.read() as tx:
        provider = await providers.find_live(tx, provider_id)
    if provider is None:
        raise TokenRefused("unknown")
    token = tokens.read(text)
    await discovery.verified(provider.issuer, token)
    holds = tokens.signed_out(
        token,
        issuer=provider.issuer,
        client_id=provider.client_id,
        now_s=services.clock.now() // SECOND_US,
    )
    return provider, holds


async def _ended(
    services: Services, provider: Provider, holds: SignedOut, route: str
) -> list[str]:
    """Let the token count, once, and end what it is about, in one transaction."""
    now = services.clock.now()
    jti_hash = hashlib.sha256(holds.jti.encode()).hexdigest()
    remembered = (holds.over_at_s + REMEMBERED_S) * SECOND_US
    async with services.database.write() as tx:
        if not await provider_flows.logout_once(tx, provider.id, jti_hash, remembered):
            raise TokenRefused("replayed")
        ended = await provider_flows.end_sessions(
            tx, provider.id, now=now, subject=holds.subject, sid=holds.sid
        )
        event = AuditEvent(
            action=Action.SESSION_ENDED,
            actor=f"provider:{provider.id}",
            role="provider",
            organization_id=provider.organization_id,
            route=route,
            at=now,
            number=len(ended),
        )
        await auditing.note(tx, event)
    return ended
