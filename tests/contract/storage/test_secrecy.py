"""What is known about a patient never reaches a disk in the clear."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.schema import Column

from server.cluster.sealing import Sealer, cluster_secret
from server.keyring import Keyring
from server.sealing import blind_index, unseal
from server.storage import (
    authorization_events,
    authorizations,
    chart_log,
    commands,
    credential_documents,
    destinations,
    documents,
    emergency_access,
    leases,
    node_words,
    patient_messages,
    patients,
    proofs,
    providers,
    requests,
    uploads,
)
from server.storage.authorization_events import EventRow
from server.storage.authorizations import CheckRow, UseRow
from server.storage.credential_documents import CredentialDocument
from server.storage.database import Database
from server.storage.destinations import Secret
from server.storage.patients import Patient
from server.storage.proofs import Generator
from server.storage.providers import Provider
from server.storage.requests import Answer, Request
from server.storage.statements import Tx
from server.storage.tables import METADATA
from server.storage.uploads import Picture, Upload
from tests.contract.storage.opened import opened
from tests.contract.storage.rows import ANA, IDENTITY, NOW, STAFF, Clinic
from tests.contract.storage.test_authorizations import ONE as ALLOWED
from tests.contract.storage.test_outbox import ENDPOINT
from tests.contract.storage.test_patient_messages import ONE as MESSAGE

CANARIES = [
    b"Zephyrine",
    b"Quillfeather",
    b"zephyrine quillfeather",
    b"1987-03-14",
    b"+1 512 555 0188",
    b"14 Canary Lane",
    b"isotretinoin",
    b"quillfeather-hook",
    b"a-link-of-quillfeather",
    b"secret-of-quillfeather",
    b"Lot Z-4711",
    b"Itching since Tuesday",
    b"QUILLFEATHERSECRET",
    b"Found unconscious",
    b"Called the emergency room",
]
ENTRY = b'{"kind":"intake_answers","v":1,"phone":"+1 512 555 0188","drug":"isotretinoin"}'
ADDED = b'{"kind":"addendum","v":1,"text":"Itching since Tuesday"}'
USE = b'{"performer_name":"Robin Quillfeather","lot":"Lot Z-4711"}'
SAID = b'{"staff_name":"Robin Quillfeather","new_medication":true}'
OUTCOME = b'{"answer":"covered","patient":"Zephyrine Quillfeather"}'
PDF = b"%PDF-1.7 Zephyrine Quillfeather, 14 Canary Lane, isotretinoin"


async def write_everything(tx: Tx, keyring: Keyring) -> None:
    """Every way by which health information comes into the database."""
    name, birth_date = "Zephyrine Quillfeather", "1987-03-14"
    index = blind_index(await keyring.index_key(tx, "spa-1"), name, birth_date)
    key = await keyring.patient_key(tx, "patient-2", "network-1")
    sealed = keyring.seal(key, IDENTITY, patients.identity_place("patient-2", "spa-1"))
    await patients.upsert(tx, Patient("patient-2", "spa-1", index, sealed, NOW))
    entries = [("intake_answers", "patient:encounter-1", ENTRY)] * 3
    entries += [("addendum", "practitioner:ana", ADDED)]
    await chart_log.append(tx, "encounter-1", entries, keyring=keyring, now=NOW)
    for kind in ("exam", "patient_copy"):
        await documents.put(
            tx, "encounter-1", kind, PDF, keyring=keyring, now=NOW, chart_seq=len(entries)
        )
    picture = Picture(image=PDF, thumbnail=PDF)
    size = len(PDF)
    photo = Upload(
        "u-1", "encounter-1", "file-1", "image", 1, "image/jpeg", size, picture.sha256, NOW
    )
    if not await uploads.of_encounter(tx, "encounter-1"):
        await uploads.add(tx, photo, picture, keyring=keyring)
    await commands.record(tx, "patient:encounter-1", "c1", "{}", NOW)
    if not await emergency_access.open_of(tx, ANA.account_id, now=NOW):
        await opened(tx, keyring, "emergency-1", said=b"Found unconscious", at=NOW)
        found = keyring.seal(
            await keyring.encounter_key(tx, "encounter-1", "network-1"),
            b"Called the emergency room",
            emergency_access.words_place("sealed_review", "emergency-1", "network-1"),
        )
        await emergency_access.review(
            tx,
            "emergency-1",
            by=STAFF.account_id,
            at=NOW,
            verdict="justified",
            sealed_review=found,
        )
    await write_what_leaves(tx, keyring)


async def write_what_leaves(tx: Tx, keyring: Keyring) -> None:
    """What waits to be sent: where to, with which link; and what an exam allowed."""
    to = replace(ENDPOINT, address="https://glow.test/quillfeather-hook")
    await destinations.add(tx, keyring, to)
    made = Secret(
        id="secret-1",
        destination_id=to.id,
        secret=b"secret-of-quillfeather-is-32-byt",
        public_key=None,
        created_at=NOW,
    )
    await destinations.rotate(tx, keyring, to, made, old_until=NOW)
    link = replace(MESSAGE, link="https://here.test/#a-link-of-quillfeather")
    await patient_messages.add(tx, keyring, "network-1", link)
    await write_what_people_prove_with(tx, keyring)
    key = await keyring.patient_key(tx, "patient-1", "network-1")
    terms = keyring.seal(key, ENTRY, authorizations.terms_place(ALLOWED.id, ALLOWED.spa_id))
    await authorizations.add(tx, replace(ALLOWED, sealed_terms=terms))
    await write_what_is_done_with_it(tx, keyring, key)


async def write_what_people_prove_with(tx: Tx, keyring: Keyring) -> None:
    """The secret of a generator of codes; what else is asked for is kept as a hash."""
    place = proofs.secret_place("generator-1", STAFF.organization_id)
    key = await keyring.tenant_key(tx, STAFF.organization_id)
    sealed = keyring.seal(key, b"QUILLFEATHERSECRET", place)
    made = Generator(
        id="generator-1",
        account_id=STAFF.account_id,
        sealed_secret=sealed,
        label="",
        created_at=NOW,
    )
    await proofs.add_generator(tx, made)
    own = providers.secret_place("provider-1", STAFF.organization_id)
    one = Provider(
        id="provider-1",
        organization_id=STAFF.organization_id,
        name="Sign-in",
        issuer="https://id.test",
        client_id="goodfaith",
        sealed_secret=keyring.seal(key, b"QUILLFEATHERSECRET", own),
        scopes="openid",
        created_by="operator:test",
        created_at=NOW,
    )
    await providers.add(tx, one)
    await write_a_paper(tx, keyring)


async def write_a_paper(tx: Tx, keyring: Keyring) -> None:
    """A page of a practitioner's file: no patient is in it, but it is sealed all the same."""
    place = credential_documents.page_place("paper-1", 1, ANA.network_id)
    key = await keyring.tenant_key(tx, ANA.network_id)
    page = keyring.seal(key, PDF, place)
    paper = CredentialDocument(
        document_id="paper-1",
        practitioner_id=ANA.practitioner_id,
        name="Cover",
        pages=1,
        sha256="c" * 64,
        uploaded_by=ANA.account_id,
        uploaded_at=NOW,
    )
    await credential_documents.add(tx, paper, [page])


