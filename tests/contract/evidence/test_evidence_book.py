"""What relays witnessed gets into the chart, once, in order, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from media.call import Side
from media.control_messages import Collect, Command, Declare, Json, SealCall
from media.declaration import Declared
from media.evidence import Kind
from media.relay_events import EvidenceReady
from server import charting
from server.chart.entries import AnyEntry, NoteSnapshot
from server.chart.media import MediaRecord
from server.chart.media_entries import MediaEvidence, MediaEvidenceIncomplete
from server.chart.reading import read
from server.clock import ManualClock
from server.keyring import Keyring
from server.live.evidence import EvidenceBook, named_ledger
from server.live.evidence_keeper import Patience
from server.relays.port import RelayId
from server.services import Core
from server.settings import Settings
from server.storage import encounters
from server.storage.database import Database
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.contract.storage import rows
from tests.fakes import InPlace
from tests.witnessing_relays import WitnessingPool, observe

ANA = "encounter-1"
CALL = f"{ANA}.1"
QUICK = Patience(seal_s=0.3, look_s=0.01, again_first_s=0.001, again_last_s=0.01, away_s=60.0)


@dataclass
class Scene:
    """A chart, relays, and the book between them."""

    core: Core
    pool: WitnessingPool
    book: EvidenceBook
    clock: ManualClock
    relay: RelayId

    async def begin(self, call: str = CALL, relay: RelayId | None = None) -> None:
        at = relay or self.relay
        await self.pool.ask(at, observe(call))
        self.book.begin(ANA, at, call)

    def play(self, seconds: int, letters: str = "tt", call: str = CALL) -> None:
        self.pool.play(self.relay, call, letters[0] * seconds, letters[1] * seconds)

    async def end(self) -> None:
        """End the call, as whoever holds its legs does, and let the relay seal it."""
        self.book.ended(ANA)
        for call in list(self.pool.calls):
            if self.pool.standing(call) != "lost":
                await self.pool.ask(call, SealCall(CALL))
        for _ in range(4):
            self.clock.advance(1.0)
            self.pool.tick()
        await self.book.settled(ANA)

    async def restart(self) -> None:
        """Let this process end, and another begin."""
        await self.book.close()
        self.book = EvidenceBook(self.core, self.pool, QUICK)

    async def chart(self) -> list[AnyEntry]:
        async with self.core.database.read() as tx:
            _, entries = await charting.read(tx, self.core.keyring, ANA)
        return entries

    async def record(self) -> MediaRecord:
        return read(await self.chart()).media

    async def numbers(self) -> list[int]:
        return [one.number for one in await self.chart() if isinstance(one, MediaEvidence)]

    async def why(self) -> list[str]:
        entries = await self.chart()
        return [one.why for one in entries if isinstance(one, MediaEvidenceIncomplete)]

    async def write(self, *entries: AnyEntry) -> None:
        async with self.core.database.write() as tx:
            await charting.write(
                tx, self.core.keyring, ANA, "system", entries, now=self.clock.now()
            )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def scene(
    database: Database,
    keyring: Keyring,
    clinic: rows.Clinic,
    clock: ManualClock,
    tmp_path: Path,
) -> AsyncIterator[Scene]:
    assert clinic.encounter_id == ANA
    core = Core(
        settings=Settings(data_dir=tmp_path),
        clock=clock,
        database=database,
        keyring=keyring,
        blocking=InPlace(),
        random_bytes=random.Random(7).randbytes,
    )
    pool = WitnessingPool(clock=clock)
    relay = pool.add("r1")
    made = Scene(core, pool, EvidenceBook(core, pool, QUICK), clock, relay)
    yield made
    await made.book.close()


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


class Answers(WitnessingPool):
    """A relay that answers `Collect` as it is told."""

    collected: Sequence[object]

    async def ask(self, relay: RelayId, command: Command) -> Json:
        if isinstance(command, Collect):
            self.asked.append((relay, command))
            after = [one for one in self.collected if _number(one) > command.number]
            return {"parts": after}
        if isinstance(command, SealCall):
            return {}
        return await super().ask(relay, command)


def _number(part: object) -> int:
    assert isinstance(part, list)
    return int(part[0])


@pytest.mark.parametrize(
    ("parts", "numbers", "why"),
    [
        ([[1, "A"], [1, "A"], [2, "B"]], [1, 2], []),
        ([[2, "B"], [1, "A"]], [1, 2], []),
        ([[1, "A"], [3, "B"]], [1], ["part_missing"]),
        ([[2, "B"]], [], ["part_missing"]),
        ([[1, "A"], [2, "nonsense"]], [1], ["unreadable"]),
        ([[1, "x" * 20_000]], [], ["unreadable"]),
    ],
)
async def test_a_part_is_taken_once_and_none_before_its_predecessor(
    scene: Scene, parts: list[list[object]], numbers: list[int], why: list[str]
) -> None:
    texts = {"A": declared(on=True), "B": declared(on=False)}
    await scene.book.close()
    pool = Answers(clock=scene.clock)
    pool.collected = [[number, texts.get(str(text), text)] for number, text in parts]
    relay = pool.add("r1")
    scene.book = EvidenceBook(scene.core, pool, QUICK)
    scene.book.begin(ANA, relay, CALL)
    (kept,) = scene.book.of(ANA)
    kept.wake.set()
    await scene.book.settled(ANA)
    assert await scene.numbers() == numbers
    assert [one for one in await scene.why() if one != "seal_missing"] == why


def declared(*, on: bool) -> str:
    at = 1_800_000_000_000_000
    return (
        f'{{"at":{at},"declared":"camera_off","holds":{str(on).lower()},'
        '"side":"patient","type":"declared","v":1}'
    )


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
