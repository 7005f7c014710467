"""How the protocol behind an authorization stands now.

An order in words names no protocol, so none can lapse. Any other stands as long as the version
that it was read from does. When a later version has taken that one's place, it may allow less
than the order does: nobody knows until somebody has looked.
"""

from __future__ import annotations

from server.authorizations.answering import Standing
from server.protocols.protocol import Protocol
from server.protocols.register import governing_there
from server.storage import directory
from server.storage.authorizations import AuthorizationRow
from server.storage.database import Tx
from server.storage.directory import Site


async def standing_of(
    tx: Tx, row: AuthorizationRow, now: int, *, site: Site | None = None
) -> Standing:
    """Return how the protocol of an authorization stands.

    Args:
        tx: where protocols are read.
        row: the authorization.
        now: microseconds UTC.
        site: its site, where that has been read.
    """
    if row.protocol_id is None:
        return Standing.IN_FORCE
    place = site or await directory.site(tx, row.site_id)
    found = await governing_there(tx, place, [row.treatment_class], now)
    return _judged(row, found[row.treatment_class].protocol)


def _judged(row: AuthorizationRow, governing: Protocol | None) -> Standing:
    if governing is None:
        return Standing.LAPSED
    same = (governing.protocol_id, governing.version) == (row.protocol_id, row.protocol_version)
    return Standing.IN_FORCE if same else Standing.UNKNOWN
