"""What the database says of an installation. It is looked at, and nothing of it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server.auditing import Action
from server.clock import Clock
from server.doctor.facts import DatabaseState, Rules, Stored
from server.rules.snapshot import instant_of
from server.rules.snapshot_files import shipped
from server.storage import audit, compliance, directory, spa_tokens, tlog
from server.storage.engines import Limits
from server.storage.errors import DatabaseUrlRefused, StorageError
from server.storage.looking import Look, is_there
from server.storage.revisions import COMMENT, found_in, latest_revision, leaves_in_peace
from server.storage.statements import Tx

LIMITS: Final = Limits(readers_max=1, connections_max=1, statement_s=5.0, connect_s=5)
RECORDS: Final = "cli backup"
KEYS: Final = "cli backup keys"
SECOND_US: Final = 1_000_000
YEAR_US: Final = 365 * 86_400 * SECOND_US


async def read_stored(url: str, clock: Clock) -> tuple[DatabaseState, Stored | None]:
    """Look at a database.

    Args:
        url: as for `Database.open`.
        clock: compared with the database's.
    """
    try:
        if not is_there(url):
            return "absent", None
        look = Look.at(url, LIMITS)
    except (OSError, DatabaseUrlRefused):
        return "silent", None
    try:
        async with look.read() as tx:
            state = await _state(tx)
            return state, await _stored(look, tx, clock) if state == "read" else None
    except StorageError:
        return "silent", None
    finally:
        await look.close()


async def _state(tx: Tx) -> DatabaseState:
    found = await tx.run_sync(found_in)
    if found is None:
        return "absent"
    if found == latest_revision():
        return "read"
    shared = tx.dialect.name == "postgresql"
    comment = (await tx.execute(COMMENT)).scalar() if shared else None
    return "read" if leaves_in_peace(found, comment) else "other_version"


async def _stored(look: Look, tx: Tx, clock: Clock) -> Stored:
    every = await directory.all_organizations(tx)
    networks = [one.organization_id for one in every if one.kind == "network"]
    before, theirs, after = clock.now(), await look.now_us(tx), clock.now()
    return Stored(
        rules=tuple([await _rules(tx, one) for one in networks]),
        real_people=any(not one.demo for one in every),
        backed_up=await _newest(tx, networks, RECORDS),
        keys_backed_up=await _newest(tx, networks, KEYS),
        log_waits_since=(await tlog.waiting(tx)).since,
        clock_ahead_s=(max(0, theirs - after) - max(0, before - theirs)) / SECOND_US,
        old_tokens=await spa_tokens.count_old(tx, made_before=after - YEAR_US, now=after),
    )


async def _newest(tx: Tx, networks: Iterable[str], route: str) -> int | None:
    """Return when all was last copied: an entry of each network says so."""
    action = Action.BACKED_UP.value
    found = [await audit.newest_at(tx, one, action, route) for one in networks]
    return max((one for one in found if one is not None), default=None)


async def _rules(tx: Tx, network: str) -> Rules:
    published = await compliance.publications(tx, network)
    row = await compliance.snapshot(tx, published[0].sha256) if published else None
    if row is None:
        until = instant_of(shipped().snapshot.effective_until)
        return Rules(network, published=False, until=until)
    return Rules(network, published=True, until=row.effective_until)
