"""A spool for as long as a process lives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from server.keystore.roots import RootKeys
from server.settings import Settings
from server.spool.folder import SpoolFolder
from server.spool.spool import Spool, SpoolLimits

KIB: Final = 1 << 10
MIB: Final = 1 << 20


def limits_of(settings: Settings) -> SpoolLimits:
    """Return the bounds that are set."""
    return SpoolLimits(
        records_max=settings.spool_records_max, bytes_max=settings.spool_mib_max * MIB
    )


@asynccontextmanager
async def spooling(
    spool: Spool,
    settings: Settings,
    roots: RootKeys,
    random_bytes: Callable[[int], bytes],
) -> AsyncIterator[Spool]:
    """Take up what earlier processes left, and write what waits until the block ends."""
    reserve = settings.spool_reserve_kib * KIB
    await spool.open(SpoolFolder(settings.data_dir, roots, random_bytes, reserve))
    spool.start()
    try:
        yield spool
    finally:
        await spool.close()
