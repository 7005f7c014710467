from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from server.metrics.service_level import Spread, offer_counts, service, spread
from server.storage.figures import OfferTimes, VisitTimes
from signaling.identifiers import EncounterId, Instant, OfferId
from signaling.messages import Visit

NUMBERS = count(1)


def visit(
    waited_s: float,
    state: Visit = "signed",
    *,
    accepted: bool = True,
    connect_s: float | None = None,
) -> VisitTimes:
    end = Instant(round(waited_s * 1_000_000))
    return VisitTimes(
        encounter_id=EncounterId(f"encounter-{next(NUMBERS)}"),
        jurisdiction="AZ",
        visit=state,
        ready_at=Instant(0),
        accepted_at=end if accepted else None,
        connected_at=None if connect_s is None else Instant(round(connect_s * 1_000_000)),
        ended_at=end,
        signed_at=end if state == "signed" else None,
        changed_at=end,
    )


def left(after_s: float) -> VisitTimes:
    return visit(after_s, "left", accepted=False)


def test_the_service_level_of_the_published_example_is_81_percent_strictly() -> None:
    """1000 answered, 860 of them within 20 s; 60 abandoned, 20 within 20 s, 10 within 5 s."""
    day = service(
        [
            *(visit(15) for _ in range(860)),
            *(visit(40) for _ in range(140)),
            *(left(3) for _ in range(10)),
            *(left(12) for _ in range(10)),
            *(left(90) for _ in range(40)),
        ],
        target_ms=20_000,
    )
    assert (day.answered, day.abandoned, day.abandoned_short) == (1000, 60, 10)
    assert day.level_strict == 860 / 1060
    assert day.level_lenient == 860 / 1050
    assert day.abandonment == 60 / 1060
    assert round(100 * (day.level_strict or 0)) == 81


def test_exactly_31_seconds_are_in_time() -> None:
    day = service([visit(31), visit(31.001)])
    assert day.in_time == 1


def test_exactly_five_seconds_are_no_short_stay() -> None:
    assert service([left(4.999), left(5.0)]).abandoned_short == 1


def test_cancelled_and_waiting_patients_count_in_no_share() -> None:
    day = service(
        [visit(10), visit(9, "cancelled", accepted=False), visit(9, "waiting", accepted=False)]
    )
    assert (day.arrived, day.cancelled, day.waiting) == (3, 1, 1)
    assert (day.level_strict, day.abandonment) == (1.0, 0.0)


def test_of_nobody_there_is_no_share() -> None:
    day = service([])
    assert (day.level_strict, day.level_lenient, day.abandonment) == (None, None, None)
    assert day.wait == day.connect == Spread(0, None, None, None, None)


def test_connect_time_is_from_ready_and_only_of_those_connected() -> None:
    day = service([visit(10, connect_s=12), visit(40, connect_s=43), visit(20)])
    assert (day.connected, day.connected_in_time) == (2, 1)
    assert day.connect.mean == 27_500
    assert day.wait.count == 3


def test_one_value_is_every_percentile_of_itself() -> None:
    assert spread([7]) == Spread(1, 7, 7, 7, 7)


def test_percentiles_lie_between_ranks() -> None:
    assert spread(list(range(101))) == Spread(101, 50, 50, 90, 95)


@given(st.lists(st.integers(0, 10_000_000), min_size=1))
def test_percentiles_are_in_order_and_within_the_values(values: list[int]) -> None:
    found = spread(values)
    assert found.p50 is not None
    assert found.p90 is not None
    assert found.p95 is not None
    assert min(values) <= found.p50 <= found.p90 <= found.p95 <= max(values)


def test_a_decline_is_an_answer_and_a_withdrawal_is_neither() -> None:
    states = ["accepted", "declined", "missed", "withdrawn", "ringing"]
    offers = [OfferTimes(OfferId(one), "AZ", one, Instant(0)) for one in states]
    counted = offer_counts(offers)
    assert (counted.rung, counted.answered, counted.missed) == (5, 2, 1)
