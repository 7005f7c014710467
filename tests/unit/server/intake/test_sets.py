import copy
import json
from collections.abc import Iterator

import pytest

from server.intake import catalogue, limits, sets
from server.intake.catalogue import GENERAL
from server.intake.sets import all_sets, set_named, sets_for
from server.treatments import LABELS
from signaling.messages import TreatmentRef


@pytest.fixture
def fresh() -> Iterator[None]:
    """Compute the sets again, and forget them afterwards."""
    sets.all_sets.cache_clear()
    yield
    sets.all_sets.cache_clear()


def hashes() -> dict[str, str]:
    return {one.name: one.sha256 for one in all_sets()}


def test_there_is_a_set_for_the_general_part_and_for_each_class() -> None:
    assert {one.name for one in all_sets()} == {GENERAL, *LABELS}
    assert all_sets()[0].name == GENERAL
    assert len({one.sha256 for one in all_sets()}) == 18
    assert {one.version for one in all_sets()} == {"draft-2026-11-22"}


def test_a_treatment_is_asked_about_by_the_general_set_and_its_own() -> None:
    wanted = [TreatmentRef(treatment_class="glp1"), TreatmentRef(treatment_class="filler")]
    assert {one.name for one in sets_for(wanted)} == {GENERAL, "glp1", "filler"}
    assert set_named("tattoo") is None
    found = set_named("glp1")
    assert found is not None
    assert json.loads(found.text)["asked"]["vitals_required"]


@pytest.mark.usefixtures("fresh")
def test_one_changed_word_is_another_hash_of_that_set_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = hashes()
    changed = copy.deepcopy(catalogue.raw())
    changed["classes"]["filler"]["questions"][0]["es"] += "!"
    monkeypatch.setattr(sets, "raw", lambda: changed)
    sets.all_sets.cache_clear()
    after = hashes()
    assert {name for name in after if after[name] != before[name]} == {"filler"}


@pytest.mark.usefixtures("fresh")
def test_a_new_name_for_the_same_data_keeps_every_hash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = hashes()
    renamed = copy.deepcopy(catalogue.raw())
    renamed["version"] = "2027-01"
    monkeypatch.setattr(sets, "raw", lambda: renamed)
    sets.all_sets.cache_clear()
    assert hashes() == before


@pytest.mark.usefixtures("fresh")
def test_a_limit_is_part_of_what_is_signed_for_its_classes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = hashes()
    eased = [{**one, "gte": 39} for one in limits.raw_limits("iv_therapy")]
    known = limits.raw_limits
    monkeypatch.setattr(
        sets, "raw_limits", lambda name: eased if name == "iv_therapy" else known(name)
    )
    sets.all_sets.cache_clear()
    after = hashes()
    assert {name for name in after if after[name] != before[name]} == {"iv_therapy"}
