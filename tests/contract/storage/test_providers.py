"""Providers of identities against both databases: what counts once, and what ends with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from server.storage import local_sign_ins, provider_flows, providers, sessions
from server.storage.database import Database
from server.storage.local_sign_ins import Unseen
from server.storage.provider_flows import Flow
from server.storage.providers import Identity, Provider
from server.storage.sessions import Session
from tests.contract.storage.rows import ANA, NOW, STAFF, Clinic

SECOND = 1_000_000
ONE = Provider(
    id="provider-1",
    organization_id="spa-1",
    name="Glow sign-in",
    issuer="https://id.glow.test",
    client_id="goodfaith",
    sealed_secret=b"sealed",
    scopes="openid",
    created_by="compliance:1",
    created_at=NOW,
)
PERSON = Identity(
    organization_id="spa-1",
    audience="spa",
    issuer=ONE.issuer,
    subject="person-1",
    account_id=STAFF.account_id,
    linked_at=NOW,
)
FLOW = Flow(
    state_hash="a" * 64,
    browser_hash="b" * 64,
    provider_id=ONE.id,
    audience="spa",
    purpose="sign_in",
    created_at=NOW,
    expires_at=NOW + 600 * SECOND,
)


@pytest.fixture
async def there(database: Database, clinic: Clinic) -> Database:
    assert clinic.encounter_id
    async with database.write() as tx:
        await providers.add(tx, ONE)
        assert await providers.link(tx, PERSON)
    return database


def session(name: str, assurance: str = "oidc") -> Session:
    return Session(
        id_hash=name,
        audience="spa",
        account_id=STAFF.account_id,
        encounter_id=None,
        site_id=None,
        kiosk=False,
        device="",
        assurance=assurance,
        auth_time=NOW,
        last_seen_at=NOW,
        expires_at=NOW + 3_600 * SECOND,
    )


async def test_what_was_written_is_read(there: Database) -> None:
    async with there.write() as tx:
        assert await providers.get(tx, ONE.id, lock=True) == ONE
        assert await providers.live_of(tx, ["spa-1", "spa-2"]) == [ONE]
        assert await providers.live_of_kind(tx, "spa", limit=5) == [ONE]
        assert await providers.live_of_kind(tx, "network", limit=5) == []
        found = await providers.person(tx, "spa-1", "spa", ONE.issuer, "person-1")
        assert found == PERSON
        assert await providers.signed_on(tx, PERSON, NOW + 5)
        (known,) = await providers.identities_of(tx, STAFF.account_id)
        assert known == replace(PERSON, signed_on_at=NOW + 5)
        assert await providers.provider_for(tx, STAFF.account_id) == ONE
        assert await providers.provider_for(tx, ANA.account_id) is None
        assert "sealed" not in repr(ONE)


async def test_one_is_found_by_no_other_name(there: Database) -> None:
    async with there.read() as tx:
        for changed in (
            ("spa-2", "spa", ONE.issuer, "person-1"),
            ("spa-1", "ops", ONE.issuer, "person-1"),
            ("spa-1", "spa", f"{ONE.issuer}/", "person-1"),
            ("spa-1", "spa", ONE.issuer, "PERSON-1"),
        ):
            assert await providers.person(tx, *changed) is None


async def test_a_person_has_one_account_and_an_ended_provider_none(there: Database) -> None:
    async with there.write() as tx:
        assert not await providers.link(tx, replace(PERSON, account_id=ANA.account_id))
        assert await providers.end(tx, ONE.id, NOW)
        assert not await providers.end(tx, ONE.id, NOW)
        assert await providers.find_live(tx, ONE.id, lock=True) is None
        assert await providers.provider_for(tx, STAFF.account_id) is None
        assert await providers.unlink(tx, STAFF.account_id) == 1
        assert not await providers.signed_on(tx, PERSON, NOW)


async def test_a_flow_counts_once_in_its_own_browser_and_time(there: Database) -> None:
    async with there.write() as tx:
        await provider_flows.add(tx, FLOW)

    async def used(browser: str, audience: str = "spa", now: int = NOW) -> Flow | None:
        async with there.write() as tx:
            return await provider_flows.use(tx, FLOW.state_hash, browser, audience, now)

    assert await used("c" * 64) is None
    assert await used(FLOW.browser_hash, "ops") is None
    assert await used(FLOW.browser_hash, now=FLOW.expires_at) is None
    both = await asyncio.gather(used(FLOW.browser_hash), used(FLOW.browser_hash))
    assert sorted(both, key=str) == sorted([FLOW, None], key=str)


async def test_a_logout_counts_once(there: Database) -> None:
    async def counted() -> bool:
        async with there.write() as tx:
            return await provider_flows.logout_once(tx, ONE.id, "d" * 64, NOW + SECOND)

    assert sorted(await asyncio.gather(counted(), counted())) == [False, True]


async def test_what_a_provider_began_ends_by_person_or_by_session(there: Database) -> None:
    async with there.write() as tx:
        for number, (subject, sid) in enumerate(
            (("p-1", "s-1"), ("p-1", "s-2"), ("p-2", None))
        ):
            name = str(number) * 64
            await sessions.create(tx, session(name))
            await provider_flows.signed_on(
                tx, name, provider_id=ONE.id, subject=subject, sid=sid
            )
        await sessions.create(tx, session("9" * 64, "password"))
        ended = await provider_flows.end_sessions(tx, ONE.id, now=NOW, sid="s-2")
        assert ended == ["1" * 64]
        ended = await provider_flows.end_sessions(tx, ONE.id, now=NOW, subject="p-1")
        assert ended == ["0" * 64]
        again = await provider_flows.end_sessions(tx, ONE.id, now=NOW, subject="p-1", sid="s-9")
        assert again == []
        local = await provider_flows.end_local(tx, [STAFF.account_id], ["password"], NOW)
        assert local == ["9" * 64]
        assert await provider_flows.end_sessions(tx, ONE.id, now=NOW) == ["2" * 64]


async def test_what_is_over_is_forgotten(there: Database) -> None:
    async with there.write() as tx:
        await provider_flows.add(tx, FLOW)
        await provider_flows.logout_once(tx, ONE.id, "d" * 64, NOW + SECOND)
        await provider_flows.signed_on(tx, "0" * 64, provider_id=ONE.id, subject="p", sid=None)
        await sessions.create(tx, session("1" * 64))
        await provider_flows.signed_on(tx, "1" * 64, provider_id=ONE.id, subject="p", sid=None)
        assert await provider_flows.forget_before(tx, NOW, 10) == 1  # whose session is gone
        later = FLOW.expires_at + 1
        assert await provider_flows.forget_before(tx, later, 10) == 2
        assert await provider_flows.forget_before(tx, later, 10) == 0


async def test_who_signed_in_in_an_emergency_is_unseen_until_it_is_seen(
    there: Database,
) -> None:
    async with there.write() as tx:
        assert await local_sign_ins.emergency_only(tx, ["spa-1"]) == frozenset()
        for only in (True, False, True):
            await local_sign_ins.say(tx, "spa-1", only=only, now=NOW, by="compliance:1")
        assert await local_sign_ins.emergency_only(tx, ["spa-1", "spa-2"]) == {"spa-1"}
        for _ in range(2):  # said twice, it is so once
            await local_sign_ins.name(tx, STAFF.account_id, now=NOW, by="compliance:1")
        assert await local_sign_ins.is_named(tx, STAFF.account_id, lock=True)
        assert not await local_sign_ins.is_named(tx, ANA.account_id)
        assert await local_sign_ins.unseen(tx) == {}
        await local_sign_ins.signed_in(tx, STAFF.account_id, NOW + 5)
        assert await local_sign_ins.unseen(tx) == {"network-1": Unseen(1, NOW + 5, NOW + 5)}
        assert await local_sign_ins.is_unseen(tx, STAFF.account_id)
        assert not await local_sign_ins.is_unseen(tx, ANA.account_id)
        assert await local_sign_ins.seen(tx, ["spa-2"], NOW + 6) == 0
        assert await local_sign_ins.seen(tx, ["spa-1"], NOW + 6, but=STAFF.account_id) == 0
        assert await local_sign_ins.seen(tx, ["spa-1"], NOW + 6) == 1
        assert await local_sign_ins.unseen(tx) == {}
        assert not await local_sign_ins.is_unseen(tx, STAFF.account_id)
        (one,) = await local_sign_ins.named_in(tx, ["spa-1"])
        assert (one.login, one.signed_in_at, one.seen_at) == (STAFF.login, NOW + 5, NOW + 6)
        await local_sign_ins.unname(tx, STAFF.account_id)
        assert await local_sign_ins.named_in(tx, ["spa-1"]) == []


async def test_a_session_ends_with_the_provider_that_began_it_wherever_it_was_proved_again(
    there: Database,
) -> None:
    async with there.write() as tx:
        await sessions.create(tx, session("1" * 64))
        for provider_id, sid in ((ONE.id, "s-1"), ("provider-other", "s-7"), (ONE.id, "s-2")):
            await provider_flows.signed_on(
                tx, "1" * 64, provider_id=provider_id, subject="p-1", sid=sid
            )
        assert await provider_flows.end_sessions(tx, "provider-other", now=NOW) == []
        assert await provider_flows.end_sessions(tx, ONE.id, now=NOW, sid="s-2") == ["1" * 64]
