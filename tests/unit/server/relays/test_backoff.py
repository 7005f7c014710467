from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.relays.backoff import Backoff


def test_the_first_try_again_is_at_once_and_then_it_doubles_up_to_a_bound() -> None:
    backoff = Backoff(0.1, 2.0, lambda: 0.0)
    assert [backoff.failed() for _ in range(8)] == [0, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    backoff.succeeded()
    assert backoff.failed() == 0


@given(st.integers(2, 10_000), st.floats(0, 1))
def test_no_wait_is_longer_than_the_bound_or_shorter_than_half_of_the_first(
    failures: int, chance: float
) -> None:
    backoff = Backoff(0.1, 2.0, lambda: chance, failures=failures - 1)
    assert 0.05 <= backoff.failed() <= 2.0
