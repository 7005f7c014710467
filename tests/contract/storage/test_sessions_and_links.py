"""Who is signed in, and by which link a patient came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.storage import encounters, links, sessions
from server.storage.database import Database
from server.storage.links import Link
from server.storage.sessions import Session
from tests.contract.storage.rows import NOW, SECOND, Clinic, encounter

IDLE_S = 900.0
PATIENT = Session(
    id_hash="1" * 64,
    audience="patient",
    account_id=None,
    encounter_id="encounter-1",
    site_id=None,
    kiosk=False,
    device="device-1",
    assurance="link_birth_date",
    auth_time=NOW,
    last_seen_at=NOW,
    expires_at=NOW + 3_600 * SECOND,
)
STAFF = replace(
    PATIENT,
    id_hash="2" * 64,
    audience="spa",
    account_id="account-staff",
    encounter_id=None,
    assurance="password",
)
LINK = Link("a" * 64, "c" * 64, "encounter-1", NOW, NOW + 86_400 * SECOND)
pytestmark = pytest.mark.usefixtures("clinic")


async def add(database: Database, *made: Session) -> None:
    async with database.write() as tx:
        for session in made:
            await sessions.create(tx, session)


async def live(database: Database, session: Session, now: int) -> Session | None:
    async with database.read() as tx:
        return await sessions.get(tx, session.id_hash, now=now, idle_s=IDLE_S)


async def test_a_session_comes_back_as_it_was(database: Database) -> None:
    await add(database, PATIENT, STAFF)
    assert await live(database, PATIENT, NOW) == PATIENT
    assert await live(database, STAFF, NOW) == STAFF
    async with database.write() as tx:
        assert await sessions.find(tx, STAFF.id_hash, lock=True) == STAFF
        assert await sessions.find(tx, "f" * 64) is None


async def test_a_session_ends_by_idleness_unless_it_is_used(database: Database) -> None:
    await add(database, PATIENT)
    edge = NOW + 900 * SECOND
    assert await live(database, PATIENT, edge - 1) is not None
    assert await live(database, PATIENT, edge) is None
    async with database.write() as tx:
        await sessions.touch(tx, PATIENT.id_hash, NOW + 100 * SECOND)
        await sessions.touch(tx, PATIENT.id_hash, NOW + 50 * SECOND)  # a clock went back
    assert await live(database, PATIENT, edge) is not None


async def test_a_session_ends_at_its_expiry_however_much_it_is_used(
    database: Database,
) -> None:
    await add(database, PATIENT)
    async with database.write() as tx:
        await sessions.touch(tx, PATIENT.id_hash, PATIENT.expires_at - 1)
    assert await live(database, PATIENT, PATIENT.expires_at - 1) is not None
    assert await live(database, PATIENT, PATIENT.expires_at) is None


async def test_an_ended_session_stays_ended_and_keeps_its_first_reason(
    database: Database,
) -> None:
    await add(database, PATIENT)
    async with database.write() as tx:
        assert await sessions.end(tx, PATIENT.id_hash, "signed_out", NOW + 1)
        assert not await sessions.end(tx, PATIENT.id_hash, "revoked", NOW + 2)
        found = await sessions.find(tx, PATIENT.id_hash)
    assert found == replace(PATIENT, ended_at=NOW + 1, end_reason="signed_out")
    assert await live(database, PATIENT, NOW + 1) is None


async def test_the_newest_device_takes_over_and_the_others_end(database: Database) -> None:
    phone = replace(PATIENT, id_hash="3" * 64, device="phone")
    await add(database, PATIENT, phone, STAFF)
    async with database.write() as tx:
        holders = await sessions.live_of_encounter(tx, "encounter-1", now=NOW, idle_s=IDLE_S)
        assert {one.device for one in holders} == {"device-1", "phone"}
        ended = await sessions.end_for_encounter(
            tx, "encounter-1", "replaced", NOW, keep=phone.id_hash
        )
        assert ended == [PATIENT.id_hash]
        holders = await sessions.live_of_encounter(tx, "encounter-1", now=NOW, idle_s=IDLE_S)
        assert holders == [phone]
    assert await live(database, STAFF, NOW) == STAFF


async def test_sessions_that_are_over_are_found_among_many(database: Database) -> None:
    now, until = NOW, NOW + 60 * SECOND
    kept, ended, expired, idle = (
        replace(PATIENT, id_hash=mark * 64, last_seen_at=seen_at, expires_at=expires_at)
        for mark, expires_at, seen_at in (
            ("3", until, NOW - 899 * SECOND),
            ("4", until, NOW),
            ("5", NOW, NOW),
            ("7", until, NOW - 900 * SECOND),
        )
    )
    other = replace(idle, id_hash="8" * 64, audience="spa")  # of whom nobody asks
    await add(database, kept, ended, expired, idle, other)
    async with database.write() as tx:
        await sessions.end(tx, ended.id_hash, "signed_out", now)
    forgotten = "6" * 64
    asked = [one.id_hash for one in (kept, ended, expired, idle, other)] + [forgotten]
    asked += [f"{number:064}" for number in range(2_500)]
    async with database.read() as tx:
        idle_s = {"patient": IDLE_S}
        assert await sessions.over_among(tx, [], now=now) == {}
        over = await sessions.over_among(tx, asked, now=now)
        assert await sessions.idle_among(tx, asked, now=now, idle_s=idle_s) == [idle.id_hash]
        assert await sessions.idle_among(tx, asked, now=now, idle_s={}) == []
    assert over.keys() == set(asked) - {kept.id_hash, idle.id_hash, other.id_hash}
    assert over[ended.id_hash] == "signed_out"
    assert over[expired.id_hash] == over[forgotten] == "expired"


async def test_who_is_used_at_the_last_moment_is_not_ended_for_idling(
    database: Database,
) -> None:
    last = NOW - 900 * SECOND
    used, idle = (replace(PATIENT, id_hash=mark * 64, last_seen_at=last) for mark in ("3", "4"))
    await add(database, used, idle)
    async with database.write() as tx:
        await sessions.touch(tx, used.id_hash, NOW)
        names = [used.id_hash, idle.id_hash]
        ended = await sessions.end_idle(tx, names, now=NOW, idle_s={"patient": IDLE_S})
        assert ended == [idle.id_hash]
        assert (await sessions.over_among(tx, names, now=NOW)) == {idle.id_hash: "expired"}


async def test_a_session_in_a_call_goes_on_for_a_time_since_it_was_proved(
    database: Database,
) -> None:
    until = PATIENT.expires_at + 300 * SECOND
    old = replace(PATIENT, id_hash="3" * 64, auth_time=NOW - 1)
    over = replace(PATIENT, id_hash="4" * 64, expires_at=NOW)
    ended = replace(PATIENT, id_hash="5" * 64, ended_at=NOW)
    everybody = (PATIENT, STAFF, old, over, ended)
    await add(database, *everybody)
    names = [one.id_hash for one in everybody]
    for _ in range(2):  # asked again, it changes nothing
        async with database.write() as tx:
            await sessions.extend(
                tx, names, audience="patient", now=NOW, until=until, proved_since=NOW - 1
            )
        async with database.read() as tx:
            found = await sessions.with_ids(tx, names)
        longer = {one.id_hash for one in everybody if found[one.id_hash] != one}
        assert longer == {PATIENT.id_hash}
        assert found[PATIENT.id_hash] == replace(PATIENT, expires_at=until)


async def test_a_session_belongs_to_the_network_in_which_its_person_may_have_media(
    database: Database,
) -> None:
    ana = replace(STAFF, id_hash="3" * 64, audience="practitioner", account_id="account-ana")
    await add(database, PATIENT, STAFF, ana)
    async with database.read() as tx:
        assert await sessions.network_of(tx, PATIENT.id_hash) == "network-1"
        assert await sessions.network_of(tx, ana.id_hash) == "network-1"
        assert await sessions.network_of(tx, STAFF.id_hash) is None
        assert await sessions.network_of(tx, "f" * 64) is None


async def test_of_a_session_it_is_known_whose_it_was_also_when_it_is_over(
    database: Database,
) -> None:
    ana = replace(STAFF, id_hash="3" * 64, audience="practitioner", account_id="account-ana")
    await add(database, PATIENT, STAFF, replace(ana, ended_at=NOW))
    async with database.read() as tx:
        encounter_id, nobody = await sessions.person_of(tx, PATIENT.id_hash)
        assert (encounter_id, nobody) == (PATIENT.encounter_id, None)
        no_patient, practitioner_id = await sessions.person_of(tx, ana.id_hash)
        assert (no_patient, practitioner_id) == (None, "practitioner-ana")
        assert await sessions.person_of(tx, STAFF.id_hash) == (None, None)
        assert await sessions.person_of(tx, "f" * 64) == (None, None)


async def test_an_account_that_is_closed_loses_its_sessions(database: Database) -> None:
    other = replace(STAFF, id_hash="4" * 64)
    await add(database, PATIENT, STAFF, other)
    async with database.write() as tx:
        ended = await sessions.end_for_account(tx, "account-staff", "revoked", NOW)
    assert ended == [STAFF.id_hash, other.id_hash]
    assert await live(database, PATIENT, NOW) == PATIENT


async def test_expired_sessions_are_forgotten(database: Database) -> None:
    await add(database, PATIENT)
    async with database.write() as tx:
        assert await sessions.forget_before(tx, PATIENT.expires_at, limit=10) == 0
        assert await sessions.forget_before(tx, PATIENT.expires_at + 1, limit=10) == 1
        assert await sessions.find(tx, PATIENT.id_hash) is None


# ------------------------------------------------------------------ links


async def test_a_new_link_takes_the_place_of_the_old_one(database: Database) -> None:
    newer = replace(LINK, secret_hash="b" * 64, code_hash="d" * 64, created_at=NOW + 1)
    async with database.write() as tx:
        await links.create(tx, LINK)
        await links.create(tx, newer)
        assert await links.by_secret_hash(tx, LINK.secret_hash) == replace(
            LINK, replaced_at=NOW + 1
        )
        assert await links.by_secret_hash(tx, newer.secret_hash, lock=True) == newer
        assert await links.latest(tx, "encounter-1") == newer
        assert await links.by_secret_hash(tx, "f" * 64) is None


async def test_the_link_that_works_opens_for_longer_and_never_for_less(
    database: Database,
) -> None:
    newer = replace(LINK, secret_hash="b" * 64, created_at=NOW + SECOND)
    later = LINK.expires_at + SECOND
    async with database.write() as tx:
        await links.create(tx, LINK)
        await links.create(tx, newer)
        for until, expected in ((later, later), (LINK.expires_at, later)):
            await links.extend(tx, "encounter-1", expires_at=until)
            for secret, expires_at in (("b", expected), ("a", LINK.expires_at)):
                found = await links.by_secret_hash(tx, secret * 64)
                assert found is not None
                assert found.expires_at == expires_at


async def test_a_code_is_known_at_its_own_site_only(database: Database, clinic: Clinic) -> None:
    elsewhere = encounter(2, site_id="site-2", patient_id=clinic.patient.id)
    async with database.write() as tx:
        await encounters.create(tx, elsewhere)
        await links.create(tx, LINK)
        assert await links.by_code_hash(tx, LINK.code_hash, "site-1") == LINK
        assert await links.by_code_hash(tx, LINK.code_hash, "site-2") is None
        same_code = replace(LINK, secret_hash="b" * 64, encounter_id="encounter-2")
        await links.create(tx, same_code)
        assert await links.by_code_hash(tx, LINK.code_hash, "site-2") == same_code
        assert await links.by_code_hash(tx, LINK.code_hash, "site-1") == LINK


async def test_a_code_that_comes_again_means_the_link_that_works(database: Database) -> None:
    async with database.write() as tx:
        await links.create(tx, LINK)
        newer = replace(LINK, secret_hash="b" * 64, created_at=NOW + 1)
        await links.create(tx, newer)
        assert await links.by_code_hash(tx, LINK.code_hash, "site-1") == newer


async def test_a_cancelled_encounter_has_no_link_that_works(database: Database) -> None:
    async with database.write() as tx:
        await links.create(tx, LINK)
        assert await links.cancel(tx, "encounter-1", NOW + 5) == 1
        assert await links.cancel(tx, "encounter-1", NOW + 6) == 0
        found = await links.latest(tx, "encounter-1")
    assert found == replace(LINK, replaced_at=NOW + 5)
