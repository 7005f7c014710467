"""Authorizations, checks, uses, events and tokens, as both databases keep them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.storage import authorization_events as events
from server.storage import authorization_lookup as lookup
from server.storage import authorizations as stored
from server.storage import directory, encounters, spa_tokens
from server.storage.authorization_events import EventRow
from server.storage.authorizations import AuthorizationRow, CheckRow, UseRow
from server.storage.database import Database
from server.storage.errors import ConstraintBroken, RowMissing
from server.storage.spa_tokens import SpaToken
from tests.contract.storage.rows import ANA, DAY, NOW, SECOND, Clinic, encounter

ONE = AuthorizationRow(
    id="authorization-1",
    network_id="network-1",
    spa_id="spa-1",
    site_id="site-1",
    patient_id="patient-1",
    encounter_id="encounter-1",
    practitioner_id=ANA.practitioner_id,
    treatment_class="neurotoxin",
    disposition="approved",
    protocol_id=None,
    protocol_version=None,
    chart_seq=7,
    chart_head="a" * 64,
    sealed_terms=b"sealed",
    signed_at=NOW,
    valid_until="2026-06-15",
)
TWO = replace(ONE, id="authorization-2", treatment_class="filler", disposition="conditional")
TOKEN = SpaToken("token-1", "spa-1", "b" * 64, "EMR", "authorizations:query", NOW, NOW + DAY)


@pytest.fixture
async def made(database: Database, clinic: Clinic) -> Clinic:
    async with database.write() as tx:
        await stored.add(tx, ONE)
        await stored.add(tx, TWO)
    return clinic


async def test_they_are_found_by_patient_and_class(database: Database, made: Clinic) -> None:
    async with database.write() as tx:
        assert await stored.of_class(tx, made.patient.id, "neurotoxin", lock=True) == [ONE]
        assert await stored.of_class(tx, made.patient.id, "prp") == []
        assert await stored.of_patient(tx, made.patient.id) == [ONE, TWO]
        assert await stored.of_encounter(tx, made.encounter_id) == [TWO, ONE]
        assert await stored.get(tx, ONE.id, lock=True) == ONE
        with pytest.raises(RowMissing):
            await stored.get(tx, "nobody")


@pytest.mark.usefixtures("made")
async def test_an_exam_gives_one_for_each_class(database: Database) -> None:
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await stored.add(tx, replace(ONE, id="authorization-3"))


@pytest.mark.usefixtures("made")
async def test_what_has_ended_ends_once(database: Database) -> None:
    async with database.write() as tx:
        await stored.revoke(tx, [ONE.id], reason="superseded", actor="system", now=NOW + 1)
        await stored.revoke(tx, [ONE.id, TWO.id], reason="new_class", actor="x", now=NOW + 2)
        first = await stored.get(tx, ONE.id)
        second = await stored.get(tx, TWO.id)
    assert (first.revoked_at, first.revoked_reason) == (NOW + 1, "superseded")
    assert (second.revoked_at, second.revoked_by) == (NOW + 2, "x")


@pytest.mark.usefixtures("made")
async def test_a_condition_is_met_once(database: Database) -> None:
    async with database.write() as tx:
        await stored.satisfy(tx, TWO.id, NOW + 1)
        await stored.satisfy(tx, TWO.id, NOW + 2)
        assert (await stored.get(tx, TWO.id)).satisfied_at == NOW + 1


async def test_checks_belong_to_their_day_and_uses_to_their_authorization(
    database: Database, made: Clinic
) -> None:
    check = CheckRow("c", "spa-1", made.patient.id, "2026-01-02", "patient", "x", NOW, b"s")
    use = UseRow("u", ONE.id, "x", NOW - SECOND, NOW, "given_before_signature", b"s")
    async with database.write() as tx:
        await stored.add_check(tx, check)
        await stored.add_use(tx, use)
        assert await stored.checks_of(tx, made.patient.id, "2026-01-02") == [check]
        assert await stored.checks_of(tx, made.patient.id, "2026-01-03") == []
        assert await stored.uses_of(tx, ONE.id) == [use]
        assert await stored.uses_of(tx, TWO.id) == []


@pytest.mark.usefixtures("made")
async def test_a_request_has_one_event(database: Database) -> None:
    event = EventRow("e", "spa-1", "x", "r", "queried", ONE.id, None, NOW, "c" * 64, b"s")
    async with database.write() as tx:
        await events.add(tx, event)
        assert await events.of_request(tx, "spa-1", "x", "r") == event
        assert await events.of_request(tx, "spa-1", "y", "r") is None
        assert await events.of_authorization(tx, ONE.id) == [event]
    with pytest.raises(ConstraintBroken):
        async with database.write() as tx:
            await events.add(tx, replace(event, id="f"))


async def test_one_look_gives_a_patient_and_what_exams_allow_of_a_class(
    database: Database, made: Clinic
) -> None:
    newer = replace(ONE, id="authorization-3", encounter_id="encounter-2", signed_at=NOW + 1)
    who = made.patient
    async with database.write() as tx:
        await encounters.create(tx, encounter(2))
        await stored.add(tx, newer)
        found = await lookup.by_id(tx, "spa-1", who.id, "neurotoxin")
        assert found is not None
        assert found.patient == who
        assert [one.row for one in found.allowed] == [newer, ONE]
        assert {one.practitioner_name for one in found.allowed} == {ANA.display_name}
        assert found == await lookup.by_index(tx, "spa-1", who.blind_index, "neurotoxin")
        nothing = await lookup.by_id(tx, "spa-1", who.id, "prp")
        assert nothing == lookup.Found(who, ())
        assert await lookup.by_id(tx, "spa-2", who.id, "neurotoxin") is None
        assert await lookup.by_index(tx, "spa-1", "0" * 64, "neurotoxin") is None


@pytest.mark.usefixtures("made")
async def test_an_opening_has_the_site_and_what_was_answered_before(database: Database) -> None:
    event = EventRow("e", "spa-1", "x", "r", "queried", ONE.id, None, NOW, "c" * 64, b"s")
    async with database.write() as tx:
        await events.add(tx, event)
        again = await lookup.opening(tx, "site-1", spa_id="spa-1", actor="x", request_id="r")
        first = await lookup.opening(tx, "site-1", spa_id="spa-1", actor="y", request_id="r")
        other = await lookup.opening(tx, "site-1", spa_id="spa-2", actor="x", request_id="r")
        site = await directory.site(tx, "site-1")
    assert again == lookup.Opening(site, "network-1", event)
    assert first == lookup.Opening(site, "network-1", None)
    assert other is None


@pytest.mark.usefixtures("made")
async def test_classes_are_told_by_exam(database: Database) -> None:
    async with database.read() as tx:
        found = await stored.classes_of(tx, ["encounter-1", "nobody"])
    assert found == {"encounter-1": ["filler", "neurotoxin"]}


@pytest.mark.usefixtures("clinic")
async def test_a_token_works_until_it_expires_or_is_revoked(database: Database) -> None:
    async with database.write() as tx:
        await spa_tokens.add(tx, TOKEN)
        found = await spa_tokens.by_hash(tx, TOKEN.secret_hash)
        assert found == TOKEN
        assert found.works(NOW)
        assert not found.works(TOKEN.expires_at)
        await spa_tokens.revoke(tx, TOKEN.id, NOW + 1)
        (revoked,) = await spa_tokens.of_spa(tx, "spa-1")
        assert not revoked.works(NOW + 2)
        with pytest.raises(RowMissing):
            await spa_tokens.revoke(tx, "nobody", NOW)
