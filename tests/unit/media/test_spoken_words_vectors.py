from __future__ import annotations

import json
from math import log2

from tests.unit.media.spoken_words_vectors import PATH, every_case, every_word


def test_the_shared_words_are_those_of_the_derivation_as_it_is() -> None:
    hint = "write them anew: python -m tests.unit.media.spoken_words_vectors"
    assert PATH.read_text(encoding="utf-8") == every_case(), hint


def test_four_words_are_as_many_bits_as_the_decision_reckons_with() -> None:
    assert 63.3 < 4 * log2(len(every_word())) < 63.6


def test_no_two_cases_have_a_word_in_common() -> None:
    cases = json.loads(every_case())["cases"]
    said = [word for case in cases for word in case["words"]]
    assert len(set(said)) == len(said) == 4 * len(cases)
