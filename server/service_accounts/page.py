"""What the manager of a spa sees of its software."""

from __future__ import annotations

from collections.abc import Iterable

from server.service_accounts import public_keys, registering
from server.service_accounts.tokens import endpoint
from server.services import Core
from server.storage import service_accounts as stored
from server.storage import spa_tokens
from server.storage.database import Tx
from server.storage.service_accounts import ServiceAccount, ServiceKey
from server.views.software import (
    LastingTokenView,
    SoftwareKeyView,
    SoftwarePageView,
    SoftwareView,
)


async def software_page(tx: Tx, core: Core, spa_id: str) -> SoftwarePageView:
    """Return all software of a spa, the newest first, and the tokens that last."""
    keys = await stored.keys_of_spa(tx, spa_id)
    now = core.clock.now()
    return SoftwarePageView(
        software=[_software(one, keys) for one in await stored.of_spa(tx, spa_id)],
        tokens=[
            LastingTokenView(
                token_id=one.id,
                label=one.label,
                scopes=one.scopes.split(),
                expires_at_ms=one.expires_at // 1_000,
            )
            for one in await spa_tokens.of_spa(tx, spa_id)
            if one.works(now)
        ],
        token_url=endpoint(core),
        software_max=registering.SOFTWARE_MAX,
        keys_max=registering.KEYS_MAX,
    )


def _software(one: ServiceAccount, keys: Iterable[ServiceKey]) -> SoftwareView:
    return SoftwareView(
        software_id=one.id,
        label=one.label,
        scopes=one.scopes.split(),
        state="active" if one.revoked_at is None else "revoked",
        created_at_ms=one.created_at // 1_000,
        revoked_at_ms=_ms(one.revoked_at),
        signed_in_at_ms=_ms(one.signed_in_at),
        keys=[
            SoftwareKeyView(
                key_id=key.id,
                kid=key.kid,
                algorithm=public_keys.algorithm_of(key.public_key),
                since_ms=key.created_at // 1_000,
            )
            for key in keys
            if key.service_account_id == one.id
            and key.removed_at is None
            and one.revoked_at is None
        ],
    )


def _ms(instant: int | None) -> int | None:
    return None if instant is None else instant // 1_000
