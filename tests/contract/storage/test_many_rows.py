"""Many rows in one statement are written, locked and refused as one row would be."""

# ruff: noqa: PT012 - a transaction is a block, and how it ends is what is tested

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from media.call import Call, CallStarted, step_call
from server.keyring import Keyring
from server.keystore.tables import keys
from server.storage import (
    chart_log,
    commands,
    encounters,
    requests,
    roster,
)
from server.storage.cluster_tables import requests as request_rows
from server.storage.database import Database
from server.storage.errors import (
    CommandAlreadyRecorded,
    CommitFailed,
    KeyShredded,
    OnDutyElsewhere,
    RowMissing,
)
from server.storage.requests import Request
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState, RingTimedOut, settle
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow
from tests.contract.storage import rows
from tests.contract.storage.rows import NOW, put

ANA = PractitionerId(rows.ANA.practitioner_id)
BEN = PractitionerId(rows.BEN.practitioner_id)


@pytest.fixture
async def pair(database: Database, clinic: rows.Clinic) -> list[str]:
    """Two encounters."""
    async with database.write() as tx:
        second = await encounters.create(tx, rows.encounter(2))
    return [clinic.encounter_id, second.encounter_id]


# ------------------------------------------------------------------ encounters


async def test_held_encounters_come_by_their_id(database: Database, pair: list[str]) -> None:
    async with database.write() as tx:
        held = await encounters.hold(tx, [*reversed(pair), *pair])
        assert held == {one: await encounters.get(tx, one) for one in pair}
        assert await encounters.hold(tx, []) == {}
        with pytest.raises(RowMissing):
            await encounters.hold(tx, [pair[0], "nobody"])


async def test_nobody_changes_a_held_encounter_before_the_commit(
    database: Database, neighbour: Database, pair: list[str]
) -> None:
    async def elsewhere() -> None:
        async with neighbour.write() as tx:
            await put(tx, pair[0], NOW + 2, presence="present")

    async with database.write() as tx:
        held = await encounters.hold(tx, pair)
        other = asyncio.create_task(elsewhere())
        done, _ = await asyncio.wait({other}, timeout=0.2)
        assert not done
        changes = [(row, replace(row, visit="intake")) for row in held.values()]
        await encounters.save(tx, changes)
    await other
    async with database.read() as tx:
        first = await encounters.get(tx, pair[0])
    assert (first.visit, first.presence) == ("intake", "present")


async def test_saving_writes_every_row_and_every_column(
    database: Database, pair: list[str]
) -> None:
    async with database.write() as tx:
        held = await encounters.hold(tx, pair)
        changes = [
            (
                held[f"encounter-{number}"],
                rows.encounter(
                    number,
                    visit="in_progress",
                    jurisdiction="TX",
                    eligibility="network-1:TX",
                    language="es",
                    priority=2,
                    place=number,
                    presence="present",
                    practitioner_id=ANA,
                    parked=True,
                    ready_at=NOW + 1,
                    accepted_at=NOW + 2,
                    connected_at=NOW + 3,
                    ended_at=NOW + 4,
                    signed_at=NOW + 5,
                    changed_at=NOW + 6,
                ),
            )
            for number in (1, 2)
        ]
        await encounters.save(tx, changes)
        await encounters.save(tx, [])
    async with database.read() as tx:
        assert [await encounters.get(tx, one) for one in pair] == [
            changed for _, changed in changes
        ]


async def test_a_chart_that_grew_since_it_was_read_ends_the_transaction(
    database: Database, keyring: Keyring, pair: list[str]
) -> None:
    with pytest.raises(CommitFailed):
        async with database.write() as tx:
            held = await encounters.hold(tx, pair)
            entry = ("note", "patient:1", b"{}")
            await chart_log.append(tx, pair[1], [entry], keyring=keyring, now=NOW)
            await encounters.save(tx, [(row, row) for row in held.values()])


