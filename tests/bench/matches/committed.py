"""How many matches a second the desk commits, on a real database of a temporary folder.

A match is a patient made ready, matched, and the offer committed: place, presence, visit,
offer and duty rows, five sealed and chained chart entries, the rules asked, the practitioner's
authority read again under lock, and the command remembered. Waves: as many patients as
practitioners become
ready, `concurrent` commands at a time, each answered only after its commit; then, timed apart,
every offer is accepted and every practitioner freed.

A join is the same as the patient's page asks for it: a plan in a savepoint that locks the
encounter, reads and verifies its chart of six entries, and takes the place in line.

Nothing is made easier for the database: SQLite as the product opens it (WAL, synchronous
FULL), PostgreSQL with its own defaults (fsync, synchronous_commit).
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypedDict

from server import charting
from server.clock import SystemClock
from server.keyring import Keyring
from server.storage import directory, encounters, leases
from server.storage.database import Database, Tx
from server.storage.schema import upgrade
from server.waiting.desk import Desk, Ports
from server.waiting.ledger import Ledger
from server.waiting.work import CommandKey, Plan, Planner, just
from signaling import events
from signaling.effects import Send, SendOfferRinging
from signaling.identifiers import EncounterId, Instant, PractitionerId
from signaling.limits import Limits
from signaling.offers import Offer
from signaling.switchboard import Switchboard
from tests.admitted import consented, intake, located, open_everything
from tests.bench.matches.scene import NETWORK_ID, Network, class_of, network, percentile
from tests.contract.storage import rows

SEED: Final = 20_240_607
CHARTS_A_COMMIT: Final = 250
YEAR_US: Final = 365 * 86_400 * 1_000_000


class CommittedFigures(TypedDict):
    """One database.

    Attributes:
        matches_per_second: median of the waves.
        of_waves: each wave.
        cpu_us_per_match: processor time of this process; the database's own is not in it
            where that is another process.
        batch_mean: commands that shared one commit, on average.
        commit_p50_ms, commit_p99_ms: from a command's hand-over to its answer.
        joins_per_second: matches whose patients came by a plan, median of the waves.
        accepts_per_second, frees_per_second: the two other commands of a cycle.
    """

    matches_per_second: float
    of_waves: list[float]
    cpu_us_per_match: int
    batch_mean: float
    commit_p50_ms: float
    commit_p99_ms: float
    joins_per_second: float
    accepts_per_second: float
    frees_per_second: float
    matches: int
    practitioners: int
    concurrent: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A command for the desk."""

    plan: Planner
    about: str | None = None


class Clinic:
    """A desk at work on `database`, with everybody on duty."""

    def __init__(self, database: Database, licences: Network) -> None:
        self.database = database
        self.network = licences
        self.clock = SystemClock()
        self.keyring = Keyring(bytes(range(32)))
        self.offers: dict[EncounterId, Offer] = {}
        self.numbers = count(1)
        self.ledger = Ledger(NETWORK_ID, self.keyring, Limits(), new_id)
        ports = Ports(
            clock=self.clock,
            database=database,
            ledger=self.ledger,
            tell=self._tell,
            connected=lambda: (),
            resync=lambda: None,
            new_id=new_id,
        )
        self.desk = Desk(ports)
        self.commits = 0

    def _tell(self, sends: Sequence[Send]) -> None:
        self.commits += 1
        for send in sends:
            if isinstance(send, SendOfferRinging):
                self.offers[send.offer.encounter_id] = send.offer

    async def enrol(self) -> None:
        """Write the practitioners and their licences, and take the lease."""
        async with self.database.write() as tx:
            await rows.open_clinic(tx, self.keyring)
            await open_everything(tx, NETWORK_ID, self.clock.now())
            for who, held in self.network.licences.items():
                await enrol(tx, who, held, self.clock.now())
            self.ledger.lease = await leases.acquire(tx, "bench", "bench", 3_600.0)

    async def open_charts(self, places: Sequence[str]) -> list[EncounterId]:
        """Make encounters that have a chart, as they are before their patient is ready."""
        made: list[EncounterId] = []
        for start in range(0, len(places), CHARTS_A_COMMIT):
            async with self.database.write() as tx:
                for place in places[start : start + CHARTS_A_COMMIT]:
                    number = next(self.numbers)
                    row = rows.encounter(1_000 + number, visit="intake")
                    await encounters.create(tx, row)
                    entries = [*intake(place), located(place), consented()]
                    actor = charting.patient(row.encounter_id)
                    await charting.write(
                        tx, self.keyring, row.encounter_id, actor, entries, now=self.clock.now()
                    )
                    made.append(row.encounter_id)
        return made

    async def come_on_duty(self) -> None:
        """Bring everybody on duty."""
        on_duty = [
            events.PractitionerAvailable(who, len(held))
            for who, held in self.network.licences.items()
        ]
        await self.commanded([Asked(just(one)) for one in on_duty], 64)

    def joining(self, event: events.PatientReady) -> Asked:
        """Return what a patient's page asks for when its patient is ready."""

        async def plan(tx: Tx, _now: Instant, _switchboard: Switchboard) -> Plan:
            await encounters.get(tx, event.encounter_id, lock=True)
            await charting.read(tx, self.keyring, event.encounter_id)
            return Plan(replace(event, place=await encounters.next_place(tx)))

        return Asked(plan, event.encounter_id)

    async def commanded(self, asked: Iterable[Asked], concurrent: int) -> list[float]:
        """Do each as a command, `concurrent` at a time; return what each took, in s."""
        left = iter(asked)
        taken: list[float] = []

        async def worker() -> None:
            for one in left:
                key = CommandKey(f"bench:{new_id()}", new_id())
                began = time.perf_counter()
                await self.desk.do(one.plan, command=key, about=one.about)
                taken.append(time.perf_counter() - began)

        await asyncio.gather(*(worker() for _ in range(concurrent)))
        return taken


