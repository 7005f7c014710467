"""A session keeps its name; what opens it is the cookie of now, and no other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from server import sessions
from server.clock import ManualClock
from server.errors import SessionExpired
from server.keyring import Keyring
from server.proofs.refusals import StepUpRequired
from server.proofs.stepping_up import require_fresh
from server.services import Services
from server.settings import Settings
from server.storage import sessions as rows
from server.storage.database import Database
from server.storage.statements import Tx
from tests.contract.storage.rows import NOW, SECOND, seeded_bytes
from tests.contract.storage.test_sessions_and_links import IDLE_S, PATIENT, STAFF, add
from tests.fakes import InPlace, QuietOversight, RecordingDesk, RecordingHub

pytestmark = pytest.mark.usefixtures("clinic")
ACCOUNT = "account-ana"
FRONT = "account-staff"
OLD, NEW = "8" * 64, "9" * 64


@pytest.fixture
def hub() -> RecordingHub:
    return RecordingHub()


@pytest.fixture
def services(
    database: Database, keyring: Keyring, hub: RecordingHub, tmp_path: Path
) -> Services:
    return Services(
        settings=Settings(data_dir=tmp_path / "data", demo=True),
        clock=ManualClock(NOW),
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=seeded_bytes(22),
        desk=RecordingDesk(),
        hub=hub,
        oversight=QuietOversight(),
    )


async def by_cookie(database: Database, cookie_hash: str) -> rows.Session | None:
    async with database.read() as tx:
        one = await rows.find_by_cookie(tx, cookie_hash)
        together = await rows.with_cookies(tx, [cookie_hash, "7" * 64])
    assert together == ({} if one is None else {cookie_hash: one}), "both look-ups agree"
    return one


async def begun(tx: Tx, services: Services) -> sessions.NewSession:
    bearer = sessions.Bearer(account_id=ACCOUNT, agent="Firefox on Windows")
    return await sessions.begin(tx, services, "practitioner", bearer, assurance="password")


async def test_a_session_of_before_is_opened_by_the_cookie_that_it_is_named_after(
    database: Database,
) -> None:
    await add(database, PATIENT, STAFF)
    assert await by_cookie(database, STAFF.id_hash) == STAFF
    async with database.write() as tx:
        assert await rows.find_by_cookie(tx, PATIENT.id_hash, lock=True) == PATIENT
    assert await by_cookie(database, OLD) is None


async def test_another_secret_opens_the_session_and_the_one_of_before_nothing(
    database: Database,
) -> None:
    await add(database, STAFF)
    for before, after in ((STAFF.id_hash, OLD), (OLD, NEW)):
        async with database.write() as tx:
            assert await rows.set_secret(tx, STAFF.id_hash, after)
        assert await by_cookie(database, before) is None
        assert await by_cookie(database, after) == replace(STAFF, secret_hash=after)


async def test_a_session_that_is_over_gets_no_other_secret_and_proves_nothing(
    database: Database,
) -> None:
    await add(database, STAFF)
    async with database.write() as tx:
        await rows.end(tx, STAFF.id_hash, "revoked", NOW)
        assert not await rows.set_secret(tx, STAFF.id_hash, NEW)
        assert not await rows.prove(tx, STAFF.id_hash, "passkey", NOW + 1)
    assert await by_cookie(database, NEW) is None


async def test_what_was_proved_is_noted_with_when(database: Database) -> None:
    await add(database, STAFF)
    async with database.write() as tx:
        assert await rows.prove(tx, STAFF.id_hash, "passkey", NOW + SECOND)
        proved = replace(
            STAFF, assurance="passkey", auth_time=NOW + SECOND, last_seen_at=NOW + SECOND
        )
        assert await rows.find(tx, STAFF.id_hash) == proved
        until = NOW + 60 * SECOND
        assert await rows.prove(tx, STAFF.id_hash, "passkey", NOW + SECOND, expires_at=until)
        assert await rows.find(tx, STAFF.id_hash) == replace(proved, expires_at=until)


async def test_the_live_sessions_of_an_account_are_listed_the_last_used_first(
    database: Database,
) -> None:
    used = replace(STAFF, id_hash="3" * 64, last_seen_at=NOW + SECOND)
    over = replace(STAFF, id_hash="4" * 64, ended_at=NOW)
    idle = replace(STAFF, id_hash="5" * 64, last_seen_at=NOW - 900 * SECOND)
    await add(database, PATIENT, STAFF, used, over, idle)
    async with database.read() as tx:
        assert await rows.of_account(tx, FRONT, now=NOW, idle_s=IDLE_S) == [used, STAFF]
        assert await rows.of_account(tx, ACCOUNT, now=NOW, idle_s=IDLE_S) == []


async def test_a_rotated_session_keeps_its_name_and_opens_by_the_new_cookie_alone(
    services: Services,
) -> None:
    async with services.database.write() as tx:
        first = await begun(tx, services)
        name = first.session.id_hash
        value = await sessions.rotate(tx, name, core=services, now=NOW)
    who = await sessions.resolve_session(services, "practitioner", value)
    assert who is not None
    assert who.session == name
    assert who == await sessions.resolve_handle(services, "practitioner", name)
    assert await sessions.resolve_session(services, "practitioner", first.session_id) is None
    assert await sessions.resolve_session(services, "ops", value) is None


async def test_a_rotation_that_is_not_committed_changes_nothing(services: Services) -> None:
    async with services.database.write() as tx:
        first = await begun(tx, services)
    with pytest.raises(RuntimeError):
        await _rotate_and_fail(services, first.session.id_hash)
    who = await sessions.resolve_session(services, "practitioner", first.session_id)
    assert who is not None


async def _rotate_and_fail(services: Services, name: str) -> None:
    async with services.database.write() as tx:
        await sessions.rotate(tx, name, core=services, now=NOW)
        raise RuntimeError


async def test_of_two_rotations_at_once_one_cookie_is_good(services: Services) -> None:
    async with services.database.write() as tx:
        name = (await begun(tx, services)).session.id_hash

    async def rotated() -> str:
        async with services.database.write() as tx:
            return await sessions.rotate(tx, name, core=services, now=NOW)

    values = await asyncio.gather(rotated(), rotated())
    good = [await sessions.resolve_session(services, "practitioner", one) for one in values]
    assert [one is None for one in good].count(True) == 1


async def test_of_two_rotations_that_were_asked_with_one_cookie_the_second_is_refused(
    services: Services,
) -> None:
    async with services.database.write() as tx:
        first = await begun(tx, services)
    name, was = first.session.id_hash, first.session_id
    now = await _rotated(services, name, asked_with=was)
    with pytest.raises(SessionExpired):
        await _rotated(services, name, asked_with=was)
    after = await _rotated(services, name, asked_with=now)
    who = await sessions.resolve_session(services, "practitioner", after)
    assert who is not None


async def _rotated(services: Services, name: str, *, asked_with: str) -> str:
    async with services.database.write() as tx:
        return await sessions.rotate(tx, name, core=services, now=NOW, asked_with=asked_with)


async def test_what_is_fresh_is_read_from_the_row_and_so_is_that_it_is_over(
    services: Services,
) -> None:
    fresh_us = services.settings.fresh_s * SECOND
    async with services.database.write() as tx:
        name = (await begun(tx, services)).session.id_hash
    async with services.database.write() as tx:
        for now in (NOW, NOW + fresh_us - 1):
            found = await require_fresh(tx, services, name, now=now, lock=True)
            assert found.id_hash == name
        with pytest.raises(StepUpRequired):
            await require_fresh(tx, services, name, now=NOW + fresh_us)
        await rows.prove(tx, name, "password_code", NOW + fresh_us)
        await require_fresh(tx, services, name, now=NOW + fresh_us)
        await rows.end(tx, name, "revoked", NOW)
        with pytest.raises(SessionExpired):
            await require_fresh(tx, services, name, now=NOW)


async def test_a_session_that_is_over_or_idle_is_not_rotated(services: Services) -> None:
    async with services.database.write() as tx:
        name = (await begun(tx, services)).session.id_hash
    idle_since = NOW + services.settings.session_idle_s * SECOND
    for now, gone in ((idle_since, name), (NOW, "f" * 64)):
        with pytest.raises(SessionExpired):
            await _rotate(services, gone, now)
    async with services.database.write() as tx:
        await rows.end(tx, name, "revoked", NOW)
    with pytest.raises(SessionExpired):
        await _rotate(services, name, NOW)


async def _rotate(services: Services, name: str, now: int) -> None:
    async with services.database.write() as tx:
        await sessions.rotate(tx, name, core=services, now=now)


async def test_a_name_opens_nothing_once_its_session_is_over_and_looking_is_no_use(
    services: Services,
) -> None:
    async with services.database.write() as tx:
        name = (await begun(tx, services)).session.id_hash
    clock = services.clock
    assert isinstance(clock, ManualClock)
    clock.advance(services.settings.session_idle_s - 1)
    assert await sessions.resolve_handle(services, "practitioner", name) is not None
    clock.advance(1)
    assert await sessions.resolve_handle(services, "practitioner", name) is None


async def test_all_sessions_of_an_account_end_but_the_one_that_is_kept(
    services: Services, hub: RecordingHub
) -> None:
    async with services.database.write() as tx:
        kept, *others = [(await begun(tx, services)).session.id_hash for _ in range(3)]
    assert await sessions.end_all(services, ACCOUNT, "revoked", keep=kept) == 2
    assert sorted(hub.ended) == sorted((one, "revoked") for one in others)
    assert await sessions.resolve_handle(services, "practitioner", kept) is not None
    assert await sessions.end_all(services, ACCOUNT, "revoked") == 1
    assert await sessions.end_all(services, ACCOUNT, "revoked") == 0


async def test_the_session_that_a_cookie_opens_is_ended_by_that_cookie(
    services: Services,
) -> None:
    async with services.database.write() as tx:
        first = await begun(tx, services)
        name = first.session.id_hash
        value = await sessions.rotate(tx, name, core=services, now=NOW)
        for nothing in (first.session_id, "x" * 65, "x"):
            assert await sessions.end_by_cookie(tx, nothing, "replaced", NOW) is None
        assert await sessions.end_by_cookie(tx, value, "replaced", NOW) == name
    assert await sessions.resolve_session(services, "practitioner", value) is None


async def test_a_call_keeps_its_sessions_past_the_absolute_limit_for_the_grace_and_no_longer(
    services: Services,
) -> None:
    settings, clock = services.settings, services.clock
    assert isinstance(clock, ManualClock)
    async with services.database.write() as tx:
        name = (await begun(tx, services)).session.id_hash
        other = (await begun(tx, services)).session.id_hash
    clock.advance(settings.session_absolute_s - 60)
    lasted_s = settings.session_absolute_s - 60
    while True:
        await sessions.keep_alive(services, [name, other])
        await sessions.outlive(services, [name])
        if await sessions.resolve_handle(services, "practitioner", name) is None:
            break
        clock.advance(60)
        lasted_s += 60
        if lasted_s == settings.session_absolute_s:
            assert await sessions.resolve_handle(services, "practitioner", other) is None
    longest_s = settings.session_absolute_s + settings.session_call_grace_s
    assert longest_s - sessions.OUTLIVE_S <= lasted_s <= longest_s
    await sessions.outlive(services, [name])
    assert await sessions.resolve_handle(services, "practitioner", name) is None


async def test_a_claim_is_named_by_its_session_whichever_cookie_it_was(
    services: Services,
) -> None:
    async with services.database.write() as tx:
        first = await begun(tx, services)
        name = first.session.id_hash
        value = await sessions.rotate(tx, name, core=services, now=NOW)
        await rows.end(tx, name, "revoked", NOW)
    assert await sessions.name_of(services, first.session_id) == name
    assert await sessions.name_of(services, value) == name
    assert await sessions.name_of(services, "never") == sessions.hash_of("never")
    assert await sessions.name_of(services, None) == await sessions.name_of(services, "x" * 65)
    assert await sessions.name_of(services, "") == ""
