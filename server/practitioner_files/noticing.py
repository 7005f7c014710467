"""Telling what ends, once for each of its days; and completing files whose time has come.

A round of housekeeping. Several processes may do one at once: a notice is a row with a key that
says what it is about, so whoever comes second adds nothing.
"""

from __future__ import annotations

from typing import Final

from server.logging import get_logger
from server.practitioner_files.expiring import due
from server.practitioner_files.reading import NetworkFiles, files_of
from server.services import Core
from server.storage import credentials, directory, expiry_notices, unsettled_files
from server.storage.database import Tx
from server.storage.expiry_notices import Notice

ROUND_MAX: Final = 500

log = get_logger("practitioner_files")


async def notice(core: Core) -> int:
    """Tell what has come nearer to its end than somebody was told; return how many are new."""
    async with core.database.read() as tx:
        networks = [
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        ]
    return sum([await _notice_of(core, one.organization_id) for one in networks])


async def _notice_of(core: Core, network_id: str) -> int:
    now = core.clock.now()
    async with core.database.read() as tx:
        files = await files_of(tx, network_id, time_zone=core.settings.time_zone)
        told = {
            (one.kind, one.subject_id, one.valid_until, one.days)
            for one in await expiry_notices.of_network(tx, network_id, ends_after=now)
        }
    wanted = [
        one
        for one in _wanted(files, now)
        if (one.kind, one.subject_id, one.valid_until, one.days) not in told
    ][:ROUND_MAX]
    if not wanted:
        return 0
    async with core.database.write() as tx:
        new = sum([await expiry_notices.add(tx, one) for one in wanted])
    if new:
        log.info("credentials_expiring", network=network_id, notices=new)
    return new


def _wanted(files: NetworkFiles, now: int) -> list[Notice]:
    return [
        Notice(
            kind=one.kind.value,
            subject_id=one.subject_id,
            valid_until=one.valid_until,
            days=days,
            practitioner_id=file.practitioner.practitioner_id,
            network_id=files.network_id,
            noticed_at=now,
        )
        for file in files.files
        if file.practitioner.active
        for one in files.endings(file, now)
        if (days := due(one, now)) is not None
    ]


async def complete(core: Core) -> None:
    """Settle files that are not complete: what they lacked may have begun meanwhile.

    And what a program of before left as if nothing were asked for, or as if what was clear had
    lifted a match that it does not lift (`unsettled_files`).
    """
    now, time_zone = core.clock.now(), core.settings.time_zone
    async with core.database.read() as tx:
        lapsed = await credentials.lapsed(tx, now, ROUND_MAX)
        might = [one for one in lapsed if await _is_whole(tx, one, now, time_zone)]
        matched = await unsettled_files.practitioners_with_a_match(tx, now, ROUND_MAX)
        wrong = [one for one in matched if not await _is_whole(tx, one, now, time_zone)]
        left = await unsettled_files.practitioners_unsettled(tx, ROUND_MAX)
        endless = await unsettled_files.networks_with_endless_looks(tx)
    for practitioner_id in (*wrong, *might, *left):
        async with core.database.write() as tx:
            await credentials.settle(
                tx, practitioner_id, now=core.clock.now(), time_zone=time_zone
            )
    for network_id in endless:
        async with core.database.write() as tx:
            await unsettled_files.end_looks(tx, network_id, ROUND_MAX)


async def _is_whole(tx: Tx, practitioner_id: str, now: int, time_zone: str) -> bool:
    return await credentials.would_clear(tx, practitioner_id, now=now, time_zone=time_zone)
