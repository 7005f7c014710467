"""How long a spa waits for "covered by a valid exam?", with 100,000 authorizations stored.

    http   POST /api/v1/authorizations/query by a token, one after the other over one
           connection, each with a same-day check: found by name through the blind index,
           checked, judged by the protocol in force, signed, and kept as an event
    peer   the same row by its primary key in the same database, and nothing else: what no
           answer can be quicker than
    core   the pure judgement alone

On SQLite, and on a PostgreSQL of our own where one is installed, both durable. `cpu_p50_ms` is
the processor time of one question in this process, client included; `load` is the machine's
load average afterwards: figures of a busy machine are figures of its queue.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Final, TypedDict

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from server import accounts, spa_tokens
from server.access import scopes
from server.accounts import Address, PractitionerDetails
from server.authorizations import answering, terms
from server.authorizations.answering import TOPICS, Authorization, Question, Standing
from server.authorizations.terms import Terms
from server.clock import SystemClock
from server.http import wiring
from server.keyring import Keyring
from server.protocols import demo, register
from server.protocols.protocol import Protocol
from server.protocols.standing import Governing
from server.sealing import blind_index
from server.services import Services
from server.settings import Settings
from server.storage import schema
from server.storage.authorization_tables import authorizations
from server.storage.database import Database, Tx
from server.storage.directory import Organization, Practitioner, Site
from server.storage.statements import Values, insert_rows
from server.storage.tables import encounters, patients
from server.treatments import LABELS
from tests.fakes import InPlace, QuietOversight, RecordingDesk, RecordingHub
from tests.postgres import DURABLE, running_postgres

AUTHORIZATIONS: Final = 100_000
PER_PATIENT: Final = 4
QUERIES: Final = 2_000
CORE_RUNS: Final = 20_000
CHUNK: Final = 1_000
TARGET_MS: Final = 50.0
BIRTH_DATE: Final = "1988-04-17"
NOTHING_NEW: Final[dict[str, bool]] = dict.fromkeys(TOPICS, False)
CLASSES: Final = tuple(LABELS)
TERMS: Final = Terms(
    order="Up to 20 units in the glabella, one session, by a nurse of this site.",
    conditions="",
    salt="0" * 32,
    products=[],
    doses=[],
    areas=[],
    performers=["RN", "NP"],
    satisfied_by=[],
)


class Times(TypedDict):
    """Quantiles, milliseconds."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_p50_ms: float
    queries_per_s: float
    peer_p50_ms: float
    peer_p99_ms: float
    ratio_p50: float


class Measured(TypedDict, total=False):
    """What the benchmark prints."""

    authorizations: int
    queries: int
    target_p99_ms: float
    core_p50_us: float
    core_p99_us: float
    http: dict[str, Times]
    load: float
    met: bool


class Clinic:
    """A spa with a site, and a practitioner of its network."""

    def __init__(
        self,
        spa: Organization,
        site: Site,
        examiner: Practitioner,
        protocols: Mapping[str, Governing],
    ) -> None:
        self.spa = spa
        self.site = site
        self.examiner = examiner
        self.protocols = protocols

    def protocol(self, treatment_class: str) -> Protocol:
        found = self.protocols[treatment_class].protocol
        if found is None:
            raise AssertionError(treatment_class)
        return found


async def main(arguments: Sequence[str]) -> Measured:
    parser = argparse.ArgumentParser(prog="scripts/bench authorization")
    parser.add_argument("--authorizations", type=int, default=AUTHORIZATIONS)
    parser.add_argument("--queries", type=int, default=QUERIES)
    wanted = parser.parse_args(arguments)
    http: dict[str, Times] = {}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/goodfaith.db"
        http["sqlite"] = await over_http(url, wanted.authorizations, wanted.queries)
    if has_postgres():
        with running_postgres(DURABLE) as server:
            url = server.create("bench")
            http["postgresql"] = await over_http(url, wanted.authorizations, wanted.queries)
    core = core_times()
    return Measured(
        authorizations=wanted.authorizations,
        queries=wanted.queries,
        target_p99_ms=TARGET_MS,
        core_p50_us=round(quantile(core, 50) * 1e6, 1),
        core_p99_us=round(quantile(core, 99) * 1e6, 1),
        http=http,
        load=round(os.getloadavg()[0], 1),
        met=all(one["p99_ms"] < TARGET_MS for one in http.values()),
    )


