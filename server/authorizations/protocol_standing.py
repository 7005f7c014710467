"""How the protocol behind an authorization stands now.

An order in words names no protocol, so none can lapse. An authorization that names one, which
nothing here can look up, counts as lapsed: a protocol that cannot be read is not in force.
"""

from __future__ import annotations

from server.authorizations.answering import Standing
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx


async def standing_of(_tx: Tx, row: AuthorizationRow, _now: int) -> Standing:
    """Return how the protocol of an authorization stands.

    Args:
        _tx: where protocols are read.
        row: the authorization.
        _now: microseconds UTC.
    """
    return Standing.IN_FORCE if row.protocol_id is None else Standing.LAPSED
