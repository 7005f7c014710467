"""Bytes that a ten-minute encounter takes, as its tables and indexes have them on the disk.

The entries are those of a real one: what a rehearsal leaves beside note and evidence (50 of 430
bytes of text on average), a note typed for six minutes and saved each second, and ten minutes
of evidence as a relay packs it, a part each ten seconds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypedDict

from sqlalchemy import text

from media.call import Side
from media.ledger import Ledger
from media.sample import Source
from media.witness import Witness
from server.chart.canonical import canonical
from server.chart.entry import Entry
from server.chart.media_entries import evidence_entry
from server.chart.note import NoteEntry, fold, save
from server.sequencing.batches import sequence
from server.services import Core
from server.storage import chart_log
from tests.bench.records.scene import Scene, scene
from tests.unit.server.measured import START, TALK

SECONDS: Final = 600
TYPING_S: Final = 360
CHARS_A_SECOND: Final = 4
OTHERS: Final = 50
OTHER_BYTES: Final = 430
SEED: Final = 20_261_128
TABLES: Final = ("chart_entries", "log_tiles", "log_checkpoints")


class Stored(TypedDict):
    """One database.

    Attributes:
        text_bytes: of the entries, before they are sealed.
        disk_bytes: growth of the tables and their indexes, the tree included.
        tree_bytes: the part of that which the tree and its checkpoints take.
    """

    entries: int
    evidence_entries: int
    note_entries: int
    text_bytes: int
    disk_bytes: int
    tree_bytes: int


def evidence() -> Iterator[bytes]:
    """Yield the parts of ten minutes in which both cameras are on."""
    dice = random.Random(SEED)
    witness = Witness(Ledger(), first=START, source=Source.WITNESSED)
    for second in range(START, START + SECONDS):
        for side in (Side.PATIENT, Side.PRACTITIONER):
            measured = replace(
                TALK,
                second=second,
                video_packets=dice.randint(80, 140),
                video_bytes=dice.randint(80_000, 150_000),
                frames=dice.randint(22, 30),
                frame_bytes=dice.randint(2_500, 6_000),
                frames_varied=dice.randint(4, 14),
            )
            witness.observe(side, [measured])
        witness.advance(second + 1)
    witness.finish(START + SECONDS)
    for part in witness.ledger.waiting:
        yield written(evidence_entry(1, part, Source.WITNESSED))


def note() -> Iterator[bytes]:
    """Yield the saves of a note that grows by a few letters each second."""
    dice = random.Random(SEED)
    typed = ""
    entries: list[NoteEntry] = []
    for _ in range(TYPING_S):
        typed += "".join(dice.choices("etaoinshrdlu ", k=CHARS_A_SECOND))
        for entry in save(entries, typed, base_revision=fold(entries).revision):
            entries.append(entry)
            yield written(entry)


def written(entry: Entry) -> bytes:
    """Return the text of an entry as a chart has it."""
    return canonical(entry.model_dump(mode="json", exclude_none=True))


async def stored(url: str, folder: Path, *, encounters: int) -> Stored:
    """Write so many encounters, and return what one took."""
    seen, typed = list(evidence()), list(note())
    others = [b"x" * OTHER_BYTES] * OTHERS
    texts = [*others, *seen, *typed]
    async with scene(url, folder) as at:
        await write(at, texts, at.charts[0])  # so that every table has its first page
        before = await sizes(at.core)
        for number in range(encounters):
            await write(at, texts, at.charts[1 + number % (len(at.charts) - 1)])
        after = await sizes(at.core)
    grown = {name: (after[name] - before[name]) // encounters for name in after}
    return Stored(
        entries=len(texts),
        evidence_entries=len(seen),
        note_entries=len(typed),
        text_bytes=sum(map(len, texts)),
        disk_bytes=sum(grown.values()),
        tree_bytes=grown["log_tiles"] + grown["log_checkpoints"],
    )


async def write(at: Scene, texts: list[bytes], chart: str) -> None:
    """Append an encounter's entries, one a transaction; a checkpoint for each ten of them."""
    for number, entry in enumerate(texts, start=1):
        async with at.core.database.write() as tx:
            await chart_log.append(
                tx,
                chart,
                [("note.delta", "practitioner:0123456789abcdef0123456789abcdef", entry)],
                keyring=at.core.keyring,
                now=at.core.clock.now(),
            )
        if number % 10 == 0:
            await sequence(at.core, holder="bench")
    await sequence(at.core, holder="bench")


async def sizes(core: Core) -> dict[str, int]:
    """Return the bytes of each table with its indexes."""
    async with core.database.read() as tx:
        if tx.dialect.name == "postgresql":
            query = "SELECT pg_total_relation_size(CAST(:name AS regclass))"
        else:
            # The names of a table's indexes contain its own (server.storage.columns).
            query = (
                "SELECT sum(pgsize) FROM dbstat WHERE name IN"
                " (SELECT name FROM sqlite_master WHERE tbl_name = :name)"
            )
        return {
            name: int((await tx.execute(text(query), {"name": name})).scalar_one())
            for name in TABLES
        }
