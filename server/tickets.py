"""A ticket: what a stranger is given to bring back, of which nothing is kept until they do.

    made (random, until when, HMAC) --brought back--> a mark of it is kept: it counts, once
                                    `--> over, altered, for something else: none of ours

Whoever asks for one gives nothing and is nobody yet. Were each a row, there could be so many
for an address and no more, and whoever asked for all of them would keep out everybody else
behind it. So the browser has what would be kept, and rows are only of what was used.

All nodes make and take them under one key, which is this server's and no organization's.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from server.services import Core
from server.storage import challenges
from server.storage.errors import KeyMissing

KEY_SUBJECT: Final = "tickets"  # whose index key they are made under
PURPOSE: Final = b"goodfaith ticket v1:"
USED: Final = b"goodfaith used ticket v1:"  # a node that knows none looks for other names
NONCE_BYTES: Final = 16
WHEN_BYTES: Final = 8
MAC_BYTES: Final = 32
TICKET_BYTES: Final = NONCE_BYTES + WHEN_BYTES + MAC_BYTES
MICROSECONDS: Final = 1_000_000
KEPT_S: Final = 600  # a mark outlives its ticket by so much: clocks of nodes differ


async def make(core: Core, bound: str, *, ttl_s: int) -> bytes:
    """Return a ticket; nothing of it is kept.

    Args:
        core: the running server.
        bound: all that it is for, in words; it is none for anything else.
        ttl_s: seconds until it is over.
    """
    over_at = core.clock.now() + ttl_s * MICROSECONDS
    head = core.random_bytes(NONCE_BYTES) + over_at.to_bytes(WHEN_BYTES, "big")
    return head + _mac(await _key(core), bound, head)


async def use(core: Core, bound: str, ticket: bytes) -> int | None:
    """Let a ticket count.

    Args:
        core: the running server.
        bound: what it has to be for.
        ticket: as it was brought back, by anybody.

    Returns:
        When it would have been over (microseconds UTC); None if it is not ours, is for
        something else, is over, or counted before.
    """
    if len(ticket) != TICKET_BYTES:
        return None
    head, mac = ticket[:-MAC_BYTES], ticket[-MAC_BYTES:]
    over_at = int.from_bytes(head[NONCE_BYTES:], "big")
    if not hmac.compare_digest(mac, _mac(await _key(core), bound, head)):
        return None
    if over_at <= core.clock.now():
        return None
    mark = hashlib.sha256(USED + ticket).hexdigest()
    async with core.database.write() as tx:
        kept_until = over_at + KEPT_S * MICROSECONDS
        return over_at if await challenges.once(tx, mark, expires_at=kept_until) else None


def _mac(key: bytes, bound: str, head: bytes) -> bytes:
    return hmac.new(key, PURPOSE + head + bound.encode(), hashlib.sha256).digest()


async def _key(core: Core) -> bytes:
    try:
        async with core.database.read() as tx:
            return await core.keyring.index_key(tx, KEY_SUBJECT)
    except KeyMissing:  # the first of all
        async with core.database.write() as tx:
            return await core.keyring.index_key(tx, KEY_SUBJECT)