def has_postgres() -> bool:
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return shutil.which("postgres") is not None or any(installed)


# ------------------------------------------------------------------ over HTTP


async def over_http(url: str, count: int, queries: int) -> Times:
    schema.upgrade(url)
    async with serving(url) as (services, server):
        async with services.database.write() as tx:
            clinic = await enrol(tx, services)
            token = await spa_tokens.create(
                tx,
                services,
                clinic.spa.organization_id,
                label="b",
                scopes=[scopes.QUERY],
                days=1,
            )
        people = await fill(services, clinic, count)
        took, spent = await ask(server, token.secret, clinic, people, queries)
        bare = await select_only(services.database, people, queries)
    return Times(
        p50_ms=in_ms(quantile(took, 50)),
        p99_ms=in_ms(quantile(took, 99)),
        max_ms=in_ms(max(took)),
        cpu_p50_ms=in_ms(quantile(spent, 50)),
        queries_per_s=round(len(took) / sum(took), 1),
        peer_p50_ms=in_ms(quantile(bare, 50)),
        peer_p99_ms=in_ms(quantile(bare, 99)),
        ratio_p50=round(quantile(took, 50) / quantile(bare, 50), 1),
    )


def in_ms(seconds: float) -> float:
    return round(seconds * 1e3, 2)


async def select_only(database: Database, people: int, queries: int) -> list[float]:
    """Return how long it took to read one row by its key, in seconds."""
    chance = random.Random(7)
    took: list[float] = []
    for _ in range(queries):
        row_id = f"authorization-{chance.randrange(people)}-{chance.randrange(PER_PATIENT)}"
        query = select(authorizations).where(authorizations.c.id == row_id)
        began = time.perf_counter()
        async with database.read() as tx:
            row = (await tx.execute(query)).one()
        took.append(time.perf_counter() - began)
        if row.id != row_id:
            raise AssertionError(row_id)
    return took


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[tuple[Services, TestServer]]:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(url)
        services = Services(
            settings=Settings(
                data_dir=Path(folder),
                demo=False,
                requests_per_address_s=100_000,
                requests_per_session_s=100_000,
            ),
            clock=SystemClock(),
            database=database,
            keyring=Keyring(os.urandom(32)),
            blocking=InPlace(),
            random_bytes=os.urandom,
            desk=RecordingDesk(),
            hub=RecordingHub(),
            oversight=QuietOversight(),
        )
        app = web.Application()
        wiring.install(app, services, dist=Path(folder))
        server = TestServer(app)
        await server.start_server()
        try:
            yield services, server
        finally:
            await server.close()
            await database.close()


async def enrol(tx: Tx, core: Services) -> Clinic:
    network = await accounts.add_network(tx, core, "Bench Clinicians")
    spa = await accounts.add_spa(tx, core, network.organization_id, "Bench Spa")
    where = Address("1 Main St", "Mesa", "85201", "AZ")
    site = await accounts.add_site(tx, core, spa.organization_id, "Mesa", where)
    details = PractitionerDetails("Robin Vale", "MD", "1234567893")
    examiner = await accounts.add_practitioner(
        tx, core, network.organization_id, details, login="robin", password_hash="none"
    )
    await demo._furnish(tx, core, spa, site, None)
    protocols = await register.governing_at(
        tx, site.site_id, CLASSES[:PER_PATIENT], core.clock.now()
    )
    return Clinic(spa, site, examiner, protocols)


