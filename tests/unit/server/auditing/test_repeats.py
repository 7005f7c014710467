"""The same session reading the same thing again within minutes is one reading."""

from __future__ import annotations

from server.auditing.repeats import SAME_READING_S, Repeats

NOW = 1_790_000_000_000_000
LATER = NOW + SAME_READING_S * 1_000_000


def test_only_the_same_session_and_the_same_thing_is_a_repeat_and_not_for_long() -> None:
    repeats = Repeats()
    assert not repeats.is_repeat("s", "e", NOW)
    repeats.entered("s", "e", NOW)
    assert repeats.is_repeat("s", "e", LATER - 1)
    assert not repeats.is_repeat("s", "e", LATER)
    assert not repeats.is_repeat("s", "other", NOW)
    assert not repeats.is_repeat("other", "e", NOW)


def test_who_has_no_session_never_repeats() -> None:
    repeats = Repeats()
    repeats.entered("", "e", NOW)
    assert not repeats.is_repeat("", "e", NOW)


def test_what_is_forgotten_is_an_entry_more() -> None:
    repeats = Repeats(remembered_max=2)
    for one in ("a", "b", "c"):
        repeats.entered("s", one, NOW)
    assert not repeats.is_repeat("s", "a", NOW)
    assert repeats.is_repeat("s", "c", NOW)
