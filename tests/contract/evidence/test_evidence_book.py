"""What relays witnessed gets into the chart, once, in order, whatever happens on the way."""

from __future__ import annotations

import asyncio

import pytest

from media.call import Side
from media.control_messages import Declare, SealCall
from media.declaration import Declared
from media.evidence import Kind
from media.relay_events import EvidenceReady
from server.chart.entries import NoteSnapshot
from server.live.evidence import EvidenceBook, named_ledger
from server.storage import encounters
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.contract.evidence.scene import ANA, CALL, QUICK, Scene
from tests.witnessing_relays import observe


async def test_a_call_is_in_the_chart_and_sealed_and_the_relay_has_forgotten_it(
    scene: Scene,
) -> None:
    await scene.begin()
    scene.play(40)
    await scene.end()
    record = await scene.record()
    assert record.complete
    assert record.totals.seconds[Kind.LIVE_VIDEO] == 40
    assert len(scene.pool.calls[scene.relay]) == 0
    assert scene.book.of(ANA) == []


async def test_parts_are_committed_while_the_call_goes_on(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    await scene.pool.acknowledged(CALL, 1)
    assert await scene.numbers() == [1]


@pytest.mark.parametrize("letters", ["at", "bt", "st", "ta", "tb", "ts"])
async def test_no_camera_no_light_and_no_movement_are_never_live_video(
    scene: Scene, letters: str
) -> None:
    await scene.begin()
    scene.play(40, letters)
    await scene.end()
    record = await scene.record()
    assert record.complete
    assert record.totals.live_video_s == 0
    assert record.totals.seconds[Kind.AUDIO_ONLY] == 40


async def test_after_a_restart_the_chart_says_what_is_committed(scene: Scene) -> None:
    await scene.begin()
    scene.play(32)
    await scene.pool.acknowledged(CALL, 3)
    await scene.restart()
    scene.play(20)
    await scene.end()
    assert (await scene.record()).complete
    numbers = await scene.numbers()
    assert numbers == list(range(1, len(numbers) + 1))


async def test_whoever_takes_a_network_over_asks_the_relays_what_waits(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    await scene.book.close()
    await scene.pool.ask(scene.relay, SealCall(CALL))
    scene.play(4, "..")
    (ready,) = scene.pool.calls[scene.relay].waiting()
    scene.book = EvidenceBook(scene.core, scene.pool, QUICK)
    await scene.book.open()
    await scene.pool.acknowledged(CALL, ready.number)
    assert (await scene.record()).complete


async def test_what_another_network_waits_for_is_left_to_it(scene: Scene) -> None:
    other = EvidenceBook(scene.core, scene.pool, QUICK, network_id="another")
    await scene.book.close()
    await scene.pool.ask(scene.relay, observe(CALL))
    scene.play(12)
    for ready in scene.pool.calls[scene.relay].waiting() * 2:
        scene.pool.tell(scene.relay, ready)
        for one in other.of(ANA):
            await one.over.wait()
    assert await scene.numbers() == []
    assert scene.pool.calls[scene.relay].waiting() != ()
    await other.close()


async def test_a_call_that_ended_while_nobody_looked_is_taken_when_its_relay_tells(
    scene: Scene,
) -> None:
    await scene.begin()
    scene.play(12)
    await scene.book.close()
    await scene.pool.ask(scene.relay, SealCall(CALL))
    scene.play(4, "..")
    scene.book = EvidenceBook(scene.core, scene.pool, QUICK)
    (ready,) = scene.pool.calls[scene.relay].waiting()
    scene.pool.tell(scene.relay, ready)
    await scene.pool.acknowledged(CALL, ready.number)
    assert (await scene.record()).complete


async def test_a_relay_that_is_away_is_asked_again(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    scene.pool.change(scene.relay, "lost")
    scene.play(20)
    assert await scene.why() == []
    scene.pool.change(scene.relay, "up")
    await scene.end()
    assert (await scene.record()).complete


async def test_a_relay_that_is_gone_leaves_a_record_that_says_it_is_incomplete(
    scene: Scene,
) -> None:
    await scene.begin()
    scene.play(32)
    await scene.pool.acknowledged(CALL, 3)
    scene.pool.kill(scene.relay)
    (kept,) = scene.book.of(ANA)
    scene.book.look(ANA)
    await failing(kept.over, scene)
    record = await scene.record()
    assert await scene.why() == ["relay_lost"]
    assert not record.complete
    assert record.ledgers[0].receipt.number >= 3


async def failing(over: asyncio.Event, scene: Scene) -> None:
    """Let time pass until the book has no patience left."""
    async with asyncio.timeout(10):
        while not over.is_set():
            scene.clock.advance(20.0)
            scene.book.look(ANA)
            await asyncio.sleep(0)


async def test_a_call_that_moves_to_another_relay_has_another_ledger(scene: Scene) -> None:
    await scene.begin()
    scene.play(30)
    other = scene.pool.add("r2")
    await scene.begin(f"{ANA}.2", other)
    scene.relay = other
    scene.play(30, call=f"{ANA}.2")
    await scene.pool.acknowledged(CALL, 4)  # the first is sealed: the call left it
    scene.book.ended(ANA)
    await scene.pool.ask(other, SealCall(f"{ANA}.2"))
    scene.play(4, "..", call=f"{ANA}.2")
    await scene.book.settled(ANA)
    record = await scene.record()
    assert [one.number for one in record.ledgers] == [1, 2]
    assert record.complete
    assert record.totals.seconds[Kind.LIVE_VIDEO] == 60


async def test_what_a_browser_declares_reaches_the_relay_and_the_chart(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    scene.book.declared(ANA, Side.PATIENT, frozenset({Declared.CAMERA_OFF}))
    await scene.pool.acknowledged(CALL, 2)
    scene.play(20)
    scene.book.declared(ANA, Side.PATIENT, frozenset())
    await scene.pool.acknowledged(CALL, 5)
    said = [one for _, one in scene.pool.asked if isinstance(one, Declare) and one.holds]
    assert said == [Declare(CALL, "patient", "camera_off", holds=True)]
    lines = [one.summary() for one in await scene.chart()]
    assert "Camera of the patient off" in lines
    assert "Camera of the patient on" in lines


async def test_what_held_before_a_call_moved_holds_on_the_next_relay(scene: Scene) -> None:
    await scene.begin()
    scene.book.declared(ANA, Side.PATIENT, frozenset({Declared.CAMERA_OFF}))
    await scene.pool.acknowledged(CALL, 1)
    other = scene.pool.add("r2")
    await scene.begin(f"{ANA}.2", other)
    await scene.pool.acknowledged(f"{ANA}.2", 1)
    assert (other, Declare(f"{ANA}.2", "patient", "camera_off", holds=True)) in scene.pool.asked


async def test_a_seal_that_never_comes_is_on_record(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    await scene.pool.acknowledged(CALL, 1)
    await scene.book.settled(ANA)  # the relay's clock stands still: no seal
    assert await scene.why() == ["seal_missing"]


@pytest.mark.parametrize("fetched", [0, 1])
async def test_a_new_home_has_a_record_sealed_of_which_no_relay_tells(
    scene: Scene, fetched: int
) -> None:
    """The part after the last one that was fetched is not whole yet."""
    await scene.begin()
    scene.play(8 + 12 * fetched)
    await scene.pool.acknowledged(CALL, fetched)
    await scene.restart()
    scene.pool.add("r0")  # it has nothing of the call
    settling = asyncio.create_task(scene.book.settled(ANA))
    while not settling.done():
        scene.clock.advance(1.0)
        scene.pool.tick()
        await scene.chart()  # no faster than the database, which the other waits for as well
    await settling
    assert await scene.why() == []
    assert (await scene.record()).complete


async def test_a_seal_that_comes_after_all_makes_the_record_whole(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    await scene.pool.acknowledged(CALL, 1)
    await scene.book.settled(ANA)
    scene.play(4, "..")
    await scene.book.settled(ANA)
    assert (await scene.record()).complete
    assert await scene.why() == ["seal_missing"]


async def test_nothing_of_media_follows_a_signature(scene: Scene) -> None:
    await scene.begin()
    scene.play(12)
    await scene.pool.acknowledged(CALL, 1)
    async with scene.core.database.write() as tx:
        await encounters.set_visit(tx, ANA, "signed", now=scene.clock.now())
    before = await scene.chart()
    scene.play(40)
    await scene.end()
    assert await scene.chart() == before
    assert scene.book.dropped >= 4
    assert len(scene.pool.calls[scene.relay]) == 0


async def test_a_full_chart_keeps_its_room_for_people(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.evidence_log.ROOM_NUMERATOR", 0)
    await scene.begin()
    scene.play(40)
    await scene.end()
    assert await scene.why() == ["chart_full"]
    assert await scene.numbers() == []
    assert len(scene.pool.calls[scene.relay]) == 0


@pytest.mark.parametrize("point", list(FaultPoint))
async def test_a_commit_that_fails_or_is_not_answered_loses_and_doubles_nothing(
    scene: Scene, faults: ScriptedFaults, point: FaultPoint
) -> None:
    await scene.begin()
    with faults.failing(point):
        scene.play(32)
        await scene.pool.acknowledged(CALL, 3)
    await scene.end()
    record = await scene.record()
    assert record.complete
    numbers = await scene.numbers()
    assert numbers == list(range(1, len(numbers) + 1))


async def test_what_the_practitioner_writes_meanwhile_stays_between_the_parts(
    scene: Scene,
) -> None:
    await scene.begin()
    scene.play(12)
    await scene.pool.acknowledged(CALL, 1)
    await scene.write(NoteSnapshot(revision=1, text="Brow symmetric."))
    scene.play(20)
    await scene.end()
    kinds = [one.kind for one in await scene.chart()]
    assert kinds.index("note.snapshot") == 1
    assert (await scene.record()).complete


async def test_calls_of_encounters_that_are_not_here_are_left_alone(scene: Scene) -> None:
    for name in ("stranger-1.1", "stranger", "stranger-1.0", "a b.1", "x.501", ".1"):
        scene.pool.tell(scene.relay, EvidenceReady(name, 3))
    (kept,) = scene.book.of("stranger-1")
    async with asyncio.timeout(10):
        await kept.over.wait()
    assert scene.pool.asked == []


def test_the_name_of_a_ledger_names_its_encounter() -> None:
    assert named_ledger("encounter-1.12") == ("encounter-1", 12)
    assert named_ledger("encounter-1.500") == ("encounter-1", 500)
