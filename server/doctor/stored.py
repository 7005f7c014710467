"""What the database says of an installation. It is looked at, and nothing of it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from server.auditing import Action
from server.clock import Clock
from server.doctor.facts import DatabaseState, People, Rules, Stored
from server.practitioner_files.expiring import due, near
from server.practitioner_files.reading import files_of
from server.proofs import policies
from server.rules.snapshot import instant_of
from server.rules.snapshot_files import shipped
from server.settings import Settings
from server.storage import (
    audit,
    compliance,
    directory,
    emergency_access,
    proofs,
    spa_tokens,
    tlog,
)
from server.storage.directory import Organization
from server.storage.engines import Limits
from server.storage.errors import DatabaseUrlRefused, StorageError
from server.storage.looking import Look, is_there
from server.storage.revisions import COMMENT, found_in, latest_revision, leaves_in_peace
from server.storage.statements import Tx

LIMITS: Final = Limits(readers_max=1, connections_max=1, statement_s=5.0, connect_s=5)
NETWORK: Final = "network"
RECORDS: Final = "cli backup"
KEYS: Final = "cli backup keys"
SECOND_US: Final = 1_000_000
YEAR_US: Final = 365 * 86_400 * SECOND_US


async def read_stored(settings: Settings, clock: Clock) -> tuple[DatabaseState, Stored | None]:
    """Look at the database of an installation.

    Args:
        settings: where it is, and what holds where nobody said otherwise.
        clock: compared with the database's.
    """
    url = settings.database
    try:
        if not is_there(url):
            return "absent", None
        look = Look.at(url, LIMITS)
    except (OSError, DatabaseUrlRefused):
        return "silent", None
    try:
        async with look.read() as tx:
            state = await _state(tx)
            return state, await _stored(look, tx, clock, settings) if state == "read" else None
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


async def _stored(look: Look, tx: Tx, clock: Clock, settings: Settings) -> Stored:
    every = await directory.all_organizations(tx)
    networks = [one.organization_id for one in every if one.kind == NETWORK]
    before, theirs, after = clock.now(), await look.now_us(tx), clock.now()
    return Stored(
        rules=tuple([await _rules(tx, one) for one in networks]),
        real_people=any(not one.demo for one in every),
        backed_up=await _newest(tx, networks, RECORDS),
        keys_backed_up=await _newest(tx, networks, KEYS),
        log_waits_since=(await tlog.waiting(tx)).since,
        clock_ahead_s=(max(0, theirs - after) - max(0, before - theirs)) / SECOND_US,
        old_tokens=await spa_tokens.count_old(tx, made_before=after - YEAR_US, now=after),
        people=await _people(tx, settings, every, after),
    )


async def _people(
    tx: Tx, settings: Settings, every: Sequence[Organization], now: int
) -> People:
    real = [one for one in every if not one.demo]
    holds = await policies.holding(tx, settings, real)
    heads = await proofs.people_of(tx, holds)
    unreviewed = await emergency_access.unreviewed(tx)
    networks = [one.organization_id for one in real if one.kind == NETWORK]
    return People(
        one_factor=tuple(sorted(one for one in holds if holds[one] == policies.OPTIONAL)),
        without_factor=sum(one.without for one in heads.values()),
        credentials_ending=sum(
            [await _ending(tx, one, now, settings.time_zone) for one in networks]
        ),
        unreviewed_since=min((one.oldest_at for one in unreviewed.values()), default=None),
    )


async def _ending(tx: Tx, network: str, now: int, time_zone: str) -> int:
    """Count what is over in a network's files, or so soon that nobody is told of it again."""
    files = await files_of(tx, network, time_zone=time_zone)
    return sum(
        due(one, now) in {None, min(one.days)}
        for file in files.files
        if file.practitioner.active
        for one in near(files.endings(file, now), now)
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
