"""Witnesses asked over HTTP: honest ones, deaf ones, and those who have seen another tree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.log_settings import Witness
from server.sequencing import publishing
from server.sequencing.asking import Unheard, ask, open_session
from server.sequencing.batches import sequence, signer_of
from server.sequencing.publishing import Publisher, WitnessLink
from server.storage import tlog
from server.storage.tlog import Checkpoint
from server.tlog import merkle
from server.tlog.checkpoints import TreeHead, open_checkpoint, sign_head
from server.tlog.signed_notes import Signer, sign
from server.tlog.submissions import Submission
from server.witness.folder import WitnessFolder
from server.witness.service import WitnessService
from tests.integration.sequencing.conftest import Clinic
from tests.made_logs import LEAVES
from tests.made_witnesses import WITNESS, Answering, answering

SOON_S = 10.0


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as client:
        yield client


async def grown(clinic: Clinic, count: int) -> Checkpoint:
    await clinic.write(count)
    made = await sequence(clinic.core, holder="a")
    assert made is not None
    return made


async def log_signer(clinic: Clinic) -> Signer:
    async with clinic.core.database.read() as tx:
        return await signer_of(tx, clinic.core, await tlog.latest(tx))


async def witnessing(clinic: Clinic, folder: Path) -> tuple[WitnessService, Signer]:
    kept = WitnessFolder(folder)
    log = (await log_signer(clinic)).verifier_key
    signer = kept.signer("witness.test/real")
    return WitnessService(kept, signer, [log], clinic.core.clock.now), signer


async def test_a_checkpoint_is_cosigned_whatever_the_log_remembers_of_the_witness(
    clinic: Clinic, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    await grown(clinic, 3)
    service, signer = await witnessing(clinic, tmp_path / "witness")
    async with TestServer(service.app()) as server:
        witness = Witness(str(server.make_url("")).rstrip("/"), signer.verifier_key)
        assert await WitnessLink(clinic.core, witness, session).publish()
        await grown(clinic, 20)
        forgetful = WitnessLink(clinic.core, witness, session)
        forgetful._known = 1  # what it was told is wrong: the witness says so, and is believed
        assert await forgetful.publish()
        assert forgetful.standing.size == 23
        assert await forgetful.publish()  # nothing new: the same again is no fork
    async with clinic.core.database.read() as tx:
        cosigned = await tlog.latest_cosigned(tx)
        assert await tlog.cosigned_size(tx, str(signer.verifier_key)) == 23
    assert cosigned is not None
    log = (await log_signer(clinic)).verifier_key
    _, opened = open_checkpoint(cosigned.note, log, [signer.verifier_key])
    assert len(opened.signatures) == 2


async def test_a_witness_that_saw_another_tree_is_told_of_loudly(
    clinic: Clinic, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    await grown(clinic, 3)
    service, signer = await witnessing(clinic, tmp_path / "witness")
    log = await log_signer(clinic)

    async def seen(old: int, size: int) -> None:
        head = TreeHead(log.name, size, merkle.root_of(LEAVES[:size]))
        proof = merkle.consistency_proof(LEAVES[:size], old)
        await service.add(Submission(old, tuple(proof), sign_head(head, log)))

    async with TestServer(service.app()) as server:
        witness = Witness(str(server.make_url("")).rstrip("/"), signer.verifier_key)
        link = WitnessLink(clinic.core, witness, session)
        await seen(0, 3)  # of the same size: a fork
        assert not await link.publish()
        assert link.standing.refuses
        link = WitnessLink(clinic.core, witness, session)
        await seen(3, 9)  # larger than what this server has: a rollback
        assert not await link.publish()
        assert link.standing.refuses
        await grown(clinic, 10)  # and having grown past it does not help
        assert not await link.publish()
        assert link.standing.refuses
    async with clinic.core.database.read() as tx:
        assert await tlog.latest_cosigned(tx) is None


async def status_500(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=500)


async def redirected(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/elsewhere"})


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(100):
        await answer.write(b"x" * 1_000)
    return answer


async def silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(SOON_S)
    return web.Response()


async def nonsense(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"\xff\xfe")


async def no_size(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=409, text="many\n")


async def another_text(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=sign("another\n1\ntext\n", WITNESS, time=1))


async def another_key(_request: web.Request) -> web.StreamResponse:
    other = replace(WITNESS, name="witness.test/other")
    return web.Response(text=sign("another\n1\ntext\n", other, time=1))


@pytest.mark.parametrize(
    "answer",
    [
        status_500,
        redirected,
        endless,
        silent,
        nonsense,
        no_size,
        another_text,
        another_key,
    ],
)
async def test_an_answer_that_means_nothing_is_no_answer(
    clinic: Clinic, session: aiohttp.ClientSession, answer: Answering
) -> None:
    made = await grown(clinic, 3)
    async with answering(answer) as witness:
        link = WitnessLink(clinic.core, witness, session)
        assert not await link.publish()
        assert not link.standing.refuses
    assert made.note.count("\u2014") == 1


async def test_a_witness_that_is_not_there_is_unheard(session: aiohttp.ClientSession) -> None:
    async with answering(status_500) as witness:
        pass
    assert isinstance(await ask(session, witness, Submission(0, (), "note")), Unheard)
    async with open_session() as usual:
        assert usual.timeout.total == 5.0


async def test_nothing_is_asked_while_there_is_no_checkpoint(
    clinic: Clinic, session: aiohttp.ClientSession
) -> None:
    async with answering(status_500) as witness:
        assert await WitnessLink(clinic.core, witness, session).publish()


async def test_each_witness_is_asked_at_its_own_pace(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fails at first and one never answers: the third is cosigned meanwhile."""
    monkeypatch.setattr(publishing, "open_session", aiohttp.ClientSession)
    made = await grown(clinic, 3)
    text = made.note.partition("\n\n")[0] + "\n"
    cosigned = asyncio.Event()

    async def agreeing(_request: web.Request) -> web.StreamResponse:
        cosigned.set()
        return web.Response(text=sign(text, WITNESS, time=1))

    async with answering(agreeing) as good, answering(silent) as deaf:
        named = [f"{one.url} {WITNESS.verifier_key}" for one in (deaf, good)]
        settings = clinic.core.settings.model_copy(update={"witnesses": tuple(named)})
        publisher = Publisher(replace(clinic.core, settings=settings))
        running = asyncio.create_task(publisher.run())
        async with asyncio.timeout(SOON_S):
            await cosigned.wait()
            await publisher._links[1].kept.wait()
        assert publisher.standings[1].size == 3
        assert publisher.standings[0].size == 0
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
