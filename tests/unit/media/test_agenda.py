"""Who is looked at when, and that nobody is forgotten or looked at for nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from media.agenda import SPARE_MAX, Agenda


def test_whoever_is_due_is_told_once_and_the_most_overdue_first() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.put("late", 30)
    agenda.put("early", 10)
    assert agenda.due(9) == []
    assert agenda.due(30) == ["early", "late"]
    assert agenda.due(100) == []


def test_the_earlier_of_two_times_counts() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.put("ana", 20)
    agenda.put("ana", 30)
    agenda.put("ana", 10)
    assert agenda.due(10) == ["ana"]
    assert agenda.due(30) == []


def test_whoever_was_dropped_is_not_looked_at_unless_put_down_again() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.put("ana", 10)
    agenda.drop("ana")
    agenda.drop("nobody")
    assert agenda.due(10) == []
    agenda.put("ana", 20)
    assert agenda.due(20) == ["ana"]


def test_changing_one_s_mind_takes_no_room() -> None:
    agenda: Agenda[str] = Agenda()
    for at in range(100_000, 0, -1):
        agenda.put("ana", at)
    assert len(agenda) <= 2 + SPARE_MAX + 1
    assert agenda.due(1) == ["ana"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["put", "drop", "look"]), st.integers(0, 9)
        )
    )
)
def test_it_agrees_with_a_plain_table(steps: list[tuple[str, str, int]]) -> None:
    agenda: Agenda[str] = Agenda()
    table: dict[str, int] = {}
    for who, step, at in steps:
        if step == "put":
            agenda.put(who, at)
            table[who] = min(at, table.get(who, at))
        elif step == "drop":
            agenda.drop(who)
            table.pop(who, None)
        else:
            due = [one for one in table if table[one] <= at]
            assert sorted(agenda.due(at)) == sorted(due)
            for one in due:
                del table[one]
