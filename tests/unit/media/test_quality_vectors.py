from __future__ import annotations

import json

from media.ladder import Rung, Suggestion
from media.quality import Grade
from tests.unit.media.quality_vectors import PATH, every_case


def test_the_shared_cases_are_those_of_the_formulas_as_they_are() -> None:
    hint = "write them anew: python -m tests.unit.media.quality_vectors"
    assert PATH.read_text(encoding="utf-8") == every_case(), hint


def test_the_shared_cases_reach_every_word_rung_suggestion_and_refusal() -> None:
    cases = json.loads(every_case())
    looks = [look for walk in cases["walks"] for look in walk["looks"]]
    assert {case["settled"] for case in cases["words"]} == set(Grade)
    assert {look["after"]["rung"] for look in looks} == set(Rung)
    assert {look["suggestion"] for look in looks} == {None, *Suggestion}
    refusals = {case["error"] for case in cases["steps"]}
    assert refusals == {None, "illegal_transition", "modality_not_allowed"}