async def fill(core: Services, clinic: Clinic, count: int) -> int:
    """Store patients with some authorizations each; return how many patients."""
    people = max(1, count // PER_PATIENT)
    now = core.clock.now()
    for first in range(0, people, CHUNK):
        async with core.database.write() as tx:
            numbers = range(first, min(people, first + CHUNK))
            await fill_chunk(tx, core, clinic, numbers, now)
    return people


async def fill_chunk(
    tx: Tx, core: Services, clinic: Clinic, numbers: Iterable[int], now: int
) -> None:
    spa_id, network_id = clinic.spa.organization_id, clinic.examiner.network_id
    index_key = await core.keyring.index_key(tx, spa_id)
    whole: dict[str, list[Values]] = {"patients": [], "encounters": [], "authorizations": []}
    for number in numbers:
        patient_id, encounter_id = f"patient-{number}", f"encounter-{number}"
        whole["patients"].append(
            {
                "id": patient_id,
                "spa_id": spa_id,
                "blind_index": blind_index(index_key, name_of(number), BIRTH_DATE),
                "sealed_identity": b"not opened here",
                "created_at": now,
            }
        )
        whole["encounters"].append(encounter_row(clinic, number, now))
        for place in range(PER_PATIENT):
            row_id = f"authorization-{number}-{place}"
            owner = (patient_id, spa_id, network_id)
            whole["authorizations"].append(
                {
                    "id": row_id,
                    "network_id": network_id,
                    "spa_id": spa_id,
                    "site_id": clinic.site.site_id,
                    "patient_id": patient_id,
                    "encounter_id": encounter_id,
                    "practitioner_id": clinic.examiner.practitioner_id,
                    "treatment_class": CLASSES[place],
                    "disposition": "approved",
                    "protocol_id": clinic.protocol(CLASSES[place]).protocol_id,
                    "protocol_version": clinic.protocol(CLASSES[place]).version,
                    "chart_seq": 1,
                    "chart_head": "a" * 64,
                    "sealed_terms": await terms.sealed(tx, core.keyring, TERMS, row_id, owner),
                    "signed_at": now,
                    "valid_until": "2999-12-31",
                }
            )
    await insert_rows(tx, patients, whole["patients"])
    await insert_rows(tx, encounters, whole["encounters"])
    await insert_rows(tx, authorizations, whole["authorizations"])


def encounter_row(clinic: Clinic, number: int, now: int) -> Values:
    return {
        "id": f"encounter-{number}",
        "network_id": clinic.examiner.network_id,
        "spa_id": clinic.spa.organization_id,
        "site_id": clinic.site.site_id,
        "patient_id": f"patient-{number}",
        "request_id": f"request-{number}",
        "visit": "signed",
        "presence": "gone",
        "parked": False,
        "chart_seq": 1,
        "chart_head": "a" * 64,
        "requested_at": now,
        "changed_at": now,
    }


async def ask(
    server: TestServer, secret: str, clinic: Clinic, people: int, queries: int
) -> tuple[list[float], list[float]]:
    """Return how long each took, and how much processor time, in seconds."""
    chance = random.Random(7)
    took: list[float] = []
    spent: list[float] = []
    headers = {"Authorization": f"Bearer {secret}"}
    async with ClientSession(headers=headers) as http:
        for number in range(queries):
            body = {
                "request_id": f"query-{number:08}",
                "patient": {
                    "legal_name": name_of(chance.randrange(people)),
                    "birth_date": BIRTH_DATE,
                },
                "treatment_class": CLASSES[chance.randrange(PER_PATIENT)],
                "site_id": clinic.site.site_id,
                "performer_credential": "RN",
                "same_day": {"answered_by": "patient", **NOTHING_NEW},
            }
            began, worked = time.perf_counter(), time.process_time()
            url = server.make_url("/api/v1/authorizations/query")
            async with http.post(url, json=body) as response:
                answer = await response.json()
            took.append(time.perf_counter() - began)
            spent.append(time.process_time() - worked)
            if answer.get("answer") != "covered":
                raise AssertionError(answer)
    return took, spent


def name_of(number: int) -> str:
    return f"Patient Number {number}"


# ------------------------------------------------------------------ the core alone


def core_times() -> list[float]:
    known = [
        (
            Authorization(
                authorization_id=str(number),
                treatment_class=CLASSES[0],
                site_id="site",
                products=frozenset(),
                performers=frozenset({"RN"}),
                signed_at=number,
                first_day=date(2026, 1, 1),
                last_day=date(2027, 1, 1),
            ),
            Standing.IN_FORCE,
        )
        for number in range(PER_PATIENT)
    ]
    question = Question(CLASSES[0], "site", date(2026, 6, 1), None, "RN")
    checks = [dict.fromkeys(TOPICS, False)]
    took: list[float] = []
    for _ in range(CORE_RUNS):
        began = time.perf_counter()
        answering.answer(known, checks, question)
        took.append(time.perf_counter() - began)
    return took


def quantile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
