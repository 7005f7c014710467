from __future__ import annotations

import shutil
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import accounts, demo
from server.access import Role
from server.accounts import EnrolmentRefused
from server.services import Services
from server.storage import directory
from server.storage.directory import AccountAudience
from server.waiting.authorities import members
from signaling.identifiers import EligibilityClass
from tests.integration.http.conftest import services_in


@pytest.fixture
async def services(seeded: Path, tmp_path: Path) -> AsyncIterator[Services]:
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    async with services_in(folder) as there:
        yield there


async def test_the_demo_network_is_made_once(services: Services) -> None:
    before = demo.demo_accounts(services.settings)
    assert not await demo.seed(services)
    assert demo.demo_accounts(services.settings) == before
    async with services.database.read() as tx:
        there = await directory.all_organizations(tx)
    assert len(there) == 3
    assert all(one.demo for one in there)


async def test_passwords_are_random_and_only_ours_to_read(services: Services) -> None:
    people = demo.demo_accounts(services.settings)
    assert len({one.password for one in people}) == len(people) == 14
    file = services.settings.data_dir / demo.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_lost_file_of_passwords_is_made_anew(services: Services) -> None:
    before = demo.demo_accounts(services.settings)
    (services.settings.data_dir / demo.FILE).unlink()
    assert demo.demo_accounts(services.settings) == []
    assert not await demo.seed(services)
    after = demo.demo_accounts(services.settings)
    assert [one.login for one in after] == [one.login for one in before]
    assert {one.password for one in after}.isdisjoint(one.password for one in before)


async def test_nothing_is_published_where_demo_is_off(services: Services) -> None:
    off = services.settings.model_copy(update={"demo": False})
    assert demo.demo_accounts(off) == []
    assert demo.demo_sign_ins(off) == {}


async def test_licences_differ_as_they_should(services: Services) -> None:
    async with services.database.read() as tx:
        network = next(
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        )
        names = {
            one.practitioner_id: one.display_name.split()[0]
            for one in await directory.practitioners_of(tx, network.organization_id)
        }
        may_see = {}
        for places in ("AZ", "TX", "CO", "FL", "AZ+CO", "FL+TX", "NY"):
            eligibility = EligibilityClass(f"{network.organization_id}:{places}")
            found = await members(
                tx, network.organization_id, [eligibility], now=services.clock.now()
            )
            may_see[places] = {names[one] for one in found[eligibility]}
    assert may_see == {
        "AZ": {"Avery", "Blake", "Casey"},  # not Finley: expired
        "TX": {"Avery", "Blake", "Devon"},
        "CO": {"Avery", "Casey", "Emery"},
        "FL": {"Avery", "Devon", "Emery", "Finley"},
        "AZ+CO": {"Avery", "Casey"},
        "FL+TX": {"Avery", "Devon"},
        "NY": set(),
    }


async def test_a_role_belongs_to_its_audience(services: Services) -> None:
    async with services.database.read() as tx:
        network = next(
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        )
    cases: tuple[tuple[AccountAudience, Role], ...] = (
        ("ops", Role.PRACTITIONER),
        ("spa", Role.SPA_STAFF),  # of a network, which has no spa staff
    )
    for audience, role in cases:
        with pytest.raises(EnrolmentRefused):
            async with services.database.write() as tx:
                await accounts.add_account(
                    tx,
                    services,
                    audience,
                    network.organization_id,
                    login="somebody",
                    password_hash="hash",
                    display_name="Somebody",
                    role=role,
                )


async def test_a_short_password_is_refused(services: Services) -> None:
    with pytest.raises(EnrolmentRefused):
        await accounts.hashed(services, "short")
