from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.staffing.admission import Admit, Eligible, NotNow, decide
from server.staffing.spans import Span

S = 1_000_000
NOW = 1_000 * S


def at(second: int) -> int:
    return NOW + second * S


def answer(*people: Eligible, wait_s: float = 60) -> Admit | NotNow:
    return decide(people, now=NOW, expected_wait_s=wait_s)


def test_somebody_on_duty_without_a_shift_admits() -> None:
    assert answer(Eligible(on_duty=True)) == Admit()


def test_a_shift_that_outlasts_the_wait_admits() -> None:
    assert answer(Eligible(on_duty=True, duty_until=at(61))) == Admit()


def test_a_shift_that_ends_before_the_wait_does_not_count() -> None:
    assert answer(Eligible(on_duty=True, duty_until=at(60))) == NotNow(None)
    assert answer(Eligible(rostered=(Span(at(-9), at(60)),))) == NotNow(None)


def test_somebody_rostered_now_admits_before_they_come() -> None:
    assert answer(Eligible(rostered=(Span(at(-9), at(61)),))) == Admit()


def test_with_nobody_the_next_shift_is_named() -> None:
    later = Eligible(rostered=(Span(at(500), at(900)), Span(at(5_000), at(9_000))))
    latest = Eligible(rostered=(Span(at(700), at(900)),))
    assert answer(latest, later) == NotNow(at(500))


def test_with_nobody_planned_nothing_is_promised() -> None:
    assert answer() == NotNow(None)


def test_a_shift_that_goes_on_is_no_opening() -> None:
    assert answer(Eligible(rostered=(Span(at(-9), at(30)),))) == NotNow(None)


spans = st.tuples(st.integers(-200, 400), st.integers(1, 200)).map(
    lambda it: Span(at(it[0]), at(sum(it)))
)
people = st.lists(
    st.builds(
        Eligible,
        on_duty=st.booleans(),
        duty_until=st.none() | st.integers(1, 300).map(at),
        rostered=st.lists(spans, max_size=3).map(tuple),
    ),
    max_size=5,
)
waits = st.floats(0, 300)


@given(people, waits)
def test_an_opening_is_ahead_and_somebody_comes_then(
    some: list[Eligible], wait_s: float
) -> None:
    found = decide(some, now=NOW, expected_wait_s=wait_s)
    if isinstance(found, NotNow) and found.opens_at is not None:
        assert found.opens_at > NOW
        assert any(found.opens_at == span.starts_at for one in some for span in one.rostered)


@given(people, waits)
def test_one_more_who_may_never_takes_an_admission_back(
    some: list[Eligible], wait_s: float
) -> None:
    with_all = decide(some, now=NOW, expected_wait_s=wait_s)
    for one in some:
        fewer = decide([it for it in some if it is not one], now=NOW, expected_wait_s=wait_s)
        if isinstance(with_all, NotNow):
            assert isinstance(fewer, NotNow)


@given(people, waits, waits)
def test_a_longer_wait_never_lets_somebody_in(
    some: list[Eligible], one_s: float, other_s: float
) -> None:
    short, long = sorted((one_s, other_s))
    if isinstance(decide(some, now=NOW, expected_wait_s=long), Admit):
        assert isinstance(decide(some, now=NOW, expected_wait_s=short), Admit)
