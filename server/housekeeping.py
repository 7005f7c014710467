"""What must be done from time to time, whoever is or is not looking.

    networks just enrolled    -> get a waiting room
    links that ran out        -> their visits expire, and the portal shows it
    reviews that lie idle     -> go back to the queue
    practitioners' files      -> what ends is told, what begins completes them
    floods of denials         -> are counted in the audit log
    old attempts, commands,
    challenges, ended sessions,
    ways to providers,
    tokens, invitations,
    requests to be let in     -> forgotten
    links of old messages     -> erased
    the clock                 -> follows the wall clock, forwards only, and no further
                                 than the database's clock says too

Each round is bounded; what is left over waits for the next one. A round that fails is logged
and tried again. What is about the database is done by any process for all (`keep_house`); what
is about one process (its waiting rooms, keys, floods, clock) by each (`keep_process`).

Several processes may do a round at once: whatever moves on is looked at again under its row's
lock, what is forgotten can be forgotten twice, and what is made anew is made by one at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from server import auditing, charting, visits
from server.clock import SystemClock
from server.errors import GoodfaithError
from server.logging import get_logger
from server.practitioner_files import demo as demo_files
from server.practitioner_files import noticing
from server.protocols import demo as demo_protocols
from server.reviewing.claiming import give_back_idle
from server.services import Core, Hub
from server.staffing import demo_roster
from server.storage import (
    attempts,
    challenges,
    commands,
    directory,
    encounters,
    expiry,
    invitations,
    patient_messages,
    provider_flows,
    recoveries,
    reviews,
    service_accounts,
    sessions,
    shifts,
)
from server.storage.alone import alone
from server.storage.errors import StorageError
from signaling.errors import SignalingError
from signaling.identifiers import Instant
from signaling.visit import LinkExpired

EVERY_S: Final = 30.0
ASTRAY_S: Final = 2.0
ROUND_MAX: Final = 500
COMMANDS_KEPT_S: Final = 86_400
SESSIONS_KEPT_S: Final = 30 * 86_400
INVITATIONS_KEPT_S: Final = 30 * 86_400
SHIFTS_KEPT_S: Final = 400 * 86_400
EXTENDING_DEMO: Final = 0x676F6F646D6F7265  # "goodmore"

Look = Callable[[], Awaitable[None]]

log = get_logger("housekeeping")


async def keep_house(core: Core, hub: Hub, look: Look | None = None) -> None:
    """Do a round every `EVERY_S` until cancelled.

    Args:
        core: what everything stands on.
        hub: tells live pages.
        look: looks for networks that were just enrolled; None where no waiting room is.
    """

    async def whole() -> None:
        if look is not None:
            await look()
        await one_round(core, hub)

    await _every(whole)


async def keep_process(core: Core, look: Look) -> None:
    """Do what each process needs every `EVERY_S` until cancelled; another one does the rest."""

    async def own() -> None:
        await look()
        await own_round(core)

    await _every(own)


async def _every(do: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await do()
        except (StorageError, GoodfaithError, SignalingError) as error:
            log.warning("housekeeping_failed", exc_info=error)
        await asyncio.sleep(EVERY_S)


async def own_round(core: Core) -> None:
    """Follow the clock and the keystore, and write down what was counted here."""
    await _look_at_the_clock(core)
    await core.keyring.refresh(core.database.keystore)
    await auditing.settle(core)


async def _look_at_the_clock(core: Core) -> None:
    if not isinstance(core.clock, SystemClock):
        return
    async with core.database.read() as tx:
        witness = await core.database.now_us(tx)
    off_s = core.clock.reanchor(Instant(witness))
    if abs(off_s) > ASTRAY_S:
        log.warning("clock_astray", duration_ms=round(off_s * 1_000))


async def one_round(core: Core, hub: Hub) -> None:
    """Expire what ran out and forget what is old."""
    await own_round(core)
    for encounter_id in await _expired(core):
        await _expire(core, encounter_id)
        hub.encounter_changed(encounter_id)
    await _return_idle_reviews(core, hub)
    await noticing.complete(core)
    await noticing.notice(core)
    await _extend_demo(core)
    now = core.clock.now()
    window_us = core.settings.attempts_window_s * 1_000_000
    async with core.database.write() as tx:
        await shifts.forget_before(tx, now - SHIFTS_KEPT_S * 1_000_000, ROUND_MAX)
        await attempts.forget_before(tx, now - window_us, ROUND_MAX)
        await challenges.forget_before(tx, now, ROUND_MAX)
        await provider_flows.forget_before(tx, now, ROUND_MAX)
        await commands.forget_before(tx, now - COMMANDS_KEPT_S * 1_000_000, ROUND_MAX)
        await sessions.forget_before(tx, now - SESSIONS_KEPT_S * 1_000_000, ROUND_MAX)
        await service_accounts.forget_before(tx, now, ROUND_MAX)
        await invitations.forget_before(tx, now - INVITATIONS_KEPT_S * 1_000_000, ROUND_MAX)
        await recoveries.forget_before(tx, now - INVITATIONS_KEPT_S * 1_000_000, ROUND_MAX)
        await patient_messages.erase_expired(tx, now, ROUND_MAX)


async def _extend_demo(core: Core) -> None:
    """Plan what demo organizations lack: one process at a time, others find it planned."""
    async with core.database.read() as tx:
        made_up = [one for one in await directory.all_organizations(tx) if one.demo]
    if not made_up:
        return
    async with core.database.write() as tx:
        await alone(tx, EXTENDING_DEMO)
        for organization in made_up:
            await demo_roster.extend(tx, core, organization)
            await demo_files.extend(tx, core, organization)
            await demo_protocols.extend(tx, core, organization)


async def _return_idle_reviews(core: Core, hub: Hub) -> None:
    async with core.database.read() as tx:
        idle = await reviews.idle(tx, now=core.clock.now(), limit=ROUND_MAX)
    for encounter_id in idle:
        async with core.database.write() as tx:
            await give_back_idle(tx, core, encounter_id, core.clock.now())
        hub.encounter_changed(encounter_id)


async def _expired(core: Core) -> list[str]:
    async with core.database.read() as tx:
        return await expiry.expired(tx, now=core.clock.now(), limit=ROUND_MAX)


async def _expire(core: Core, encounter_id: str) -> None:
    now = core.clock.now()
    async with core.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        if encounter.visit not in expiry.EXPIRABLE:
            return
        await visits.move(
            tx, core.keyring, encounter, LinkExpired(), actor=charting.SYSTEM, now=now
        )
