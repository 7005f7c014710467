"""The task that takes entries into the tree: alone, again after a failure, to the last."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import update

from server.metrics.log import LogGauges
from server.sequencing import batches
from server.sequencing.batches import StillWaiting, origin_of, sequence
from server.sequencing.sequencer import Sequencer
from server.sequencing.service import Sequencing
from server.sequencing.standing import LogStanding, WitnessStanding
from server.settings import Settings
from server.storage import leases, tlog
from server.storage.errors import CommitFailed, CommitOutcomeUnknown, LeaseLost
from server.storage.faults import FaultPoint
from server.storage.tables import leases as lease_rows
from server.storage.tlog import Checkpoint
from tests.integration.sequencing.conftest import Clinic

SOON_S = 10.0
POLL_S = 0.01


async def newest(clinic: Clinic) -> Checkpoint | None:
    async with clinic.core.database.read() as tx:
        return await tlog.latest(tx)


async def grows_to(clinic: Clinic, size: int) -> None:
    async with asyncio.timeout(SOON_S):
        while True:
            found = await newest(clinic)
            if found is not None and found.size >= size:
                break
            await asyncio.sleep(POLL_S)
    assert found.size == size


async def test_a_round_takes_in_all_that_waits(clinic: Clinic) -> None:
    sequencer = Sequencer(clinic.core, "a")
    told: list[int] = []
    sequencer.signed = lambda: told.append(sequencer.standing.size)
    await clinic.write(25)
    await sequencer.round()
    assert told == [10, 20, 25]
    assert sequencer.standing == LogStanding(size=25, signed_at=clinic.core.clock.now())
    await sequencer.round()
    assert told == [10, 20, 25]


async def test_only_one_process_sequences_until_it_ends(clinic: Clinic) -> None:
    first, second = Sequencer(clinic.core, "a"), Sequencer(clinic.core, "b")
    await first.round()
    await clinic.write(3)
    await second.round()
    assert [first.holds, second.holds] == [True, False]
    assert await newest(clinic) is None
    await first.close()  # which takes in what was committed
    await grows_to(clinic, 3)
    await second.round()
    assert [first.holds, second.holds] == [False, True]
    assert second.standing.size == 3


async def test_who_lost_the_lease_writes_nothing(clinic: Clinic) -> None:
    paused, other = Sequencer(clinic.core, "a"), Sequencer(clinic.core, "b")
    await paused.round()
    async with clinic.core.database.write() as tx:
        await tx.execute(update(lease_rows).values(expires_at=0))
    await other.round()
    await clinic.write(3)
    with pytest.raises(LeaseLost):
        await paused.round()
    assert await newest(clinic) is None


async def test_a_failure_is_tried_again_and_stops_nothing(clinic: Clinic) -> None:
    sequencing = Sequencing(clinic.core, "a")
    await clinic.write(7)
    with clinic.faults.failing(FaultPoint.BEFORE_COMMIT, times=2) as plan:
        sequencing.start()
        await grows_to(clinic, 7)
    assert plan.struck == 2
    with clinic.faults.failing(FaultPoint.AFTER_COMMIT):
        await sequencing_writes(clinic, 5)
        await grows_to(clinic, 12)
    await clinic.write(1)
    await sequencing.close()
    await grows_to(clinic, 13)


async def sequencing_writes(clinic: Clinic, count: int) -> None:
    """Write entries although the next commit's answer is lost: it may be this one."""
    with suppress(CommitOutcomeUnknown):
        await clinic.write(count)


async def test_failures_are_counted_and_slow_it_down(clinic: Clinic) -> None:
    sequencer = Sequencer(clinic.core, "a")
    await sequencer.round()
    usual = sequencer._pause_s()
    await clinic.write(1)
    with clinic.faults.failing(FaultPoint.BEFORE_COMMIT), pytest.raises(CommitFailed):
        await sequencer.round()
    sequencer._failed(CommitFailed("made up"))
    assert sequencer.standing.failures == 1
    assert sequencer._pause_s() == 2 * usual


async def test_a_command_takes_in_what_waits_or_sees_it_done(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await sequence(clinic.core, holder="command") is None
    await clinic.write(25)
    made = await sequence(clinic.core, holder="command")
    assert made is not None
    assert made.size == 25
    server = Sequencer(clinic.core, "server")
    await server.round()
    assert server.holds  # the command gave the lease back
    await clinic.write(2)
    waiting = asyncio.create_task(sequence(clinic.core, holder="command"))
    await asyncio.sleep(0)
    await server.round()
    async with asyncio.timeout(SOON_S):
        seen = await waiting
    assert seen is not None
    assert seen.size == 27
    await clinic.write(1)
    monkeypatch.setattr(batches, "PATIENCE_S", 0.2)
    with pytest.raises(StillWaiting):
        await sequence(clinic.core, holder="command")


async def test_a_log_keeps_its_name_where_people_reach_it_under_another(
    clinic: Clinic,
) -> None:
    await clinic.write(1)
    made = await sequence(clinic.core, holder="a")
    assert made is not None
    assert made.note.startswith("localhost:8080/log\n1\n")
    moved = Settings(
        public_url="https://encounters.test", data_dir=clinic.core.settings.data_dir
    )
    assert origin_of(moved, made) == "localhost:8080/log"
    assert origin_of(moved, None) == "encounters.test/log"
    renamed = moved.model_copy(update={"log_origin": "encounters.test/records"})
    assert origin_of(renamed, made) == "encounters.test/records"


async def test_the_key_of_the_log_is_the_same_for_every_checkpoint(clinic: Clinic) -> None:
    keys = set()
    for _ in range(2):
        await clinic.write(1)
        await sequence(clinic.core, holder="a")
        async with clinic.core.database.read() as tx:
            signer = await batches.signer_of(tx, clinic.core, await tlog.latest(tx))
        keys.add(str(signer.verifier_key))
    assert len(keys) == 1
    async with clinic.core.database.write() as tx:
        assert await leases.acquire(tx, batches.LEASE, "b", 1.0) is not None


def test_gauges_show_what_waits_and_who_refuses() -> None:
    log = LogStanding(size=7, signed_at=1_000_000, waiting=2, waiting_since=2_000_000)
    witnesses = [
        WitnessStanding("one", cosigned_at=3_000_000),
        replace(WitnessStanding("two"), refuses=True),
    ]
    gauges = LogGauges(lambda: (log, witnesses), lambda: 5_000_000)
    shown = {
        (sample.name.removeprefix("goodfaith_log_"), *sample.labels.values()): sample.value
        for family in gauges.collect()
        for sample in family.samples
    }
    assert shown == {
        ("leaves",): 7,
        ("waiting_leaves",): 2,
        ("waiting_seconds",): 3,
        ("checkpoint_age_seconds",): 4,
        ("failures",): 0,
        ("witness_refuses", "one"): 0,
        ("witness_refuses", "two"): 1,
        ("witness_age_seconds", "one"): 2,
    }
    assert list(LogGauges(lambda: None, lambda: 0).collect()) == []
    assert len(list(gauges.describe())) == 7
