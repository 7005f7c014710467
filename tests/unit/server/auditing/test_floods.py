"""A flood of denials is counted; single ones, and those of who is signed in, have entries."""

from __future__ import annotations

from server.auditing.event import Action, AuditEvent, Outcome
from server.auditing.floods import ALL_MAX, DENIALS_MAX, STRANGERS_MAX, WINDOW_S, Floods

NOW = 1_790_000_000_000_000
WINDOW = WINDOW_S * 1_000_000


def denied(at: int = NOW, actor: str = "anonymous") -> AuditEvent:
    return AuditEvent(
        action=Action.DENIED,
        outcome=Outcome.REFUSED,
        actor=actor,
        role="anonymous",
        route="POST /api/v1/join/session",
        reason="link_unknown",
        at=at,
    )


def admitted(floods: Floods, source: str, times: int, *, at: int = NOW) -> int:
    return sum(floods.admit(source, denied(at), stranger=True) for _ in range(times))


def test_one_address_has_a_bounded_number_of_entries_and_then_one_that_counts() -> None:
    floods = Floods()
    assert admitted(floods, "192.0.2.1", 10_000) == DENIALS_MAX
    assert floods.over(NOW + WINDOW - 1) == []
    [held] = floods.over(NOW + WINDOW)
    assert held.number == 10_000 - DENIALS_MAX
    assert held.last.reason == "link_unknown"
    assert floods.over(NOW + WINDOW) == [], "it is told once"


def test_the_next_window_begins_anew() -> None:
    floods = Floods()
    admitted(floods, "192.0.2.1", 100)
    floods.over(NOW + WINDOW)
    assert admitted(floods, "192.0.2.1", 3, at=NOW + WINDOW) == 3


def test_many_addresses_together_are_bounded_too() -> None:
    floods = Floods()
    total = sum(admitted(floods, f"192.0.2.{one}", 30) for one in range(5_000))
    assert total == ALL_MAX
    held = floods.over(None)
    assert len(held) <= STRANGERS_MAX + 1
    assert sum(one.number for one in held) == 5_000 * 30 - total, "every one is counted"


def test_strangers_cannot_crowd_out_who_is_signed_in() -> None:
    floods = Floods()
    for one in range(5_000):
        admitted(floods, f"192.0.2.{one}", 30)
    assert floods.admit("session-1", denied(actor="practitioner:p"), stranger=False)


def test_the_end_of_the_process_ends_every_window() -> None:
    floods = Floods()
    admitted(floods, "192.0.2.1", DENIALS_MAX + 2)
    [held] = floods.over(None)
    assert held.number == 2
