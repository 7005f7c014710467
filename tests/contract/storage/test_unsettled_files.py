"""What an older program left as if nothing were asked for is settled where something is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from server.credentials import DAY_US, NEVER, NOT_CLEARED, ExclusionCheck, Standard
from server.keyring import Keyring
from server.practitioner_files import noticing
from server.services import Core
from server.storage import credentials, directory, versions
from server.storage.database import Database
from server.storage.practitioner_rows import PractitionerFile
from server.storage.tables import authorities, practitioners
from tests.contract.storage.proving import core_of
from tests.contract.storage.rows import ANA, BEN, LICENCE, NETWORK, NOW, ZONE

pytestmark = pytest.mark.usefixtures("clinic")
NETWORK_ID = NETWORK.organization_id
ONLY_LOOKS = Standard(training_minutes_min=0, malpractice=False, employment=False)


@pytest.fixture
def core(database: Database, keyring: Keyring, tmp_path: Path) -> Core:
    return core_of(database, keyring, tmp_path)


async def ask(core: Core, standard: Standard) -> None:
    async with core.database.write() as tx:
        await credentials.set_standard(
            tx, NETWORK_ID, standard, now=NOW, time_zone=ZONE, by="compliance:1"
        )


async def as_an_older_program_writes(core: Core) -> None:
    async with core.database.write() as tx:
        await tx.execute(update(practitioners).values(cleared_until=None, planned_until=None))
        await tx.execute(update(authorities).values(verify_again_at=None))


async def file_of(core: Core, who: directory.Practitioner) -> PractitionerFile:
    async with core.database.read() as tx:
        return await directory.practitioner_file(tx, who.practitioner_id)


async def version(core: Core) -> int:
    async with core.database.read() as tx:
        return await versions.version(tx, versions.DIRECTORY)


async def test_nobody_stays_cleared_whom_a_program_entered_that_knows_no_files(
    core: Core,
) -> None:
    await ask(core, Standard())
    await as_an_older_program_writes(core)
    assert (await file_of(core, ANA)).practitioner.is_cleared(NOW)
    await noticing.complete(core)
    held = (await file_of(core, ANA)).practitioner
    assert not held.is_cleared(NOW)
    assert (held.cleared_until, held.planned_until) == (NOT_CLEARED, NOT_CLEARED)


async def test_a_look_that_such_a_program_wrote_down_counts_as_long_as_the_network_says(
    core: Core,
) -> None:
    await ask(core, Standard(verify_again_days=180))
    await as_an_older_program_writes(core)
    await noticing.complete(core)
    (licence,) = (await file_of(core, ANA)).authorities
    assert licence.verify_again_at == (LICENCE.verified_at or 0) + 180 * DAY_US


async def test_what_is_settled_is_left_alone(core: Core) -> None:
    await ask(core, Standard(verify_again_days=180))
    before = await version(core)
    await noticing.complete(core)
    assert await version(core) == before
    await as_an_older_program_writes(core)
    await noticing.complete(core)
    settled = await version(core)
    assert settled > before, "others look again"
    await noticing.complete(core)
    assert await version(core) == settled


def look(outcome: str, hours_ago: int, list_name: str = "leie") -> ExclusionCheck:
    return ExclusionCheck(
        part_id=f"{list_name}-{outcome}-{hours_ago}",
        entered_at=NOW,
        entered_by="compliance:mila",
        verified_at=NOW,
        verified_by="Mila",
        source="exclusions.oig.hhs.gov",
        list_name=list_name,
        outcome=outcome,
        checked_at=NOW - hours_ago * DAY_US // 24,
    )


async def as_if_complete(core: Core, *looks: ExclusionCheck) -> None:
    """Leave a file as a program did that let anything clear which came later lift a match."""
    await ask(core, ONLY_LOOKS)
    async with core.database.write() as tx:
        for one in looks:
            await credentials.add_part(tx, ANA.practitioner_id, one)
        values = {"cleared_until": NOW + DAY_US, "planned_until": NEVER}
        await tx.execute(update(practitioners).values(values))


async def test_nobody_stays_cleared_whom_a_match_bars_that_an_older_program_took_for_lifted(
    core: Core,
) -> None:
    # It is 11:06 in New York.
    await as_if_complete(core, look("match", 11), look("clear", 2))
    before = await version(core)
    await noticing.complete(core)
    held = (await file_of(core, ANA)).practitioner
    assert (held.cleared_until, held.planned_until) == (NOT_CLEARED, NOT_CLEARED)
    assert await version(core) > before, "others look again"


async def test_nobody_stays_cleared_whom_an_older_program_cleared_by_another_states_list(
    core: Core,
) -> None:
    match, clear = look("match", 240, "state"), look("clear", 48, "state")
    await as_if_complete(core, look("clear", 2), match, clear)
    await noticing.complete(core)
    assert (await file_of(core, ANA)).practitioner.cleared_until == NOT_CLEARED


@pytest.mark.parametrize("match_before", [20, 24, 100])
async def test_whom_a_look_of_a_later_day_cleared_is_left_alone(
    core: Core, match_before: int
) -> None:
    await as_if_complete(core, look("match", match_before), look("clear", 2))
    before = await version(core)
    await noticing.complete(core)
    assert (await file_of(core, ANA)).practitioner.cleared_until == NOW + DAY_US
    assert await version(core) == before


async def test_where_nothing_is_asked_for_nothing_ends(core: Core) -> None:
    before = await version(core)
    await noticing.complete(core)
    file = await file_of(core, ANA)
    assert file.practitioner.is_cleared(NOW)
    assert [one.verify_again_at for one in file.authorities] == [None]
    assert await version(core) == before


async def test_who_examines_no_more_is_settled_when_they_do_again(core: Core) -> None:
    await ask(core, Standard())
    await as_an_older_program_writes(core)
    async with core.database.write() as tx:
        await directory.set_practitioner_active(tx, BEN.practitioner_id, active=False)
    await noticing.complete(core)
    assert (await file_of(core, BEN)).practitioner.cleared_until is None
    async with core.database.write() as tx:
        await directory.set_practitioner_active(tx, BEN.practitioner_id, active=True)
    await noticing.complete(core)
    assert not (await file_of(core, BEN)).practitioner.is_cleared(NOW)
