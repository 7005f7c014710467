from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from server.access import Principal
from server.live.connections import Connection, Connections
from server.live.doors import Visitor
from server.live.streams import StreamBook
from signaling.messages import DeviceReplaced, EventBase, SpaSync, VisitChanged

BACKLOG = 8
HELD = BACKLOG // 2
WHO = "spa:one"
STATE = SpaSync(encounters=[])
EVENT = VisitChanged(encounter_id="encounter-1", visit="waiting")


class Wires:
    """A line that remembers what went over it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.hung_up: list[tuple[str, str]] = []

    def deliver(self, _node: str, _sid: str, wire: dict[str, Any]) -> None:
        self.sent.append((wire["type"], wire["seq"]))

    def hang_up(self, node: str, sid: str, last_word: dict[str, Any]) -> None:
        self.sent.append((last_word["type"], last_word["seq"]))
        self.hung_up.append((node, sid))


def connection(resume: tuple[str | None, int | None] = (None, None)) -> Connection:
    return Connection.of(
        Visitor(
            sid="sid",
            node="node",
            namespace="/spa",
            principal=cast("Principal", None),
            recipient=WHO,
            network_id="net",
            resume=resume,
        )
    )


class Scene:
    def __init__(self) -> None:
        self.wires = Wires()
        self.streams = StreamBook("boot")
        self.connections = Connections(self.wires, self.streams, backlog_max=BACKLOG)

    def opened(self, resume: tuple[str | None, int | None] = (None, None)) -> Connection:
        made = connection(resume)
        self.connections.add(made)
        return made

    def tell(self, times: int = 1) -> None:
        for _ in range(times):
            self.connections.tell(WHO, EVENT)

    def sent(self) -> list[tuple[str, int]]:
        return self.wires.sent


async def state() -> EventBase:
    return STATE


async def test_what_is_told_before_the_state_goes_out_with_the_state() -> None:
    scene = Scene()
    made = scene.opened()
    scene.tell()
    await scene.connections.tell_state(made, state)
    scene.tell()
    assert scene.sent() == [("spa.sync", 1), ("visit.changed", 2)]


async def test_what_changes_while_the_state_is_read_follows_it() -> None:
    scene = Scene()
    made = scene.opened()

    async def changing() -> EventBase:
        scene.tell(2)
        return STATE

    await scene.connections.tell_state(made, changing)
    expected = [("spa.sync", 0), ("visit.changed", 1), ("visit.changed", 2)]
    assert scene.sent() == expected


async def test_what_was_missed_is_sent_once() -> None:
    scene = Scene()
    scene.tell(2)
    made = scene.opened(resume=(scene.streams.get(WHO).name, 1))
    scene.tell()
    assert scene.connections.replay(made)
    scene.tell()
    assert scene.sent() == [("visit.changed", n) for n in (2, 3, 4)]


async def test_a_state_that_cannot_be_read_does_not_silence_the_connection() -> None:
    scene = Scene()
    made = scene.opened()

    async def failing() -> EventBase:
        scene.tell()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await scene.connections.tell_state(made, failing)
    scene.tell()
    assert scene.sent() == [("visit.changed", 1), ("visit.changed", 2)]


async def test_what_is_held_is_bounded_and_the_newest_is_kept() -> None:
    scene = Scene()
    made = scene.opened()

    async def slow() -> EventBase:
        scene.tell(HELD + 2)
        return STATE

    await scene.connections.tell_state(made, slow)
    assert [seq for _, seq in scene.sent()] == [0, 3, 4, 5, 6]


async def test_two_readings_of_the_state_do_not_cross() -> None:
    scene = Scene()
    made = scene.opened()
    go_on = asyncio.Event()

    async def waiting() -> EventBase:
        await go_on.wait()
        return STATE

    first = asyncio.create_task(scene.connections.tell_state(made, waiting))
    second = asyncio.create_task(scene.connections.tell_state(made, state))
    await asyncio.sleep(0)
    scene.tell()
    go_on.set()
    await asyncio.gather(first, second)
    expected = [("spa.sync", 0), ("visit.changed", 1), ("spa.sync", 1)]
    assert scene.sent() == expected


async def test_whoever_is_hung_up_on_has_a_last_word_and_is_forgotten_at_once() -> None:
    scene = Scene()
    made = scene.opened()
    gone: list[Connection] = []
    scene.connections.closed = gone.append
    scene.connections.close([made], DeviceReplaced())
    assert scene.wires.hung_up == [("node", "sid")]
    assert scene.sent() == [("device.replaced", 0)]
    assert scene.connections.all() == ()
    assert gone == [made]


async def test_a_spa_that_did_not_look_for_a_while_gets_the_whole_list() -> None:
    scene = Scene()
    made = scene.opened()
    scene.connections.replay(made)
    scene.tell()
    assert scene.connections.looked_at(WHO)
    before = (scene.streams.get(WHO).name, 1)
    scene.connections.remove(made.sid)
    assert not scene.connections.looked_at(WHO)
    assert not scene.connections.replay(scene.opened(resume=before))


async def test_nobody_counts_as_having_everything_when_something_was_told_to_nobody() -> None:
    scene = Scene()
    scene.connections.tell(WHO, EVENT)
    newest = (scene.streams.get(WHO).name, scene.streams.get(WHO).seq)
    scene.connections.forget_past()
    assert not scene.connections.replay(scene.opened(resume=newest))
    assert scene.wires.sent == []
