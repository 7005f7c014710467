from __future__ import annotations

import asyncio
from typing import Any, cast

from server.access import Principal, Role
from server.live.doors import Visitor
from server.live.edge import OF_SESSION_MAX, Edge, Socket
from server.live.rate import TokenBucket
from server.live.transport import StrictServer
from signaling.messages import ServiceChanged

HERE = "node-1"
BACKLOG = 4


class Wires:
    """A server that remembers what it sent, and does as it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.ended: list[str] = []
        self.cut: list[str] = []
        self.broken: set[str] = set()
        self.unread: dict[str, int] = {}
        self.words: list[dict[str, Any]] = []

    async def emit(self, _name: str, wire: dict[str, Any], *, to: str, namespace: str) -> None:
        assert namespace == "/patient"
        if to in self.broken:
            raise ConnectionError
        self.sent.append((to, wire["type"], wire["seq"]))
        if "reason" in wire:
            self.words.append({"reason": wire["reason"]})

    async def disconnect(self, sid: str, namespace: str) -> None:
        assert namespace == "/patient"
        self.ended.append(sid)

    async def hang_up(self, eio_sid: str) -> None:
        self.cut.append(eio_sid)

    def backlog(self, eio_sid: str) -> int:
        return self.unread.get(eio_sid, 0)


class Scene:
    def __init__(self) -> None:
        self.wires = Wires()
        self.edge = Edge(cast("StrictServer", self.wires), HERE, backlog_max=BACKLOG)

    def socket(
        self,
        sid: str,
        session: str = "s",
        network: str = "net",
        encounter_id: str | None = "e",
    ) -> Socket:
        principal = Principal(
            "patient", Role.PATIENT, encounter_id=encounter_id, session=session
        )
        visitor = Visitor(sid, HERE, "/patient", principal, "patient:e", network)
        made = Socket(
            eio_sid=f"eio-{sid}",
            visitor=visitor,
            principal=principal,
            bucket=TokenBucket.full(per_s=1, burst=1, now=0),
            checked_at=0,
            has=visitor.resume,
        )
        self.edge.add(made)
        return made

    async def sent(self) -> list[tuple[str, str, int]]:
        for _ in range(5):
            await asyncio.sleep(0)
        return self.wires.sent


def event(seq: int, stream: str = "boot-1") -> dict[str, object]:
    return {"type": "queue.changed", "stream": stream, "seq": seq}


async def test_a_socket_hears_what_its_home_tells_in_order() -> None:
    scene = Scene()
    scene.socket("a")
    scene.socket("b")
    for seq in (1, 2, 3):
        scene.edge.deliver(HERE, "a", event(seq))
    scene.edge.deliver(HERE, "b", event(9))
    expected = [*(("a", "queue.changed", n) for n in (1, 2, 3)), ("b", "queue.changed", 9)]
    assert await scene.sent() == expected


async def test_a_visitor_as_of_now_has_what_was_delivered_last() -> None:
    scene = Scene()
    socket = scene.socket("a")
    before = socket.now
    scene.edge.deliver(HERE, "a", event(7))
    assert [one.resume for one in (before, socket.now)] == [(None, None), ("boot-1", 7)]


async def test_what_is_for_another_node_or_a_socket_that_is_gone_goes_nowhere() -> None:
    scene = Scene()
    scene.socket("a")
    scene.edge.deliver("node-2", "a", event(1))
    scene.edge.deliver(HERE, "a", event(2))
    scene.edge.remove("a")
    scene.edge.hang_up(HERE, "a", event(3))
    assert await scene.sent() == []
    assert scene.wires.ended == []


async def test_the_last_word_comes_after_all_others_and_then_the_end() -> None:
    scene = Scene()
    scene.socket("a")
    scene.edge.deliver(HERE, "a", event(1))
    scene.edge.hang_up(HERE, "a", event(2))
    assert await scene.sent() == [("a", "queue.changed", 1), ("a", "queue.changed", 2)]
    assert scene.wires.ended == ["a"]


async def test_a_slow_reader_is_hung_up_on_and_nobody_else() -> None:
    scene = Scene()
    scene.socket("a")
    scene.socket("b")
    scene.wires.unread["eio-a"] = BACKLOG + 1
    scene.edge.deliver(HERE, "a", event(1))
    scene.edge.deliver(HERE, "b", event(1))
    await scene.sent()
    assert scene.wires.cut == ["eio-a"]


async def test_one_sockets_trouble_is_not_anothers() -> None:
    scene = Scene()
    scene.socket("a")
    scene.socket("b")
    scene.wires.broken.add("a")
    scene.edge.deliver(HERE, "a", event(1))
    scene.edge.deliver(HERE, "b", event(1))
    assert await scene.sent() == [("b", "queue.changed", 1)]
    assert scene.wires.cut == ["eio-a"]


async def test_the_end_of_a_session_closes_its_sockets_and_says_why() -> None:
    scene = Scene()
    scene.socket("a", session="one")
    scene.socket("b", session="two")
    scene.edge.deliver(HERE, "a", event(4))
    scene.edge.end_session("one", "signed_out")
    assert (await scene.sent())[-1] == ("a", "session.ended", 4)
    assert scene.wires.ended == ["a"]


async def test_the_homes_of_its_people_know_that_a_session_is_over() -> None:
    scene = Scene()
    told: list[tuple[str, str, frozenset[str]]] = []
    scene.edge.session_over = lambda *what: told.append(what)
    scene.socket("a", session="one", network="net")
    scene.socket("b", session="one", network="other")
    scene.socket("c", session="two", network="third")
    scene.edge.end_session("nobody's", "revoked")
    assert told == []
    for _ in range(2):
        scene.edge.end_session("one", "revoked")
    assert set(told) == {("one", "revoked", frozenset({"net", "other"}))}
    assert [one[1] for one in await scene.sent()] == ["session.ended"] * 2


def test_sockets_are_found_by_their_network() -> None:
    scene = Scene()
    scene.socket("a", network="one")
    scene.socket("b", network="two")
    assert scene.edge.networks() == {"one", "two"}
    assert [one.visitor.sid for one in scene.edge.of_network("two")] == ["b"]


async def test_a_socket_that_comes_while_something_is_away_is_told_at_once() -> None:
    scene = Scene()
    scene.socket("before")
    scene.edge.greet = lambda: ServiceChanged(database="away", bus="ok")
    scene.socket("meanwhile")
    scene.edge.deliver(HERE, "meanwhile", event(1))
    assert await scene.sent() == [
        ("meanwhile", "service.changed", 0),
        ("meanwhile", "queue.changed", 1),
    ]


async def test_of_too_many_sockets_of_a_session_the_oldest_goes_and_does_not_come_back() -> (
    None
):
    scene = Scene()
    scene.socket("other", session="other", encounter_id=None)
    first, *others = [
        scene.socket(str(one), encounter_id=None) for one in range(OF_SESSION_MAX)
    ]
    scene.edge.deliver(HERE, "0", event(4))
    assert (await scene.sent())[-1] == ("0", "queue.changed", 4)
    scene.socket("ninth", encounter_id=None)
    assert (await scene.sent())[-1] == ("0", "session.ended", 4)
    assert scene.wires.words == [{"reason": "replaced"}]
    assert scene.wires.ended == ["0"]
    assert [one.is_over for one in (first, *others)] == [True, *[False] * len(others)]


async def test_a_socket_that_is_going_makes_room_for_one_and_not_for_two() -> None:
    scene = Scene()
    sockets = [scene.socket(str(one)) for one in range(OF_SESSION_MAX + 2)]
    assert [one.is_over for one in sockets].count(True) == 2
    assert sockets[0].is_over
    assert sockets[1].is_over
    await scene.sent()
    scene.edge.remove("0")
    scene.edge.remove("2")
    assert not scene.socket("again").is_over
    assert not sockets[3].is_over, "one had gone by itself"


async def test_a_patients_page_hears_that_another_one_is_there() -> None:
    scene = Scene()
    for one in range(OF_SESSION_MAX + 1):
        scene.socket(str(one))
    assert [one[:2] for one in await scene.sent()] == [("0", "device.replaced")]


def test_the_sockets_of_a_session_ask_for_no_more_than_one_may() -> None:
    scene = Scene()
    one, two = scene.socket("a", session="one"), scene.socket("b", session="one")
    other = scene.socket("c", session="two")
    assert one.bucket.take(0)
    assert not two.bucket.take(0)
    assert other.bucket.take(0)
    scene.edge.remove("a")
    assert not scene.socket("d", session="one").bucket.take(0), "as long as one is there"


def test_nothing_is_kept_of_a_session_whose_sockets_are_gone() -> None:
    scene = Scene()
    scene.socket("a")
    scene.socket("b")
    for sid in ("a", "b", "b", "nobody's"):
        scene.edge.remove(sid)
    assert scene.edge.count == 0
    assert scene.socket("c").bucket.take(0)
