"""Codes of generators and recovery codes against both databases: each counts once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from server import totp
from server.errors import NotFound
from server.keyring import Keyring
from server.proofs import codes, last_factor, policies, proving, recovery_codes
from server.proofs.passwords import NO_PASSWORD
from server.proofs.refusals import (
    AlreadyEnrolled,
    CodeRefused,
    CodeUsed,
    LastFactor,
    NotEnrolled,
)
from server.proofs.ways import Factors
from server.services import Core
from server.storage import directory, local_sign_ins, proofs, sessions
from server.storage.database import Database, Tx
from server.storage.directory import Account
from server.storage.errors import RowMissing
from tests.contract.storage.proving import advance, core_of
from tests.contract.storage.rows import ANA, NOW, STAFF, Clinic, account_of
from tests.contract.storage.test_sessions_and_links import STAFF as SESSION

OTHER = account_of(ANA)


@pytest.fixture
async def core(database: Database, keyring: Keyring, clinic: Clinic, tmp_path: Path) -> Core:
    assert clinic.encounter_id
    return core_of(database, keyring, tmp_path)


def code_of(core: Core, secret: str, *, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(core.clock.now()) + steps)


async def shown(core: Core, account: Account = STAFF) -> codes.NewGenerator:
    async with core.database.write() as tx:
        return await codes.begin(tx, core, account, "Phone")


async def confirmed(core: Core, account: Account = STAFF) -> codes.NewGenerator:
    made = await shown(core, account)
    async with core.database.write() as tx:
        await codes.confirm(tx, core, account, made.generator_id, code_of(core, made.secret))
    return made


async def used(core: Core, code: str, account: Account = STAFF) -> None:
    async with core.database.write() as tx:
        await codes.use(tx, core, account, code)


async def factors(core: Core, account: Account = STAFF) -> Factors:
    async with core.database.read() as tx:
        return await proving.factors_of(tx, account)


async def test_a_generator_that_is_only_shown_counts_for_nothing(core: Core) -> None:
    made = await shown(core)
    assert await factors(core) == Factors(password=True, generators=0, recovery_left=0)
    with pytest.raises(CodeRefused):
        await used(core, code_of(core, made.secret))


async def test_a_generator_counts_once_it_is_confirmed_by_a_code_of_it(core: Core) -> None:
    made = await shown(core)
    async with core.database.write() as tx:
        with pytest.raises(CodeRefused):
            await codes.confirm(tx, core, STAFF, made.generator_id, "000000")
        with pytest.raises(NotFound):
            await codes.confirm(tx, core, OTHER, made.generator_id, "000000")
        await codes.confirm(tx, core, STAFF, made.generator_id, code_of(core, made.secret))
        with pytest.raises(NotFound):
            await codes.confirm(tx, core, STAFF, made.generator_id, "000000")
    assert (await factors(core)).second
    assert not (await factors(core, OTHER)).second
    async with core.database.read() as tx:
        heads = await proofs.people_of(tx, ["spa-1", "network-1", "nobody"])
    assert (heads["spa-1"].people, heads["spa-1"].without) == (1, 0)
    assert (heads["network-1"].people, heads["network-1"].without) == (2, 2)
    assert "nobody" not in heads


async def test_who_is_closed_is_not_counted_and_two_generators_are_one_head(
    core: Core,
) -> None:
    await confirmed(core)
    await confirmed(core)
    async with core.database.write() as tx:
        await directory.set_account_active(tx, OTHER.account_id, active=False)
        heads = await proofs.people_of(tx, ["spa-1", "network-1"])
    assert (heads["spa-1"].people, heads["spa-1"].without) == (1, 0)
    assert (heads["network-1"].people, heads["network-1"].without) == (1, 1)


async def test_who_can_sign_in_by_no_password_lacks_no_second_factor(core: Core) -> None:
    async def without(tx: Tx) -> int:
        return (await proofs.people_of(tx, ["network-1"]))["network-1"].without

    async with core.database.write() as tx:
        assert await without(tx) == 2
        await directory.set_password_hash(tx, OTHER.account_id, NO_PASSWORD)
        assert await without(tx) == 1
        await local_sign_ins.say(tx, "network-1", only=True, now=NOW, by="compliance:1")
        await directory.set_password_hash(tx, OTHER.account_id, "a hash")
        assert await without(tx) == 0
        await local_sign_ins.name(tx, OTHER.account_id, now=NOW, by="compliance:1")
        assert await without(tx) == 1
        await local_sign_ins.say(tx, "network-1", only=False, now=NOW, by="compliance:1")
        assert await without(tx) == 2


async def test_the_code_that_confirmed_a_generator_signs_nobody_in(core: Core) -> None:
    made = await confirmed(core)
    with pytest.raises(CodeUsed):
        await used(core, code_of(core, made.secret))
    await used(core, code_of(core, made.secret, steps=1))


async def test_a_code_counts_once(core: Core) -> None:
    made = await confirmed(core)
    advance(core, 60)
    code = code_of(core, made.secret)
    await used(core, f"{code[:3]} {code[3:]}")
    with pytest.raises(CodeUsed):
        await used(core, code)


async def test_a_code_of_the_step_before_counts_unless_a_later_one_was_used(core: Core) -> None:
    made = await confirmed(core)
    advance(core, 120)
    before = code_of(core, made.secret, steps=-1)
    await used(core, before)
    advance(core, 120)
    before, now = code_of(core, made.secret, steps=-1), code_of(core, made.secret)
    await used(core, now)
    with pytest.raises(CodeUsed):
        await used(core, before)


async def test_of_two_uses_at_once_one_counts(core: Core, neighbour: Database) -> None:
    made = await confirmed(core)
    advance(core, 60)
    code = code_of(core, made.secret)
    beside = replace(core, database=neighbour)
    outcomes = await asyncio.gather(
        *(used(one, code) for one in (core, beside, core, beside)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["CodeUsed"] * 3 + ["NoneType"]


async def test_a_second_generator_is_another_way(core: Core) -> None:
    first = await confirmed(core)
    second = await confirmed(core)
    advance(core, 60)
    await used(core, code_of(core, first.secret))
    await used(core, code_of(core, second.secret))
    assert (await factors(core)).generators == 2


async def test_beginning_again_forgets_what_was_not_confirmed(core: Core) -> None:
    forgotten = await shown(core)
    await confirmed(core)
    async with core.database.read() as tx:
        found = await proofs.generators_of(tx, STAFF.account_id)
    assert [one.id for one in found if one.id == forgotten.generator_id] == []
    assert len(found) == 1


async def test_there_are_not_more_generators_than_there_may_be(core: Core) -> None:
    for _ in range(codes.GENERATORS_MAX):
        await confirmed(core)
    with pytest.raises(AlreadyEnrolled):
        await shown(core)
    await shown(core, OTHER)


async def test_the_secret_is_sealed_to_its_row(core: Core) -> None:
    made = await shown(core)
    async with core.database.read() as tx:
        (row,) = await proofs.generators_of(tx, STAFF.account_id)
    assert made.secret.encode() not in row.sealed_secret
    assert made.secret not in repr(row) + repr(made)


async def test_a_recovery_code_counts_once_for_its_own_account(core: Core) -> None:
    await confirmed(core)
    await confirmed(core, OTHER)
    async with core.database.write() as tx:
        made = await recovery_codes.make(tx, core, STAFF)
        others = await recovery_codes.make(tx, core, OTHER)
    assert len(set(made)) == recovery_codes.CODES
    assert (await factors(core)).recovery_left == recovery_codes.CODES
    async with core.database.write() as tx:
        await recovery_codes.use(tx, core, STAFF, made[0].lower().replace("-", " "))
        with pytest.raises(CodeUsed):
            await recovery_codes.use(tx, core, STAFF, made[0])
        for wrong in (others[0], "00000-00000", "123456"):
            with pytest.raises(CodeRefused):
                await recovery_codes.use(tx, core, STAFF, wrong)
    assert (await factors(core)).recovery_left == recovery_codes.CODES - 1


async def test_of_two_uses_of_a_recovery_code_at_once_one_counts(
    core: Core, neighbour: Database
) -> None:
    await confirmed(core)
    async with core.database.write() as tx:
        code = (await recovery_codes.make(tx, core, STAFF))[0]

    async def use(database: Database) -> None:
        async with database.write() as tx:
            await recovery_codes.use(tx, core, STAFF, code)

    outcomes = await asyncio.gather(
        *(use(one) for one in (core.database, neighbour)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["CodeUsed", "NoneType"]


async def test_new_recovery_codes_end_the_old_ones(core: Core) -> None:
    async with core.database.write() as tx:
        with pytest.raises(NotEnrolled):
            await recovery_codes.make(tx, core, STAFF)
    await confirmed(core)
    async with core.database.write() as tx:
        old = await recovery_codes.make(tx, core, STAFF)
        await recovery_codes.make(tx, core, STAFF)
        with pytest.raises(CodeRefused):
            await recovery_codes.use(tx, core, STAFF, old[0])
    assert (await factors(core)).recovery_left == recovery_codes.CODES


async def test_the_last_generator_takes_the_recovery_codes_along(core: Core) -> None:
    first = await confirmed(core)
    second = await confirmed(core)
    async with core.database.write() as tx:
        await recovery_codes.make(tx, core, STAFF)
        with pytest.raises(NotFound):
            await codes.remove(tx, core, OTHER, first.generator_id)
        await codes.remove(tx, core, STAFF, first.generator_id)
    assert (await factors(core)).recovery_left == recovery_codes.CODES
    async with core.database.write() as tx:
        await codes.remove(tx, core, STAFF, second.generator_id)
    assert await factors(core) == Factors(password=True, generators=0, recovery_left=0)


async def test_the_last_generator_stays_where_one_is_required(core: Core) -> None:
    made = await confirmed(core)
    async with core.database.write() as tx:
        spa = await directory.organization(tx, "spa-1")
        assert await policies.set_second_factor(tx, core, spa, "required", by="test") == []
    with pytest.raises(LastFactor):
        async with core.database.write() as tx:
            await codes.remove(tx, core, STAFF, made.generator_id)
    assert (await factors(core)).second
    async with core.database.write() as tx:
        assert await last_factor.forget_all(tx, STAFF) == (1, 0)  # an operator may
    assert not (await factors(core)).second


async def test_a_network_says_it_for_its_spas_and_ends_sessions_by_password_alone(
    core: Core,
) -> None:
    by_code = replace(SESSION, id_hash="3" * 64, assurance="password_code")
    of_patient = replace(
        SESSION,
        id_hash="4" * 64,
        audience="patient",
        account_id=None,
        encounter_id="encounter-1",
        assurance="link_birth_date",
    )
    async with core.database.write() as tx:
        for one in (SESSION, by_code, of_patient):
            await sessions.create(tx, one)
        network = await directory.organization(tx, "network-1")
        assert await policies.second_factor(tx, core, "spa-1") == "optional"
        ended = await policies.set_second_factor(tx, core, network, "required", by="test")
        assert ended == [SESSION.id_hash]
        assert await policies.second_factor(tx, core, "spa-1", lock=True) == "required"
        spa = await directory.organization(tx, "spa-1")
        assert await policies.set_second_factor(tx, core, spa, "optional", by="test") == []
        assert await policies.second_factor(tx, core, "spa-1") == "required"
        assert await policies.set_second_factor(tx, core, network, "optional", by="test") == []
        assert await policies.second_factor(tx, core, "spa-1") == "optional"


async def test_nobodys_account_is_held(core: Core) -> None:
    async with core.database.write() as tx:
        with pytest.raises(RowMissing):
            await proofs.hold(tx, "nobody")
