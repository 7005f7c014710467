from __future__ import annotations

from collections import Counter

import pytest

from server.people import secrets
from server.people.wordlist import WORDS


def without_one(word: str) -> set[str]:
    return {f"{word[:at]}_{word[at + 1 :]}" for at in range(len(word))}


def test_there_are_256_words_of_which_no_two_differ_by_one_letter() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    counted = Counter(part for word in WORDS for part in without_one(word))
    assert [part for part, times in counted.items() if times > 1] == []


def test_words_are_short_and_plain() -> None:
    assert all(one.isascii() and one.isalpha() and one.islower() for one in WORDS)
    assert max(map(len, WORDS)) <= 10


@pytest.mark.parametrize(
    "typed",
    ["acorn amber beach canoe", "Acorn, amber;  BEACH\ncanoe.", " acorn-amber-beach-canoe "],
)
def test_a_phrase_is_the_same_however_it_is_typed(typed: str) -> None:
    assert secrets.heard(typed) == "acorn amber beach canoe"


def test_another_order_is_another_phrase() -> None:
    assert secrets.heard("amber acorn beach canoe") != secrets.heard("acorn amber beach canoe")
