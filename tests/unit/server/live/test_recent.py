"""A command that was done is answered again, and not done again."""

from __future__ import annotations

from server.live.recent import RecentCommands


def test_a_command_is_remembered_with_its_result() -> None:
    recent = RecentCommands()
    recent.add("session-1", "command-1", {"revision": 3})
    assert recent.get("session-1", "command-1") == {"revision": 3}


def test_the_same_id_of_another_session_is_another_command() -> None:
    recent = RecentCommands()
    recent.add("session-1", "command-1", {})
    assert recent.get("session-2", "command-1") is None


def test_the_oldest_are_forgotten_first() -> None:
    recent = RecentCommands(recent_max=2)
    for number in range(3):
        recent.add("session-1", f"command-{number}", {})
    assert recent.get("session-1", "command-0") is None
    assert recent.get("session-1", "command-2") == {}
