"""Of two sockets of one page, told of by two nodes, the newer one stays."""

from __future__ import annotations

from typing import Any, cast

import pytest

from server.access import Principal, Role
from server.live.calls import CallBook
from server.live.connections import Connection, Connections
from server.live.doors import Visitor
from server.live.legs import LegBook
from server.live.streams import StreamBook
from server.live.windows import Windows

WHO = "patient:e1"


class Wires:
    """A line that notes who was hung up on."""

    def __init__(self) -> None:
        self.hung_up: list[str] = []

    def deliver(self, node: str, sid: str, wire: dict[str, Any]) -> None:
        raise AssertionError((node, sid, wire))

    def hang_up(self, node: str, sid: str, last_word: dict[str, Any]) -> None:
        assert (node, last_word["type"]) == ("node", "device.replaced")
        self.hung_up.append(sid)


def patient(sid: str, since: int) -> Connection:
    principal = Principal("patient", Role.PATIENT, session="s", encounter_id="e1")
    return Connection.of(
        Visitor(sid, "node", "/patient", principal, WHO, "net", ("stream", 3), "", since)
    )


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_the_newer_of_two_sockets_stays_in_whichever_order_they_are_told_of(
    order: tuple[str, str],
) -> None:
    wires = Wires()
    connections = Connections(wires, StreamBook("boot"), backlog_max=9)
    windows = Windows(connections, cast("CallBook", None), cast("LegBook", None))
    both = {"old": patient("old", 1), "new": patient("new", 2)}
    stays = {}
    for name in order:
        connections.add(both[name])
        stays[name] = windows.opened(both[name])
    assert stays["new"]
    assert wires.hung_up == ["old"]
    assert connections.of(WHO) == (both["new"],)
