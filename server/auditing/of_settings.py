"""What a server is set up with: an entry where a start finds it other than the last one did.

Only a keyed digest is entered, since settings name machines and addresses. Who compares two
starts finds what changed in the files that they were set up with. Of a secret, and of a file,
it counts whether there is one; what one process of several is called, and where it listens, is
no policy.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Final

from server.auditing.event import MARK_CHARS, Action, AuditEvent
from server.auditing.state import Audited
from server.auditing.writing import KEY_SUBJECT, note
from server.settings import Settings
from server.storage import audit, directory

ROUTE: Final = "settings"
SYSTEM: Final = "system"
NETWORK: Final = "network"
OF_ONE_PROCESS: Final = frozenset(
    {
        *("host", "port", "role", "data_dir", "node_name", "log_json"),
        *("relay_host", "relay_port", "relay_announce"),
    }
)


def digest_of(settings: Settings, key: bytes) -> str:
    """Return what is entered of settings: the same for the same, under the same key."""
    told = settings.model_dump(mode="json", exclude=set(OF_ONE_PROCESS))
    kept = {
        name: True if isinstance(getattr(settings, name), Path) else value
        for name, value in told.items()
    }
    text = json.dumps(kept, sort_keys=True, default=str)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:MARK_CHARS]


async def enter_settings(core: Audited, settings: Settings) -> int:
    """Enter them for each network whose last such entry says others; return for how many.

    Raises:
        StorageError: it could not be committed; nothing must be served by these settings.
    """
    entered = 0
    async with core.database.write() as tx:
        every = await directory.all_organizations(tx)
        networks = [one.organization_id for one in every if one.kind == NETWORK]
        if not networks:  # nobody whose compliance would read it
            return entered
        key = await core.keyring.index_key(tx, KEY_SUBJECT)
        route = f"{ROUTE} {digest_of(settings, key)}"
        action = Action.POLICY_CHANGED
        for network_id in networks:
            last = await audit.newest_route(tx, network_id, action.value, f"{ROUTE} ")
            if last == route:
                continue
            event = AuditEvent(
                action=action,
                actor=SYSTEM,
                role=SYSTEM,
                route=route,
                at=core.clock.now(),
                network_id=network_id,
            )
            await note(tx, event)
            entered += 1
    return entered
