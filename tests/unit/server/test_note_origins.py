"""Each line of the note names the saves that say it, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.note import DELTAS_MAX, NoteBroken, NoteEntry, fold, save
from server.chart.note_origins import origins

typed = st.tuples(st.text("ab\n", max_size=10), st.integers(0, 2))


def saved(*versions: str) -> list[NoteEntry]:
    entries: list[NoteEntry] = []
    for text in versions:
        entries += save(entries, text, base_revision=fold(entries).revision)
    return entries


def of(*versions: str) -> list[tuple[int, ...]]:
    """Return the origins of the last version, the saves numbered from 1."""
    return list(origins(enumerate(saved(*versions), start=1)))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (["A."], [(1,)]),
        (["A.", "A.\nB."], [(1,), (2,)]),
        (["A.", "B.\nA."], [(2,), (1,)]),
        (["A.", "A.\n", "A.\nB", "A.\nB."], [(1,), (3, 4)]),
        (["A.\nB.", "A, x.\nB."], [(1, 2), (1,)]),
        (["A.\nC.", "A.\nB.\nC."], [(1,), (2,), (1,)]),
        (["No a.\nB.", "a.\nB."], [(1, 2), (1,)]),
        (["A.\nB.\nC.", "A.\nC."], [(1,), (1,)]),
        (["A.\nB.", "B."], [(1,)]),
        (["A.\nB.", "A."], [(1,)]),
        (["ab", "a\nb"], [(1, 2), (1, 2)]),
        (["a\nb", "ab"], [(1, 2)]),
        (["A.", "B"], [(2,)]),
        (["A.", ""], [(2,)]),
    ],
)
def test_a_line_is_from_the_saves_that_put_its_words_there(
    versions: list[str], expected: list[tuple[int, ...]]
) -> None:
    assert of(*versions) == expected


def test_a_snapshot_says_all_of_its_lines() -> None:
    text = "A.\nB"
    versions = [text + "." * n for n in range(DELTAS_MAX + 2)]
    assert of(*versions[:-1])[1] == tuple(range(1, DELTAS_MAX + 2))
    assert of(*versions) == [(DELTAS_MAX + 2,)] * 2


def test_the_last_snapshot_and_what_follows_are_enough() -> None:
    entries = saved(*("a\n" * n for n in range(1, 2 * DELTAS_MAX)))
    numbered = list(enumerate(entries, start=1))
    assert origins(numbered[DELTAS_MAX + 1 :]) == origins(numbered)


def test_no_save_says_nothing_and_a_missing_one_is_told() -> None:
    assert origins([]) == ()
    first, _, third = enumerate(saved("A.", "A.\nB.", "A.\nB.\nC."), start=1)
    with pytest.raises(NoteBroken):
        origins([first, third])


@given(st.lists(typed, max_size=50))
def test_a_line_stands_since_the_last_save_that_it_names(
    versions: list[tuple[str, int]],
) -> None:
    entries: list[NoteEntry] = []
    for text, behind in versions:
        base = max(0, fold(entries).revision - behind)
        entries += save(entries, text, base_revision=base)
    texts = [fold(entries[:n]).text.split("\n") for n in range(1, len(entries) + 1)]
    found = origins(enumerate(entries, start=1))
    assert len(found) == (len(texts[-1]) if texts else 0)
    for line, seqs in zip(texts[-1] if texts else [], found, strict=True):
        assert 1 <= len(seqs) <= DELTAS_MAX + 1
        assert all(line in text for text in texts[seqs[-1] - 1 :])
