"""Server and witness, each a process: entries are cosigned, and a rollback is named."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, open_checkpoint
from server.tlog.signed_notes import VerifierKey
from server.tlog.tiles import split
from tests.clients import scene
from tests.servers import RunningServer
from tests.witnesses import RunningWitness, running_witness

SOON_S = 15.0
POLL_S = 0.1
LEAVES = re.compile(r"^goodfaith_log_leaves (\S+)$", re.MULTILINE)


async def get(url: str) -> tuple[int, bytes, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.read(), answer.headers["Cache-Control"]


async def cosigned(server: RunningServer, log: str, witness: str, *, above: int) -> TreeHead:
    """Return the newest tree, once a witness has signed one of more than `above` leaves."""
    keys = VerifierKey.parse(log), VerifierKey.parse(witness)
    async with asyncio.timeout(SOON_S):
        while True:
            status, note, _ = await get(f"{server.url}/log/checkpoint")
            if status == 200:
                head, opened = open_checkpoint(note.decode(), keys[0], [keys[1]])
                if head.size > above and len(opened.signatures) == 2:
                    return head
            await asyncio.sleep(POLL_S)


async def requested(server: RunningServer, name: str) -> None:
    async with scene(server) as clinic:
        spa = await clinic.spa()
        await spa.request(name)


def copied(live: Path, copy: Path) -> None:
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


async def rollback_is_told(server: RunningServer) -> str:
    async with asyncio.timeout(SOON_S):
        while True:
            if "log_rolled_back" in server.log:
                break
            await asyncio.sleep(POLL_S)
    return (await get(f"{server.url}/metrics"))[1].decode()


async def test_what_is_committed_is_witnessed_and_a_rollback_is_found(tmp_path: Path) -> None:
    server = RunningServer(tmp_path, {"GOODFAITH_DEMO": "true", "GOODFAITH_CALLS": "direct"})
    log = server.command("log", "key").strip()
    (tmp_path / "witness").mkdir()
    with running_witness(tmp_path / "witness", log) as witness:
        server.settings["GOODFAITH_WITNESSES"] = witness.setting
        await asyncio.to_thread(server.start)
        try:
            await witnessed_then_rolled_back(server, witness, log)
        finally:
            await asyncio.to_thread(server.stop)


async def witnessed_then_rolled_back(
    server: RunningServer, witness: RunningWitness, log: str
) -> None:
    await requested(server, "Ana Ortiz")
    head = await cosigned(server, log, witness.key, above=0)
    assert (await get(f"{server.url}/log/key"))[1].decode().strip() == log
    status, tile, cache = await get(f"{server.url}/log/tile/0/000.p/{head.size}")
    assert status == 200
    assert "immutable" in cache
    assert merkle.root_of(split(tile)) == head.root
    assert (await get(f"{server.url}/log/tile/0/000"))[0::2] == (404, "no-store")
    for nonsense in ("0", "0/0", "entries/000", "0/" + "x001/" * 20 + "000"):
        assert (await get(f"{server.url}/log/tile/{nonsense}"))[0] == 404
    data = server.folder / "data"
    await asyncio.to_thread(copied, data / "goodfaith.db", server.folder / "older.db")
    await requested(server, "Ben Soto")
    newer = await cosigned(server, log, witness.key, above=head.size)
    assert newer.size > head.size

    await asyncio.to_thread(server.kill)
    for left in data.glob("goodfaith.db-*"):
        left.unlink()
    shutil.copy(server.folder / "older.db", data / "goodfaith.db")
    await asyncio.to_thread(server.start)
    metrics = await rollback_is_told(server)
    assert 'goodfaith_log_witness_refuses{witness="witness.test/w"} 1.0' in metrics
    (leaves,) = LEAVES.findall(metrics)
    assert head.size <= float(leaves) < newer.size
