from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.proofs.known_browsers import (
    ACCOUNTS_MAX,
    NOBODYS_KEY,
    Shown,
    is_known,
    parsed,
    with_mark,
    written,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
BROWSER = "A" * 22
DAY = 86_400 * 1_000_000
NOW = 1_790_000_000_000_000


def signed_in(account: str, shown: Shown | None = None, *, now: int = NOW) -> Shown:
    before = shown or Shown(BROWSER, ())
    return with_mark(KEY, account, before, now=now, days=90)


def known(account: str, shown: Shown | None, *, now: int = NOW, key: bytes = KEY) -> bool:
    return shown is not None and is_known(key, account, shown, now=now, days=90)


def test_a_browser_is_known_to_the_account_that_signed_in_and_to_no_other() -> None:
    shown = signed_in("mila")
    assert known("mila", shown)
    assert not known("noa", shown)
    assert not known("mila", shown, key=OTHER_KEY)


def test_a_mark_that_anybody_could_make_is_none() -> None:
    forged = with_mark(NOBODYS_KEY, "mila", Shown(BROWSER, ()), now=NOW, days=90)
    assert not known("mila", forged, key=NOBODYS_KEY)


def test_it_is_a_stranger_again_after_its_days() -> None:
    shown = signed_in("mila")
    assert known("mila", shown, now=NOW + 90 * DAY - 1_000_000)
    assert not known("mila", shown, now=NOW + 90 * DAY)
    assert known("mila", signed_in("mila", shown, now=NOW + 89 * DAY), now=NOW + 100 * DAY)


def test_a_mark_counts_in_its_own_browser_only() -> None:
    shown = signed_in("mila")
    assert not known("mila", Shown("B" * 22, shown.marks))


def test_a_shared_browser_is_known_to_everybody_who_shares_it() -> None:
    shown: Shown | None = None
    for number in range(ACCOUNTS_MAX):
        shown = signed_in(f"account {number}", shown)
    assert all(known(f"account {number}", shown) for number in range(ACCOUNTS_MAX))
    shown = signed_in("one more", signed_in("account 1", shown))
    assert len(shown.marks) == ACCOUNTS_MAX
    assert known("account 1", shown)
    assert not known("account 0", shown)


def test_marks_that_are_over_make_room() -> None:
    shown = signed_in("noa", signed_in("mila"), now=NOW + 91 * DAY)
    assert len(shown.marks) == 1


def test_what_is_written_is_read_and_names_nobody() -> None:
    shown = signed_in("mila", signed_in("noa"))
    value = written(shown)
    assert parsed(value) == shown
    assert "mila" not in value
    assert len(value) < 120


@given(st.data())
def test_an_altered_cookie_is_none_of_the_account(data: st.DataObject) -> None:
    value = written(signed_in("mila"))
    at = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    altered = value[:at] + letter + value[at + 1 :]
    if letter == value[at]:
        return
    assert not known("mila", parsed(altered))


@given(st.text(max_size=400))
def test_whatever_is_shown_is_read_or_is_nothing(text: str) -> None:
    shown = parsed(text)
    assert shown is None or written(shown).count(".") == text.count(".")
    assert not known("mila", shown)


def test_nothing_shown_is_nothing() -> None:
    for value in (None, "", "1", f"2.{BROWSER}", f"1.{BROWSER}." + "9" * 13 + "-" + "A" * 22):
        assert parsed(value) is None
