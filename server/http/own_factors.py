"""What a change of one's own second factors needs: the account, its other sessions.

Used by `codes` and `passkeys`.
"""

from __future__ import annotations

from server.http.calls import Call
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Account


async def own_account(tx: Tx, call: Call) -> Account:
    """Give the account of who asks."""
    return await directory.account(tx, call.principal.account_id or "")


async def hang_up(call: Call, ended: list[str]) -> None:
    """Hang up on sessions that were ended."""
    for id_hash in ended:
        await call.services.hub.end_session(id_hash, "revoked")
