"""A relay may answer anything: each part is taken once, and none before its predecessor."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from media.control_messages import Collect, Command, Json, SealCall
from server.live.evidence import EvidenceBook
from server.relays.port import RelayId
from tests.contract.evidence.scene import ANA, CALL, QUICK, Scene
from tests.witnessing_relays import WitnessingPool


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