async def write_what_is_done_with_it(tx: Tx, keyring: Keyring, key: bytes) -> None:
    """What was said on the day, what was given, and what the spa was answered."""
    spa, patient, who = ALLOWED.spa_id, ALLOWED.patient_id, "staff:1"
    said = keyring.seal(key, SAID, authorizations.answers_place("check-1", spa))
    check = CheckRow("check-1", spa, patient, "2026-01-02", "staff", who, NOW, said)
    await authorizations.add_check(tx, check)
    used = keyring.seal(key, USE, authorizations.use_place("use-1", spa))
    await authorizations.add_use(tx, UseRow("use-1", ALLOWED.id, who, NOW, NOW, "", used))
    told = keyring.seal(key, OUTCOME, authorization_events.outcome_place("event-1", spa))
    event = EventRow(
        "event-1", spa, who, "r-1", "queried", ALLOWED.id, patient, NOW, "c" * 64, told
    )
    await authorization_events.add(tx, event)
    await write_what_nodes_say(tx, keyring)


async def write_what_nodes_say(tx: Tx, keyring: Keyring) -> None:
    """A request of one node, its answer, and a word: sealed by the nodes themselves."""
    sealer = Sealer(await cluster_secret(tx, keyring), keyring.random_bytes)
    asked = Request("one", "network-1", "node-1", "command", sealer.seal("request", ENTRY))
    await requests.send(tx, [asked])
    lease = await leases.acquire(tx, "switchboard:network-1", "home", 60)
    assert lease is not None
    await requests.take(tx, lease, "network-1", 1)
    await requests.answer(tx, lease, [Answer("one", "node-1", sealer.seal("answer", ENTRY))])
    await node_words.put(tx, [("node-1", sealer.seal("bus", ENTRY, "node-1"))])


