"""Practitioners for a run, enrolled as an operator does it; a way into the data of nodes.

They join the demo network, in whose four jurisdictions everything is open. Each may examine in
a handful of them, chosen from the seed, and everywhere somebody may.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from server import accounts
from server.accounts import ClaimedAuthority, PractitionerDetails
from server.commands.enrolment import beside_server
from server.practitioner_files import demo as demo_files
from server.rehearsal.people import SignIn
from server.services import Core, Services
from server.settings import Settings
from server.storage import directory
from server.storage.database import Tx
from server.storage.directory import Site
from tests.commands import settings_of
from tests.fakes import QuietOversight, RecordingDesk, RecordingHub

PLACES: Final = ("AZ", "CO", "FL", "TX")
NPI_FIRST: Final = 1_500_000_000
LICENCES_MAX: Final = 3
YEAR_US: Final = 365 * 86_400 * 1_000_000


@asynccontextmanager
async def data_of(environment: Mapping[str, str]) -> AsyncIterator[Services]:
    """Open the data of running nodes, whom nobody tells what is written through this."""
    with settings_of(environment):
        chosen = Settings()
    async with beside_server(chosen) as core:
        yield Services.over(
            core, desk=RecordingDesk(), hub=RecordingHub(), oversight=QuietOversight()
        )


def licences(count: int, chance: random.Random) -> list[tuple[str, ...]]:
    """Return in which places each practitioner may examine; the first ones cover all."""
    found = []
    for number in range(count):
        more = chance.sample(PLACES, chance.randint(0, LICENCES_MAX))
        found.append(tuple(sorted({PLACES[number % len(PLACES)], *more})))
    if count < len(PLACES):  # few practitioners: nobody waits in vain
        return [PLACES] * count
    return found


async def enrol(core: Core, count: int, chance: random.Random) -> list[SignIn]:
    """Enrol so many practitioners with verified licences, and return how they sign in."""
    password = accounts.made_up_password(core)
    password_hash = await accounts.hashed(core, password)
    signs_in = [SignIn(f"load{number}", password) for number in range(count)]
    async with core.database.write() as tx:
        network_id = await network_of(tx)
        held = licences(count, chance)
        for number, (who, places) in enumerate(zip(signs_in, held, strict=True)):
            npi = str(NPI_FIRST + number)
            practitioner = await accounts.add_practitioner(
                tx,
                core,
                network_id,
                PractitionerDetails(f"Load Practitioner {number}", "MD", npi, "en es"),
                login=who.login,
                password_hash=password_hash,
            )
            for place in places:
                claimed = ClaimedAuthority(
                    jurisdiction=place,
                    number=f"MD-{number}-{place}",
                    valid_from=core.clock.now() - YEAR_US,
                    valid_until=core.clock.now() + YEAR_US,
                )
                entered = await accounts.add_authority(tx, core, practitioner, claimed)
                await accounts.verify_authority(
                    tx, core, entered.authority_id, verified_by="Load", source="Made up"
                )
            await demo_files.fill(tx, core, practitioner)
    return signs_in


async def network_of(tx: Tx) -> str:
    """Return the one network."""
    (found,) = [
        one.organization_id
        for one in await directory.all_organizations(tx)
        if one.kind == "network"
    ]
    return found


async def sites(tx: Tx) -> list[Site]:
    """Return all sites, always in the same order."""
    spas = [one for one in await directory.all_organizations(tx) if one.kind == "spa"]
    found = [site for spa in spas for site in await directory.sites_of(tx, spa.organization_id)]
    return sorted(found, key=lambda one: one.name)
