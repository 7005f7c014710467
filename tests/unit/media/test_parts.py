from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import Kind
from media.packing import Change, Chunk, Unpackable, pack, pack_change, pack_declaration
from media.parts import Said, said
from media.picture import Carried, Picture, Sound
from media.sample import EvidenceError, Sample, Source
from media.seal import DirectionTotals, Seal, pack_seal

START = 1_800_000_000
CARRIED = st.builds(Carried, st.sampled_from(Picture), st.sampled_from(Sound))
CHANGES = st.builds(Change, st.integers(0, 2**40), st.sampled_from(Kind), CARRIED, CARRIED)
DECLARATIONS = st.builds(
    Declaration,
    st.integers(0, 2**59),
    st.sampled_from(Side),
    st.sampled_from(Declared),
    holds=st.booleans(),
)
TOTALS = DirectionTotals(dict.fromkeys(Kind, 3), 9, 99)
SEAL = Seal(
    Source.REPORTED, 4, "ab" * 32, 0, START, START + 9, dict.fromkeys(Kind, 3), TOTALS, TOTALS
)
CHUNK = Chunk(START, Source.WITNESSED, (Sample(START, frames=3),), ())


@given(CHANGES)
def test_a_change_is_read_as_it_was_written(change: Change) -> None:
    assert said(pack_change(change)) == change


@given(DECLARATIONS)
def test_a_declaration_is_read_as_it_was_written(declaration: Declaration) -> None:
    assert said(pack_declaration(declaration)) == declaration


@pytest.mark.parametrize(("text", "value"), [(pack(CHUNK), CHUNK), (pack_seal(SEAL), SEAL)])
def test_samples_and_seals_are_told_apart(text: str, value: Said) -> None:
    assert said(text) == value


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"type":"other","v":1}', '{"type":[]}'])
def test_what_is_nothing_of_these_is_refused(text: str) -> None:
    with pytest.raises(Unpackable):
        said(text)


@given(st.one_of(CHANGES.map(pack_change), DECLARATIONS.map(pack_declaration)), st.data())
def test_a_text_with_another_value_in_it_is_refused_or_says_another_thing(
    text: str, data: st.DataObject
) -> None:
    value = json.loads(text)
    name = data.draw(st.sampled_from(sorted(value)))
    value[name] = data.draw(st.one_of(st.none(), st.integers(), st.text(max_size=9)))
    changed = json.dumps(value, sort_keys=True, separators=(",", ":"))
    try:
        read = said(changed)
    except EvidenceError:
        return
    assert (read == said(text)) == (changed == text)


@given(DECLARATIONS)
def test_a_text_that_is_not_the_canonical_one_is_refused(declaration: Declaration) -> None:
    loose = json.dumps(json.loads(pack_declaration(declaration)))
    with pytest.raises(Unpackable):
        said(loose)