def new_id() -> str:
    """Return an id as the product makes them."""
    return os.urandom(16).hex()


async def enrol(tx: Tx, who: PractitionerId, held: Iterable[str], now: Instant) -> None:
    """Write a practitioner with a licence in each jurisdiction."""
    person = replace(rows.BEN, practitioner_id=who, account_id=f"account-{who}")
    await directory.add_account(tx, rows.account_of(person))
    await directory.add_practitioner(tx, person)
    for place in sorted(held):
        licence = replace(
            rows.LICENCE,
            authority_id=f"{who}-{place}",
            jurisdiction=place,
            valid_from=now - YEAR_US,
            valid_until=now + YEAR_US,
            verified_at=now - YEAR_US,
            independent_practice_verified=True,
        )
        await directory.add_authority(tx, who, licence)


@dataclass(slots=True)
class Wave:
    """What one wave did, and how long it took, in seconds."""

    matches: int
    matched_s: float
    cpu_s: float
    commits: int
    commands_s: list[float]
    accepts: int = 0
    accepted_s: float = 0.0
    freed_s: float = 0.0


async def wave(
    clinic: Clinic, concurrent: int, rng: random.Random, *, by_plan: bool = False
) -> Wave:
    """Let as many patients come as there are practitioners, then see every one of them."""
    places = [rng.choice(sorted(held)) for held in clinic.network.licences.values()]
    charts = await clinic.open_charts(places)
    ready = [
        events.PatientReady(one, class_of(place), next(clinic.numbers), clinic.clock.now())
        for one, place in zip(charts, places, strict=True)
    ]
    asked = [clinic.joining(one) if by_plan else Asked(just(one)) for one in ready]
    commits, began, cpu = clinic.commits, time.perf_counter(), time.process_time()
    commands_s = await clinic.commanded(asked, concurrent)
    matched_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    done = Wave(len(clinic.offers), matched_s, cpu_s, clinic.commits - commits, commands_s)
    while clinic.offers:  # whoever is freed is rung for those who found nobody
        offers = list(clinic.offers.values())
        clinic.offers.clear()
        done.accepts += len(offers)
        accepts = [
            Asked(just(events.OfferAccepted(one.offer_id, one.practitioner_id)))
            for one in offers
        ]
        began = time.perf_counter()
        await clinic.commanded(accepts, concurrent)
        done.accepted_s += time.perf_counter() - began
        frees = [
            Asked(just(events.PractitionerFreed(one.practitioner_id, one.encounter_id)))
            for one in offers
        ]
        began = time.perf_counter()
        await clinic.commanded(frees, concurrent)
        done.freed_s += time.perf_counter() - began
    return done


async def committed(
    url: str, *, practitioners: int, concurrent: int, waves: int
) -> CommittedFigures:
    """Measure one database, which is empty; the first wave only warms up."""
    await asyncio.to_thread(upgrade, url)
    rng = random.Random(SEED)
    database = await Database.open(url)
    clinic = Clinic(database, network(practitioners, rng))
    await clinic.enrol()
    running = asyncio.create_task(clinic.desk.run())
    try:
        await clinic.desk.ready()
        await clinic.come_on_duty()
        await wave(clinic, concurrent, rng)
        done = [await wave(clinic, concurrent, rng) for _ in range(waves)]
        joined = [await wave(clinic, concurrent, rng, by_plan=True) for _ in range(waves)]
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await database.close()
    rates = [round(one.matches / one.matched_s, 1) for one in done]
    taken_ms = [1_000 * one for each in done for one in each.commands_s]
    accepts = sum(one.accepts for one in done)
    matches = sum(one.matches for one in done)
    return CommittedFigures(
        matches_per_second=statistics.median(rates),
        of_waves=rates,
        cpu_us_per_match=round(1e6 * sum(one.cpu_s for one in done) / matches),
        batch_mean=round(len(taken_ms) / sum(one.commits for one in done), 1),
        commit_p50_ms=round(percentile(taken_ms, 0.5), 1),
        commit_p99_ms=round(percentile(taken_ms, 0.99), 1),
        joins_per_second=statistics.median(
            round(one.matches / one.matched_s, 1) for one in joined
        ),
        accepts_per_second=round(accepts / sum(one.accepted_s for one in done), 1),
        frees_per_second=round(accepts / sum(one.freed_s for one in done), 1),
        matches=matches,
        practitioners=practitioners,
        concurrent=concurrent,
    )