@asynccontextmanager
async def everything_written(
    database: Database, keyring: Keyring, *, rolled_back: bool = False
) -> AsyncIterator[None]:
    try:
        async with database.write() as tx:
            await write_everything(tx, keyring)
            if rolled_back:
                raise InterruptedError
    except InterruptedError:
        pass
    yield


async def rows_of(database: Database) -> list[bytes]:
    """Give every value of every table, as bytes."""
    values: list[bytes] = []
    async with database.read() as tx:
        for table in METADATA.sorted_tables:
            for row in (await tx.execute(select(table))).all():
                values += [one if isinstance(one, bytes) else str(one).encode() for one in row]
    return values


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_no_column_of_any_table_shows_a_patient(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    async with everything_written(database, keyring):
        dump = b"\n".join(await rows_of(database))
    assert clinic.encounter_id.encode() in dump  # the dump has what is plaintext
    assert [canary for canary in CANARIES if canary.lower() in dump.lower()] == []


@pytest.mark.usefixtures("clinic")
async def test_every_column_that_is_sealed_is_among_what_is_searched(
    database: Database, keyring: Keyring
) -> None:
    empty: list[Column[bytes]] = []
    async with everything_written(database, keyring), database.read() as tx:
        for table in METADATA.sorted_tables:
            for column in table.columns:
                if column.name.startswith("sealed_"):
                    query = select(column).where(column.is_not(None)).limit(1)
                    found = (await tx.execute(query)).first()
                    empty += [] if found else [column]
    assert empty == []


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_no_file_of_the_database_shows_a_patient(
    database: Database, keyring: Keyring, clinic: Clinic, url: str, kind: str
) -> None:
    """Data files, write-ahead logs and journals, after commits and after a rollback."""
    async with (
        everything_written(database, keyring, rolled_back=True),
        everything_written(database, keyring),
    ):
        files = {path: path.read_bytes() for path in _files(url, kind)}
    assert any(clinic.encounter_id.encode() in content for content in files.values())
    found = {
        (path.name, canary)
        for path, content in files.items()
        for canary in CANARIES
        if canary.lower() in content.lower()
    }
    assert found == set()


def _files(url: str, kind: str) -> list[Path]:
    if kind == "sqlite":
        folder = Path(url.removeprefix("sqlite:///")).parent
    else:
        folder = Path(re.sub(r"^.*host=", "", url)) / "data"
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_what_was_sealed_comes_back_for_those_who_have_the_keys(
    database: Database, keyring: Keyring, clinic: Clinic
) -> None:
    restarted = Keyring(bytes(range(32)))
    async with everything_written(database, keyring), database.read() as tx:
        patient = await patients.get(tx, clinic.patient.id)
        key = await restarted.patient_key(tx, patient.id, "network-1")
        place = patients.identity_place(patient.id, "spa-1")
        assert unseal(key, patient.sealed_identity, place=place) == IDENTITY
        loaded = await chart_log.load(tx, "encounter-1", keyring=restarted)
        assert [one.plaintext for one in loaded] == [ENTRY] * 3 + [ADDED]
        assert await documents.get(tx, "encounter-1", "exam", keyring=restarted) == PDF
