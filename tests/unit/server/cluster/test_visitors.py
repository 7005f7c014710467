from __future__ import annotations

from dataclasses import dataclass, field

from server.access import ANONYMOUS
from server.cluster.visitors import Visitors
from server.live.doors import Visitor
from tests.integration.cluster.world import ToldDoor


def visitor(sid: str, node: str = "node-1") -> Visitor:
    return Visitor(sid, node, "/patient", ANONYMOUS, "patient:e", "network-1")


@dataclass
class Scene:
    door: ToldDoor = field(default_factory=ToldDoor)

    def __post_init__(self) -> None:
        self.visitors = Visitors(self.door)

    async def open(self, *there: Visitor) -> None:
        await self.visitors.opened(there[0].node, there)


async def test_a_gone_nodes_sockets_are_closed_and_no_others() -> None:
    scene = Scene()
    await scene.open(visitor("a"), visitor("b"))
    await scene.open(visitor("c", "node-2"))
    scene.visitors.looked(set())
    scene.visitors.gone("node-1")
    scene.visitors.gone("node-1")
    assert scene.door.closed_with == [visitor("a"), visitor("b")]


async def test_a_socket_that_closed_is_not_closed_again() -> None:
    scene = Scene()
    await scene.open(visitor("a"), visitor("b"))
    scene.visitors.looked(set())
    await scene.visitors.closed("node-1", visitor("a"))
    scene.visitors.gone("node-1")
    assert scene.door.closed_with == [visitor("a"), visitor("b")]


async def test_a_look_that_was_under_way_when_a_node_came_back_closes_nothing_of_it() -> None:
    scene = Scene()
    await scene.open(visitor("a"), visitor("b"))
    scene.visitors.looked(set())
    await scene.open(visitor("a"))  # "b" is not there any more
    scene.visitors.gone("node-1")
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == [visitor("b")]
    scene.visitors.looked(set())
    scene.visitors.looked({"node-2"})
    assert scene.door.closed_with == [visitor("b")]
    scene.visitors.gone("node-1")
    assert scene.door.closed_with == [visitor("b"), visitor("a")]


async def test_what_a_gone_node_registered_at_the_last_is_closed_at_the_next_look() -> None:
    scene = Scene()
    await scene.open(visitor("a"))
    scene.visitors.gone("node-1")
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == []
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == [visitor("a")]


async def test_what_is_registered_late_for_a_gone_node_is_closed_at_the_second_look() -> None:
    scene = Scene()
    await scene.open(visitor("a"))
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == []
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == [visitor("a")]


async def test_a_node_that_came_back_keeps_its_sockets() -> None:
    scene = Scene()
    await scene.open(visitor("a"))
    scene.visitors.looked({"node-1"})
    scene.visitors.looked(set())
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == []
    await scene.open(visitor("b"))
    scene.visitors.looked({"node-1"})
    assert scene.door.closed_with == []
