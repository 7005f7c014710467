"""The wires that the table of faults cuts: they do what they say, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cluster.levers import Lever, Levers, MatchStep
from tests.cluster.wires import Cut, Port, Wire, tcp_proxy

PATIENCE_S = 5.0


@pytest.fixture
def far() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(PATIENCE_S)
        yield server


@pytest.fixture
def wire(far: socket.socket) -> Iterator[Wire]:
    with tcp_proxy(Port(far.getsockname()[1])) as opened:
        yield opened


def joined(wire: Wire, far: socket.socket) -> tuple[socket.socket, socket.socket]:
    near = socket.create_connection(("127.0.0.1", wire.port), timeout=PATIENCE_S)
    end, _ = far.accept()
    end.settimeout(PATIENCE_S)
    return near, end


def is_closed(end: socket.socket) -> bool:
    try:
        return end.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_wire_passes_both_ways(wire: Wire, far: socket.socket) -> None:
    near, end = joined(wire, far)
    with near, end:
        near.sendall(b"there")
        assert end.recv(5) == b"there"
        end.sendall(b"back")
        assert near.recv(4) == b"back"


def test_a_dead_wire_passes_nothing_and_closes_nothing(wire: Wire, far: socket.socket) -> None:
    near, end = joined(wire, far)
    with near, end:
        wire.dead = True
        near.sendall(b"later")
        end.settimeout(0.2)
        with pytest.raises(TimeoutError):
            end.recv(5)
        wire.dead = False
        end.settimeout(PATIENCE_S)
        assert end.recv(5) == b"later"


def test_a_cut_wire_closes_both_ends(wire: Wire, far: socket.socket) -> None:
    near, end = joined(wire, far)
    with near, end:
        near.sendall(b"x")
        assert end.recv(1) == b"x"
        wire.cut()
        assert is_closed(near)
        assert is_closed(end)


@pytest.mark.parametrize(("when", "arrived"), [(Cut.BEFORE, b""), (Cut.UNANSWERED, b"COMMIT")])
def test_a_wire_is_cut_before_or_after_the_words_arrive(
    wire: Wire, far: socket.socket, when: Cut, arrived: bytes
) -> None:
    near, end = joined(wire, far)
    with near, end:
        wire.cut_at(b"COMMIT", when)
        near.sendall(b"BEGIN")
        assert end.recv(5) == b"BEGIN"
        near.sendall(b"COMMIT")
        assert is_closed(near)
        got = b""
        if arrived:
            got = end.recv(6)
        assert got == arrived
        assert is_closed(end)
        assert wire.struck == 1


def test_a_node_halts_at_its_step_until_it_is_let_go(tmp_path: Path) -> None:
    test = Levers.made(tmp_path / "levers")
    node = Levers(tmp_path / "levers")
    halted: list[Lever] = []

    def look(_seconds: float) -> None:
        halted.append(test.state)
        test.release()

    test.arm(MatchStep.ACCEPTED)
    node.reached(MatchStep.OFFERED, look)
    assert halted == []
    node.reached(MatchStep.ACCEPTED, look)
    assert halted == [Lever.HELD]
    node.reached(MatchStep.ACCEPTED, look)
    assert halted == [Lever.HELD]


def test_a_clock_is_ahead_by_what_the_test_says(tmp_path: Path) -> None:
    test = Levers.made(tmp_path / "levers")
    node = Levers(tmp_path / "levers")
    test.ahead_ns = -3_600_000_000_000
    assert node.ahead_ns == -3_600_000_000_000
