"""Passkeys against both databases: registered, used, given up; a counter only goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from server import totp
from server.errors import NotFound
from server.keyring import Keyring
from server.proofs import (
    codes,
    last_factor,
    passkey_proof,
    passkeys,
    policies,
    proving,
    recovery_codes,
)
from server.proofs.challenges import Asking, Purpose
from server.proofs.refusals import (
    AlreadyEnrolled,
    ChallengeOver,
    LastFactor,
    NotEnrolled,
    PasskeyRefused,
    PasskeyRequired,
)
from server.proofs.ways import Factors, Proven, Way
from server.services import Core
from server.storage import directory, proofs
from server.storage import passkeys as stored
from server.storage.database import Database
from server.storage.directory import Account
from server.views.passkeys import NewPasskeyForm, PasskeyForm, Transport
from tests.authenticators import Authenticator, Json, wrongly
from tests.contract.storage.proving import SESSION, SIGN_IN, advance, core_of
from tests.contract.storage.rows import ANA, STAFF, Clinic, account_of

OTHER = account_of(ANA)
HERE = "198.51.100.7"


@pytest.fixture
async def core(database: Database, keyring: Keyring, clinic: Clinic, tmp_path: Path) -> Core:
    assert clinic.encounter_id
    return core_of(database, keyring, tmp_path)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def registering(account: Account) -> Asking:
    return Asking(Purpose.REGISTER, account.audience, account.account_id, SESSION)


async def made(core: Core, device: Authenticator, account: Account = STAFF) -> Json:
    """Have an authenticator make what it was asked for, and return the form of it."""
    asked = await passkeys.begin(core, account, registering(account))
    return device.make(asked.model_dump())


async def registered(
    core: Core, device: Authenticator, account: Account = STAFF, form: Json | None = None
) -> str:
    sent = NewPasskeyForm(**(form or await made(core, device, account)))
    new = await passkeys.attest(core, registering(account), sent)
    async with core.database.write() as tx:
        await passkeys.add(tx, core, account, new, sent)
    return passkeys.id_of(new.credential_id)


async def asked(core: Core, asking: Asking = SIGN_IN) -> Json:
    return (await passkey_proof.begin(core, asking)).model_dump()


async def finished(core: Core, form: Json, asking: Asking = SIGN_IN) -> Proven:
    return await passkey_proof.finish(core, asking, PasskeyForm(**form), address=HERE)


async def factors(core: Core, account: Account = STAFF) -> Factors:
    async with core.database.read() as tx:
        return await proving.factors_of(tx, account)


# ------------------------------------------------------------------ registered, given up


async def test_a_passkey_is_a_second_factor_in_itself(
    core: Core, device: Authenticator
) -> None:
    await registered(core, device)
    assert await factors(core) == Factors(
        password=True, generators=0, recovery_left=0, passkeys=1
    )
    assert (await factors(core)).second
    assert not (await factors(core, OTHER)).second
    proven = await finished(core, device.answer(await asked(core)))
    assert (proven.account, proven.way) == (STAFF, Way.PASSKEY)
    by_password = Proven(STAFF, Way.ENROLLING)
    async with core.database.write() as tx:
        assert await proving.settled(tx, core, proven) == proven
        with pytest.raises(PasskeyRequired):
            await proving.settled(tx, core, by_password)


async def test_who_has_both_kinds_is_one_head(core: Core, device: Authenticator) -> None:
    await registered(core, device)
    await registered(core, device)
    async with core.database.write() as tx:
        new = await codes.begin(tx, core, STAFF, "Phone")
        code = totp.code_at(new.secret, totp.step_at(core.clock.now()))
        await codes.confirm(tx, core, STAFF, new.generator_id, code)
        heads = await proofs.people_of(tx, ["spa-1", "network-1"])
    assert (heads["spa-1"].people, heads["spa-1"].without) == (1, 0)
    assert (heads["network-1"].people, heads["network-1"].without) == (2, 2)


async def test_one_passkey_is_of_one_account(core: Core, device: Authenticator) -> None:
    form = await made(core, device)
    await registered(core, device, form=form)
    again = device.make((await passkeys.begin(core, OTHER, registering(OTHER))).model_dump())
    async with core.database.write() as tx:
        own = (await stored.of_account(tx, STAFF.account_id))[0]
        taken = replace(own, account_id=OTHER.account_id)
        assert not await stored.add(tx, taken)
        assert await stored.of_account(tx, OTHER.account_id) == []
    with pytest.raises(ChallengeOver):
        await registered(core, device, STAFF, form=again)


async def test_there_are_not_more_passkeys_than_there_may_be(
    core: Core, device: Authenticator
) -> None:
    late = await made(core, device)
    for _ in range(passkeys.PASSKEYS_MAX):
        await registered(core, device)
    with pytest.raises(AlreadyEnrolled):
        await made(core, device)
    with pytest.raises(AlreadyEnrolled):
        await registered(core, device, form=late)


async def test_everybody_names_and_gives_up_their_own(
    core: Core, device: Authenticator
) -> None:
    passkey_id = await registered(core, device)
    async with core.database.write() as tx:
        for refused in (
            passkeys.relabel(tx, OTHER, passkey_id, "Mine"),
            passkeys.remove(tx, core, OTHER, passkey_id),
        ):
            with pytest.raises(NotFound):
                await refused
        await passkeys.relabel(tx, STAFF, passkey_id, "Work laptop")
        (one,) = await stored.of_account(tx, STAFF.account_id)
        assert (one.label, one.transports) == ("Work laptop", ("internal", "hybrid"))
        await passkeys.remove(tx, core, STAFF, passkey_id)
        with pytest.raises(NotFound):
            await passkeys.remove(tx, core, STAFF, passkey_id)
    with pytest.raises(PasskeyRefused):
        await finished(core, device.answer(await asked(core)))


async def test_a_browser_may_name_each_way_to_a_passkey_as_often_as_it_likes(
    core: Core,
) -> None:
    for said, kept in (
        (["smart-card"] * 8, ("smart-card",)),
        (["usb", "nfc", "usb"], ("usb", "nfc")),
        (list(get_args(Transport)), get_args(Transport)),
    ):
        other = Authenticator()
        form = {**await made(core, other), "transports": said}
        passkey_id = await registered(core, other, form=form)
        async with core.database.read() as tx:
            one = await stored.find(tx, passkey_id)
        assert one is not None
        assert one.transports == kept


async def test_recovery_codes_stand_for_passkeys_too(core: Core, device: Authenticator) -> None:
    async with core.database.write() as tx:
        with pytest.raises(NotEnrolled):
            await recovery_codes.make(tx, core, STAFF)
    passkey_id = await registered(core, device)
    async with core.database.write() as tx:
        await recovery_codes.make(tx, core, STAFF)
        new = await codes.begin(tx, core, STAFF, "Phone")
        code = totp.code_at(new.secret, totp.step_at(core.clock.now()))
        await codes.confirm(tx, core, STAFF, new.generator_id, code)
        await codes.remove(tx, core, STAFF, new.generator_id)
    assert (await factors(core)).recovery_left == recovery_codes.CODES
    async with core.database.write() as tx:
        await passkeys.remove(tx, core, STAFF, passkey_id)
    assert await factors(core) == Factors(password=True, generators=0, recovery_left=0)


async def test_the_last_second_factor_stays_where_one_is_required(
    core: Core, device: Authenticator
) -> None:
    first = await registered(core, device)
    async with core.database.write() as tx:
        spa = await directory.organization(tx, "spa-1")
        await policies.set_second_factor(tx, core, spa, "required", by="test")
    with pytest.raises(LastFactor):
        async with core.database.write() as tx:
            await passkeys.remove(tx, core, STAFF, first)
    second = await registered(core, device)
    async with core.database.write() as tx:
        await passkeys.remove(tx, core, STAFF, first)
    with pytest.raises(LastFactor):
        async with core.database.write() as tx:
            await passkeys.remove(tx, core, STAFF, second)
    async with core.database.write() as tx:
        assert await last_factor.forget_all(tx, STAFF) == (0, 1)  # an operator may
    assert not (await factors(core)).second


# ------------------------------------------------------------------ used


async def test_a_use_is_kept_with_its_count(core: Core, device: Authenticator) -> None:
    passkey_id = await registered(core, device)
    advance(core, 60)
    await finished(core, device.answer(await asked(core), manner=wrongly(counts=7)))
    async with core.database.read() as tx:
        one = await stored.find(tx, passkey_id)
    assert one is not None
    assert (one.sign_count, one.last_used_at) == (7, core.clock.now())
    device.keys[-1].count = 3
    with pytest.raises(PasskeyRefused):
        await finished(core, device.answer(await asked(core)))


async def test_of_a_passkey_and_its_copy_at_once_one_counts(
    core: Core, neighbour: Database, device: Authenticator
) -> None:
    await registered(core, device)
    questions = [await asked(core), await asked(core)]
    answers = []
    for question in questions:
        device.keys[-1].count = 0
        answers.append(device.answer(question))
    outcomes = await asyncio.gather(
        *(
            finished(one, form)
            for one, form in zip(
                (core, replace(core, database=neighbour)), answers, strict=True
            )
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["PasskeyRefused", "Proven"]


async def test_a_passkey_that_was_removed_meanwhile_begins_nothing(
    core: Core, device: Authenticator
) -> None:
    passkey_id = await registered(core, device)
    proven = await finished(core, device.answer(await asked(core)))
    async with core.database.write() as tx:
        await passkeys.remove(tx, core, STAFF, passkey_id)
        with pytest.raises(PasskeyRefused):
            await proving.settled(tx, core, proven)


async def test_to_step_up_only_a_passkey_of_the_account_counts(
    core: Core, device: Authenticator
) -> None:
    await registered(core, device)
    own, copy = device.keys[-1], Authenticator()
    await registered(core, copy, OTHER)
    stepping = Asking(Purpose.STEP_UP, "spa", STAFF.account_id, SESSION)
    question = await asked(core, stepping)
    assert len(question["allow"]) == 1
    proven = await finished(core, device.answer(question, key=own), stepping)
    assert (proven.account.account_id, proven.way) == (STAFF.account_id, Way.PASSKEY)
    without = {**device.answer(await asked(core, stepping), key=own), "user_handle": None}
    await finished(core, without, stepping)
    with pytest.raises(PasskeyRefused):
        await finished(core, copy.answer(await asked(core, stepping)), stepping)
    nameless = {**device.answer(await asked(core), key=own), "user_handle": None}
    with pytest.raises(PasskeyRefused):  # nobody said a name, and the passkey does not either
        await finished(core, nameless)
    with pytest.raises(ChallengeOver):
        await finished(core, device.answer(await asked(core), key=own), stepping)
    with pytest.raises(PasskeyRefused):
        await finished(core, device.answer(question, key=own), registering(STAFF))
