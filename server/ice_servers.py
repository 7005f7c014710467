"""The STUN and TURN servers that a page may use, with credentials made for it and now."""

from __future__ import annotations

from media.call import Side
from media.turn import ice_servers
from server.services import Core
from signaling import messages as wire


def servers_of(core: Core, encounter_id: str, side: Side) -> list[wire.IceServer]:
    """Return the STUN and TURN servers for one side, with credentials that expire."""
    settings = core.settings
    secret = settings.turn_secret.get_secret_value() if settings.turn_secret else None
    servers = ice_servers(
        settings.ice_servers,
        settings.turn_urls,
        secret,
        user=f"{encounter_id}-{side.value}",
        now=core.clock.now(),
        ttl_s=settings.turn_ttl_s,
    )
    return [
        wire.IceServer(urls=list(one.urls), username=one.username, credential=one.credential)
        for one in servers
    ]
