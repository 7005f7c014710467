"""What machines and networks do: full disks, clocks that jump, sockets that go dead, floods."""

from __future__ import annotations

import asyncio
import sys
import time
from functools import partial
from typing import Final

from yarl import URL

from server.rehearsal.failures import RehearsalFailed
from tests.cluster.running import Cluster
from tests.faults.breaking import ahead, aside, half_open
from tests.faults.clinic import Waiting
from tests.faults.play import Play, going, play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

HOUR_S: Final = 3_600.0
ROUND_S: Final = 33.0  # a round of housekeeping, in which a node looks at the wall clock again
DEAD_S: Final = 8.0
FULL_S: Final = 5.0
FLOOD_S: Final = 8.0
CALM_S: Final = 4.0
EVERY_S: Final = 0.05
P99_MAX_S: Final = 0.5
OTHERS: Final = 3


async def clock_jumped(cluster: Cluster, seconds: float) -> Figures:
    """Move the wall clock of the home in a call, for longer than nodes take to look at it."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        before = cluster.epoch_of(cluster.network_id)
        async with aside(ahead([cluster.home], seconds)):
            await asyncio.sleep(ROUND_S)
            await one.pictures()
            one.finishing.set()
            await whole
        one.require_sound()
        if cluster.epoch_of(cluster.network_id) != before:
            raise NotHeld("the lease moved, although it goes by the database's clock")
        return {"jumped_s": seconds}


async def pages_half_open(cluster: Cluster) -> Figures:
    """Let nothing pass between the pages and nginx; nothing is closed either."""
    assert cluster.wire is not None
    async with play(cluster, url=cluster.wired_url) as one:
        await one.people.wait()
        began_s = time.monotonic()
        async with aside(half_open([cluster.wire])):
            await asyncio.sleep(DEAD_S)
        await one.worker.come_on_duty()
        await one.people.serve_all(one.worker)
        one.require_sound()
        return {"back_s": one.back_after(began_s) - DEAD_S}


async def disk_full(cluster: Cluster) -> Figures:
    """Fill the disk of the database in a call."""
    if cluster.disk is None:
        raise NotHeld("the database has no disk of its own here")
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        async with aside(cluster.disk.full()):
            one.finishing.set()
            await asyncio.sleep(FULL_S)
        died = not await asyncio.to_thread(cluster.postgres.answers)
        if died:  # it ends where it cannot write its log, and whoever runs it starts it again
            await asyncio.to_thread(cluster.postgres.start_anew)
        await whole
        one.require_sound()
        return {"full_s": FULL_S, "postgres_died": died}


async def flooded(cluster: Cluster) -> Figures:
    """Have one signed-in patient's page send nonsense as fast as it can."""
    async with play(cluster, waiting=OTHERS + 1) as one:
        await one.people.wait()
        *others, rogue = one.people.patients
        one.people.dismiss(rogue)  # its own flood has taken its place as the newest device
        calm = await answers(others, CALM_S)
        flood = asyncio.create_task(flood_from(one, rogue))
        stormy = await answers(others, FLOOD_S)
        sent = await flood
        await one.worker.come_on_duty()
        await one.people.serve_all(one.worker)
        one.require_sound()
        before_s, during_s = p99(calm), p99(stormy)
        if during_s > P99_MAX_S:
            raise NotHeld(f"others' p99 was {during_s:.3f} s, {before_s:.3f} s before")
        return {"sent": sent, "p99_before_s": before_s, "p99_during_s": during_s}


async def answers(patients: list[Waiting], for_s: float) -> list[float]:
    """Have everybody ask something again and again, and return how long answers took."""
    deadline = time.monotonic() + for_s

    async def ask(patient: Waiting) -> list[float]:
        took: list[float] = []
        while time.monotonic() < deadline:
            began_s = time.monotonic()
            await patient.socket.ask("sync")
            took.append(time.monotonic() - began_s)
            await asyncio.sleep(EVERY_S)
        return took

    return [one for some in await asyncio.gather(*map(ask, patients)) for one in some]


async def flood_from(one: Play, rogue: Waiting) -> int:
    """Flood with a patient's cookies, from a process of its own; return how much was sent.

    Raises:
        RehearsalFailed: the flood did not come about.
    """
    url = one.people.url
    jar = rogue.patient.page.session.cookie_jar.filter_cookies(URL(url))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
    words = ["-m", "tests.faults.flood", url, str(FLOOD_S)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate(cookie.encode())
    if process.returncode != 0 or not int(said):
        raise RehearsalFailed("no_flood", "flood")
    return int(said)


def p99(took: list[float]) -> float:
    """Return what one of a hundred took longer than."""
    return sorted(took)[min(len(took) - 1, len(took) * 99 // 100)]


ROWS: Final = (
    Row(
        name="disk-full",
        fault=f"the database's disk is full for {FULL_S:g} s, in a call",
        holds="nothing is called saved that is not; work goes on afterwards",
        play=disk_full,
    ),
    *(
        Row(
            name=f"clock-{word}",
            fault=f"the home's wall clock jumps an hour {word}, in a call",
            holds="pictures go on, the lease stays, nobody is signed off",
            play=partial(clock_jumped, seconds=seconds),
        )
        for word, seconds in (("ahead", HOUR_S), ("back", -HOUR_S))
    ),
    Row(
        name="pages-half-open",
        fault=f"nothing passes between pages and nginx for {DEAD_S:g} s, none closed",
        holds="all keep their places",
        play=pages_half_open,
    ),
    Row(
        name="flood",
        fault=f"one page sends malformed events for {FLOOD_S:g} s as fast as it can",
        holds=f"others' p99 stays under {P99_MAX_S:g} s",
        play=flooded,
    ),
)
