"""How the protocol behind an authorization stands now.

An order in words names no protocol, so none can lapse. Any other stands as long as the version
that it was read from does. When a later version has taken that one's place, it may allow less
than the order does: nobody knows until somebody has looked.
"""

from __future__ import annotations

from server.authorizations.answering import Standing
from server.protocols.register import protocol_for
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx


async def standing_of(tx: Tx, row: AuthorizationRow, now: int) -> Standing:
    """Return how the protocol of an authorization stands.

    Args:
        tx: where protocols are read.
        row: the authorization.
        now: microseconds UTC.
    """
    if row.protocol_id is None:
        return Standing.IN_FORCE
    governing = await protocol_for(tx, row.site_id, row.treatment_class, now)
    if governing is None:
        return Standing.LAPSED
    same = (governing.protocol_id, governing.version) == (row.protocol_id, row.protocol_version)
    return Standing.IN_FORCE if same else Standing.UNKNOWN
