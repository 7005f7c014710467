"""Both clocks keep one contract; the system's runs on a machine that can be tampered with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.clock import Clock, ManualClock, SystemClock
from signaling.identifiers import Instant

BEGAN_NS = 1_790_000_000_000_000_000
HOUR_S = 3_600
SECOND_NS = 1_000_000_000


class Machine:
    """A machine's two clocks, as an operator or a sleep may move them."""

    def __init__(self) -> None:
        self.wall_ns = BEGAN_NS
        self.monotonic_ns = 7 * SECOND_NS

    def run(self, seconds: float) -> None:
        self.wall_ns += round(seconds * SECOND_NS)
        self.monotonic_ns += round(seconds * SECOND_NS)

    def step_wall(self, seconds: float) -> None:
        self.wall_ns += round(seconds * SECOND_NS)

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall_ns, lambda: self.monotonic_ns)


def manual() -> tuple[Clock, Callable[[float], object]]:
    clock = ManualClock(Instant(BEGAN_NS // 1_000))
    return clock, clock.advance


def system() -> tuple[Clock, Callable[[float], object]]:
    machine = Machine()
    return machine.clock(), machine.run


@pytest.mark.parametrize("make", [manual, system])
class TestEveryClock:
    def test_begins_at_the_wall_clock_in_whole_microseconds(
        self, make: Callable[[], tuple[Clock, Callable[[float], object]]]
    ) -> None:
        clock, _ = make()
        assert clock.now() == BEGAN_NS // 1_000
        assert isinstance(clock.now(), int)

    def test_instants_and_elapsed_seconds_go_on_together(
        self, make: Callable[[], tuple[Clock, Callable[[float], object]]]
    ) -> None:
        clock, run = make()
        before = clock.elapsed_s()
        run(2.5)
        assert clock.now() == BEGAN_NS // 1_000 + 2_500_000
        assert clock.elapsed_s() - before == pytest.approx(2.5)

    def test_stands_still_while_no_time_passes(
        self, make: Callable[[], tuple[Clock, Callable[[float], object]]]
    ) -> None:
        clock, run = make()
        run(0)
        assert (clock.now(), clock.elapsed_s()) == (clock.now(), clock.elapsed_s())


@pytest.mark.parametrize("step_s", [HOUR_S, -HOUR_S])
def test_stepping_the_machines_clock_moves_no_instant(step_s: int) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.step_wall(step_s)
    machine.run(1)
    assert clock.now() == BEGAN_NS // 1_000 + 1_000_000
    assert clock.elapsed_s() == 1


def test_reanchoring_follows_a_wall_clock_that_is_ahead() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.step_wall(HOUR_S)
    assert clock.reanchor() == HOUR_S
    assert clock.now() == BEGAN_NS // 1_000 + HOUR_S * 1_000_000
    assert clock.elapsed_s() == 0


@pytest.mark.parametrize(
    ("witness_s", "followed_s"), [(0, 0), (7, 7), (2 * HOUR_S, HOUR_S), (-HOUR_S, 0)]
)
def test_a_wall_clock_is_followed_no_further_than_a_witness_says_too(
    witness_s: int, followed_s: int
) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    machine.step_wall(HOUR_S)
    assert clock.reanchor(Instant(before + witness_s * 1_000_000)) == HOUR_S
    assert clock.now() == before + followed_s * 1_000_000


def test_reanchoring_never_goes_back() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.step_wall(-HOUR_S)
    assert clock.reanchor() == -HOUR_S
    assert clock.now() == BEGAN_NS // 1_000


def test_a_manual_clock_refuses_to_run_backwards() -> None:
    clock = ManualClock()
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-0.1)


def test_the_real_clock_never_decreases() -> None:
    clock = SystemClock()
    readings = [clock.now() for _ in range(10_000)]
    assert readings == sorted(readings)
