"""Challenges against both databases: each counts once, for what it is, and not too late."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from server import tickets
from server.keyring import Keyring
from server.proofs import challenges
from server.proofs.challenges import Asking, Purpose
from server.proofs.refusals import ChallengeOver
from server.services import Core
from server.storage import challenges as stored_challenges
from server.storage.database import Database
from tests.contract.storage.proving import SESSION, SIGN_IN, advance, core_of
from tests.contract.storage.rows import STAFF, Clinic

IN_A_SESSION = Asking(Purpose.STEP_UP, "spa", STAFF.account_id, SESSION)


@pytest.fixture
async def core(database: Database, keyring: Keyring, clinic: Clinic, tmp_path: Path) -> Core:
    assert clinic.encounter_id
    return core_of(database, keyring, tmp_path)


async def forgotten_after(core: Core, seconds: float) -> int:
    advance(core, seconds)
    async with core.database.write() as tx:
        return await stored_challenges.forget_before(tx, core.clock.now(), 10)


async def test_a_challenge_counts_once_and_for_what_it_was_made_for(core: Core) -> None:
    own = Asking(Purpose.STEP_UP, "spa", "a", "s")
    challenge = await challenges.make(core, own)
    others = (
        *(replace(own, purpose=Purpose.REGISTER), replace(own, audience="ops")),
        *(replace(own, account_id="b"), replace(own, session="t")),
        replace(own, account_id="a\ns", session=""),
    )
    for other in others:
        with pytest.raises(ChallengeOver):
            await challenges.use(core, other, challenge)
    await challenges.use(core, own, challenge)
    with pytest.raises(ChallengeOver):
        await challenges.use(core, own, challenge)


async def test_of_two_uses_of_a_challenge_at_once_one_counts(
    core: Core, neighbour: Database
) -> None:
    challenge = await challenges.make(core, SIGN_IN)
    outcomes = await asyncio.gather(
        *(
            challenges.use(one, SIGN_IN, challenge)
            for one in (core, replace(core, database=neighbour))
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["ChallengeOver", "NoneType"]


@pytest.mark.parametrize("asking", [SIGN_IN, IN_A_SESSION])
async def test_a_challenge_is_over_after_five_minutes(core: Core, asking: Asking) -> None:
    first = await challenges.make(core, asking)
    advance(core, 299.999)
    second = await challenges.make(core, asking)
    await challenges.use(core, asking, first)
    advance(core, 300)
    with pytest.raises(ChallengeOver):
        await challenges.use(core, asking, second)


async def test_a_challenge_that_was_over_is_forgotten(core: Core) -> None:
    first = await challenges.make(core, IN_A_SESSION)
    advance(core, 299.999)
    await challenges.make(core, IN_A_SESSION)
    await challenges.use(core, IN_A_SESSION, first)
    assert await forgotten_after(core, 300) == 0
    assert await forgotten_after(core, 0.001) == 1


async def test_nothing_is_kept_of_a_challenge_to_sign_in_but_that_it_counted(
    core: Core,
) -> None:
    made = [await challenges.make(core, SIGN_IN) for _ in range(3)]
    await challenges.use(core, SIGN_IN, made[0])
    # A clock of another node may be behind ours: the mark outlives what it is of.
    assert await forgotten_after(core, 300 + tickets.KEPT_S) == 0
    assert await forgotten_after(core, 0.001) == 1


async def test_a_challenge_to_sign_in_is_none_for_anything_else(core: Core) -> None:
    challenge = await challenges.make(core, SIGN_IN)
    others = (
        *(replace(SIGN_IN, audience="ops"), replace(SIGN_IN, purpose=Purpose.STEP_UP)),
        *(replace(SIGN_IN, account_id="a"), replace(SIGN_IN, session="s")),
    )
    for other in others:
        with pytest.raises(ChallengeOver):
            await challenges.use(core, other, challenge)
    for at in range(len(challenge)):
        altered = challenge[:at] + bytes((challenge[at] ^ 1,)) + challenge[at + 1 :]
        with pytest.raises(ChallengeOver):
            await challenges.use(core, SIGN_IN, altered)
    await challenges.use(core, SIGN_IN, challenge)
    async with core.database.write() as tx:  # nor does a node from before find the mark
        bound = SIGN_IN.bound(challenge)
        assert not await stored_challenges.use(tx, bound, core.clock.now())


async def test_a_challenge_that_a_node_from_before_made_counts_once(core: Core) -> None:
    challenge, expires_at = os.urandom(32), core.clock.now() + 300_000_000
    async with core.database.write() as tx:
        await stored_challenges.add(tx, SIGN_IN.bound(challenge), expires_at=expires_at)
    await challenges.use(core, SIGN_IN, challenge)
    with pytest.raises(ChallengeOver):
        await challenges.use(core, SIGN_IN, challenge)
