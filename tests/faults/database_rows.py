"""PostgreSQL stopped, frozen, slow; connections cut at a COMMIT; wires that went dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from tests.cluster.levers import MatchStep
from tests.cluster.running import Cluster
from tests.cluster.wires import Cut, Wire
from tests.faults.breaking import (
    aside,
    cut_at_commit,
    frozen,
    half_open,
    halted,
    postgres_stopped,
    slow,
)
from tests.faults.play import Play, going, play
from tests.faults.records import NotHeld
from tests.faults.table import Figures, Row

AWAY_S: Final = 5.0
SLOW_S: Final = 0.05
SLOWLY: Final = 1  # patients; an exam is some 500 statements, one after the other
DEAD_S: Final = 8.0
CUTS: Final = 3

Fault = Callable[[Cluster], AbstractContextManager[None]]


def wires_of(cluster: Cluster) -> list[Wire]:
    """Return the wires between the nodes and their database."""
    return [node.database for node in cluster.nodes if node.database is not None]


async def away_in_a_call(cluster: Cluster, fault: Fault) -> Figures:
    """Take the database away while a call goes on and others wait."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        async with aside(fault(cluster)):
            saved = asyncio.create_task(type_a_note(one))
            await asyncio.sleep(AWAY_S)
            await one.pictures()
            if saved.done():
                raise NotHeld("a note was called saved without a database")
        began_s = time.monotonic()
        await saved
        figures = {"back_to_work_s": time.monotonic() - began_s}
        await one.pictures()
        one.finishing.set()
        await whole
        one.require_sound()
        return figures


async def type_a_note(one: Play) -> None:
    """Save a note until it is saved."""
    encounter_id = one.examined
    chart = await one.worker.console.read_chart(encounter_id)
    await one.worker.socket.command(
        "note.save",
        encounter_id=encounter_id,
        base_revision=chart.note_revision,
        text="Typed while the database was away.",
    )


async def slow_all_along(cluster: Cluster) -> Figures:
    """Let every statement take its time: an accept takes longer than a lease lasts."""
    async with (
        play(cluster, waiting=SLOWLY) as one,
        aside(slow(wires_of(cluster), SLOW_S)),
    ):
        before, began_s = cluster.epoch_of(cluster.network_id), time.monotonic()
        await one.whole()
        one.require_sound()
        if cluster.epoch_of(cluster.network_id) != before:
            raise NotHeld("the home moved, although it worked all the time")
        waits = [said.took_s for socket in one.sockets for said in socket.said]
        return {"play_s": time.monotonic() - began_s, "slowest_answer_s": max(waits)}


async def cut_while_accepting(cluster: Cluster, when: Cut) -> Figures:
    """Cut the home's connections where the accept commits."""
    async with play(cluster) as one:
        async with halted(cluster, MatchStep.ACCEPTING) as halting:
            whole = asyncio.create_task(one.whole())
            await going(whole, halting)
            wire = halting.result().database
            assert wire is not None
            before = wire.struck
            wire.cut_at(b"COMMIT", when)
        await whole
        one.require_sound()
        if wire.struck == before:
            raise NotHeld("nothing was cut")
        return {"cut": wire.struck - before}


async def cut_again_and_again(cluster: Cluster, when: Cut) -> Figures:
    """Cut several commits of every node, whatever they are about."""
    wires = wires_of(cluster)
    async with play(cluster) as one, aside(cut_at_commit(wires, when, CUTS)):
        before = sum(wire.struck for wire in wires)
        await one.whole()
        one.require_sound()
        return {"cut": sum(wire.struck for wire in wires) - before}


async def home_wire_dead(cluster: Cluster) -> Figures:
    """Let nothing pass between the home and the database; nothing is closed either."""
    async with play(cluster, hurried=False) as one:
        whole = asyncio.create_task(one.whole())
        await going(whole, asyncio.ensure_future(one.seen.wait()))
        wire = cluster.home.database
        assert wire is not None
        async with aside(half_open([wire])):
            await asyncio.sleep(DEAD_S)
            await one.pictures()
        one.finishing.set()
        await whole
        one.require_sound()
        return {"dead_s": DEAD_S}


def _away(name: str, fault: str, how: Fault) -> Row:
    return Row(
        name=name,
        fault=f"{fault} for {AWAY_S:g} s, in a call",
        holds="nothing is called saved meanwhile; pictures go on; work goes on afterwards",
        play=partial(away_in_a_call, fault=how),
    )


ROWS: Final = (
    _away("postgres-stopped", "PostgreSQL stopped", lambda one: postgres_stopped(one.postgres)),
    _away("postgres-frozen", "PostgreSQL frozen", lambda one: frozen(one.postgres)),
    Row(
        name="postgres-slow",
        fault=f"every answer of PostgreSQL takes {2 * SLOW_S:g} s",
        holds="the patient is served; the home stays where it is",
        play=slow_all_along,
    ),
    *(
        Row(
            name=f"postgres-cut-{when.name.lower()}",
            fault=f"the home's connection is cut at an accept's COMMIT, {when.value}",
            holds="the accept has one effect",
            play=partial(cut_while_accepting, when=when),
        )
        for when in Cut
    ),
    *(
        Row(
            name=f"postgres-cuts-{when.name.lower()}",
            fault=f"{CUTS} connections of each node are cut at a COMMIT, {when.value}",
            holds="every command has one effect",
            play=partial(cut_again_and_again, when=when),
        )
        for when in Cut
    ),
    Row(
        name="postgres-half-open",
        fault=f"nothing passes between the home and PostgreSQL for {DEAD_S:g} s, none closed",
        holds="pictures go on; work goes on afterwards",
        play=home_wire_dead,
    ),
)