async def test_only_what_differs_is_written(database: Database, pair: list[str]) -> None:
    async with database.write() as tx:
        read = await encounters.get(tx, pair[0], lock=True)
        await put(tx, pair[0], NOW, presence="present")
        later = Instant(NOW + 1)
        await encounters.set_changed(tx, read, replace(read, visit="intake", changed_at=later))
        after = await encounters.get(tx, pair[0])
    assert (after.visit, after.presence, after.changed_at) == ("intake", "present", NOW + 1)


# ------------------------------------------------------------------ charts


async def test_several_charts_grow_at_once_and_each_chain_holds(
    database: Database, keyring: Keyring, pair: list[str]
) -> None:
    async with database.write() as tx:
        await chart_log.append(
            tx, pair[0], [("note", "patient:1", b"0")], keyring=keyring, now=NOW
        )
        held = await encounters.hold(tx, pair)
        growths = [
            chart_log.Growth(
                one, "network-1", row.chart_seq, row.chart_head, [("note", "system", b"1")] * 2
            )
            for one, row in held.items()
        ]
        grown = await chart_log.grow(tx, growths, keyring=keyring, now=NOW)
        await encounters.save(
            tx,
            [
                (held[one], replace(held[one], chart_seq=after.last, chart_head=after.head))
                for one, after in zip(held, grown, strict=True)
            ],
        )
    async with database.read() as tx:
        first, second = [await chart_log.load(tx, one, keyring=keyring) for one in pair]
    assert [one.plaintext for one in first] == [b"0", b"1", b"1"]
    assert [one.plaintext for one in second] == [b"1", b"1"]


async def test_a_chart_without_new_entries_stays_as_it_is(
    database: Database, keyring: Keyring, pair: list[str]
) -> None:
    async with database.write() as tx:
        still = chart_log.Growth(pair[0], "network-1", 7, "a" * 64, [])
        [after] = await chart_log.grow(tx, [still], keyring=keyring, now=NOW)
    assert (after.last, after.head, len(after.seqs)) == (7, "a" * 64, 0)


# ------------------------------------------------------------------ keys


async def test_keys_of_many_encounters_are_the_keys_of_each(
    database: Database, keyring: Keyring, pair: list[str]
) -> None:
    networks = dict.fromkeys([*pair, "encounter-3"], "network-1")
    async with database.write() as tx:
        first = await keyring.encounter_key(tx, pair[0], "network-1")
    async with database.write() as tx:
        made = await keyring.encounter_keys(tx, networks)
        assert made[pair[0]] == first
        assert len(set(made.values())) == 3
    fresh = Keyring(bytes(range(32)), random_bytes=rows.seeded_bytes(1))
    async with database.read() as tx:
        assert await fresh.encounter_keys(tx, networks) == made
        assert await fresh.encounter_key(tx, pair[1], "network-1") == made[pair[1]]


async def test_one_destroyed_key_among_many_is_said(
    database: Database, keyring: Keyring, pair: list[str]
) -> None:
    networks = dict.fromkeys(pair, "network-1")
    async with database.write() as tx:
        await keyring.encounter_keys(tx, networks)
    async with database.keystore.write() as tx:
        gone = keys.update().where(keys.c.subject == pair[1])
        await tx.execute(gone.values(shredded_at=NOW))
    keyring.forget()
    with pytest.raises(KeyShredded):
        async with database.read() as tx:
            await keyring.encounter_keys(tx, networks)


# ------------------------------------------------------------------ offers, duty, calls


def offer(number: int, who: PractitionerId, encounter_id: str) -> Offer:
    return Offer(
        offer_id=OfferId(f"offer-{number}"),
        encounter_id=EncounterId(encounter_id),
        practitioner_id=who,
        state=OfferState.RINGING,
        rung_at=NOW,
        expires_at=NOW,
    )


