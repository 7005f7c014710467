from __future__ import annotations

import pytest

from server.planning.demand import Expected, demand
from server.planning.refusals import PlanRefused
from server.planning.roster import Shift
from server.planning.running import here
from tests.unit.server.planning.staffing import NINE, at, working


def test_quiet_half_hours_between_are_part_of_the_plan() -> None:
    planned = demand([Expected(at(0), "AZ", 1.0), Expected(at(3), "NV", 2.0)])
    assert [one.starts_at for one in planned.intervals] == [at(0), at(1), at(2), at(3)]
    assert planned.jurisdictions == ("AZ", "NV")
    assert (planned.starts_at, planned.ends_at) == (NINE, at(4))


def test_a_jurisdiction_that_nobody_comes_from_is_left_out() -> None:
    planned = demand([Expected(at(0), "AZ", 1.0), Expected(at(0), "NV", 0.0)])
    assert planned.jurisdictions == ("AZ",)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Expected(at(0), "PR", 1.0)],
        [Expected(at(0) + 60, "AZ", 1.0)],
        [Expected(at(0), "AZ", -1.0)],
        [Expected(at(one), "AZ", 10_000.0) for one in range(11)],
    ],
)
def test_demand_that_cannot_be_is_refused(rows: list[Expected]) -> None:
    with pytest.raises(PlanRefused):
        demand(rows)


def test_a_shift_counts_only_where_it_overlaps() -> None:
    (ana,) = working(("ana", "AZ", 0.5, 2.0))
    assert ana.worked_s(at(0), at(1)) == 900
    assert ana.share_of(at(0), at(4)) == 0.375
    assert ana.shifts == (Shift(at(0.5), at(2)),)


def test_a_licence_more_changes_nothing_else() -> None:
    (ana,) = working(("ana", "AZ", 0.0, 2.0))
    more = ana.with_licence("NV")
    assert more.licences == {"AZ", "NV"}
    assert (more.name, more.shifts) == (ana.name, ana.shifts)


def test_no_days_are_no_work() -> None:
    assert here([]) == []