async def test_what_settled_is_written_before_what_rings(
    database: Database, pair: list[str]
) -> None:
    """The schema lets one offer ring per practitioner and per patient, at every moment."""
    before = [offer(1, ANA, pair[0]), offer(2, BEN, pair[1])]
    after = [offer(3, ANA, pair[1]), offer(4, BEN, pair[0])]
    async with database.write() as tx:
        await roster.save_offers(tx, before)
    async with database.write() as tx:
        missed = [settle(one, RingTimedOut(), now=NOW) for one in before]
        await roster.save_offers(tx, [*after, *missed])
        await roster.save_offers(tx, [])
    async with database.read() as tx:
        found = await roster.offers_since(tx, "network-1", 0)
    assert {one.offer_id: one.state.value for one in found} == {
        "offer-1": "missed",
        "offer-2": "missed",
        "offer-3": "ringing",
        "offer-4": "ringing",
    }


async def test_one_of_many_who_is_on_duty_elsewhere_is_named(
    database: Database, clinic: rows.Clinic
) -> None:
    assert clinic.encounter_id
    on_duty = [
        DutyRow(who, PractitionerStatus.AVAILABLE, 1, NOW, None, 0, None, leaving=False)
        for who in (ANA, BEN)
    ]
    async with database.write() as tx:
        await roster.save_duties(tx, "network-1", on_duty[1:], now=NOW)
        await roster.save_duties(tx, "network-2", [], now=NOW)
    with pytest.raises(OnDutyElsewhere) as refused:
        async with database.write() as tx:
            await roster.save_duties(tx, "network-2", on_duty, now=NOW)
    assert refused.value.practitioner_id == BEN
    async with database.read() as tx:
        assert await roster.duty_of(tx, "network-2") == []


async def test_calls_of_many_encounters_keep_their_generations(
    database: Database, pair: list[str]
) -> None:
    first = step_call(Call(generation=0), CallStarted(), now=NOW)
    second = step_call(Call(generation=4), CallStarted(), now=NOW)
    async with database.write() as tx:
        assert await roster.latest_generations(tx, pair) == {}
        await roster.save_calls(tx, {pair[0]: first, pair[1]: second})
        assert await roster.latest_generations(tx, pair) == {pair[0]: 1, pair[1]: 5}
        assert await roster.latest_generations(tx, []) == {}


# ------------------------------------------------------------------ commands


async def test_many_commands_are_remembered_and_found(database: Database) -> None:
    outcomes = {("a", "1"): "{}", ("a", "2"): '{"place": 2}', ("b", "1"): "{}"}
    async with database.write() as tx:
        await commands.record_all(tx, outcomes, NOW)
        await commands.record_all(tx, {}, NOW)
    async with database.read() as tx:
        assert await commands.recorded_of(tx, [*outcomes, ("b", "2")]) == outcomes
        assert await commands.recorded_of(tx, []) == {}


async def test_one_known_command_among_many_ends_the_transaction(database: Database) -> None:
    async with database.write() as tx:
        await commands.record(tx, "a", "2", "{}", NOW)
    with pytest.raises(CommandAlreadyRecorded):
        async with database.write() as tx:
            await commands.record_all(tx, {("a", "1"): "{}", ("a", "2"): "{}"}, NOW)
    async with database.read() as tx:
        assert await commands.recorded(tx, "a", "1") is None


# ------------------------------------------------------------------ texts


async def test_a_text_that_is_too_long_is_refused_or_kept_whole_but_never_cut(
    database: Database,
) -> None:
    longer = "command" * 3
    asked = [Request(one, "network-1", "node-1", longer, b"sealed") for one in ("a", "b")]
    is_refused = False
    try:
        async with database.write() as tx:
            await requests.send(tx, asked)
    except CommitFailed:
        is_refused = True
    async with database.read() as tx:
        kinds = set((await tx.execute(select(request_rows.c.kind))).scalars())
    assert kinds == (set() if is_refused else {longer})
