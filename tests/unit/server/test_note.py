import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.entries import NoteDelta, NoteSnapshot, decode, encode
from server.chart.note import (
    DELTAS_MAX,
    EMPTY,
    NoteBroken,
    NoteEntry,
    NoteState,
    apply,
    difference,
    fold,
    save,
)
from server.errors import StaleRevision

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
# Few letters, so that beginnings and ends often agree.
similar = st.text(alphabet="ab\u0301é😀\n", max_size=12)


def saved(*versions: str) -> list[NoteEntry]:
    """Return the entries of saving one text after the other."""
    entries: list[NoteEntry] = []
    state = EMPTY
    for text in versions:
        entry = save(state, text, base_revision=state.revision)
        if entry is not None:
            entries.append(entry)
            state = apply(state, entry)
    return entries


@given(st.lists(texts | similar, max_size=50))
def test_reading_gives_the_text_as_last_saved(versions: list[str]) -> None:
    entries = saved(*versions)
    assert fold(entries).text == (versions[-1] if versions else "")
    assert fold(entries).revision == len(entries)
    written = [decode(encode(one)) for one in entries]
    assert fold(one for one in written if isinstance(one, NoteDelta | NoteSnapshot)) == fold(
        entries
    )


@given(similar, similar)
def test_a_difference_is_the_middle_that_changed(before: str, after: str) -> None:
    at, deleted, inserted = difference(before, after)
    assert before[:at] + inserted + before[at + deleted :] == after
    assert at + deleted <= len(before)
    assert len(inserted) <= len(after)


def test_typing_at_the_end_saves_only_what_was_typed() -> None:
    *_, last = saved("Brow symmetric.", "Brow symmetric. No ptosis.")
    assert last == NoteDelta(revision=2, base_revision=1, at=15, delete=0, insert=" No ptosis.")


def test_a_repeated_letter_is_one_change() -> None:
    assert difference("aaa", "aaaa") == (3, 0, "a")
    assert difference("aaaa", "aaa") == (3, 1, "")
    assert difference("abc", "axc") == (1, 1, "x")


def test_the_first_save_and_every_twentieth_change_after_it_is_a_snapshot() -> None:
    entries = saved(*("x" * length for length in range(1, 3 * DELTAS_MAX)))
    snapshots = [one.revision for one in entries if isinstance(one, NoteSnapshot)]
    assert snapshots == [1, DELTAS_MAX + 2, 2 * DELTAS_MAX + 3]


def test_saving_the_same_text_adds_nothing() -> None:
    state = fold(saved("same"))
    assert save(state, "same", base_revision=1) is None
    assert save(EMPTY, "", base_revision=0) is None


def test_emptying_the_note_is_a_change_like_any_other() -> None:
    assert fold(saved("text", "")) == NoteState("", 2, 1)


@pytest.mark.parametrize("base_revision", [0, 1, 3])
def test_a_save_on_another_revision_is_refused(base_revision: int) -> None:
    state = fold(saved("one", "two"))
    with pytest.raises(StaleRevision):
        save(state, "three", base_revision=base_revision)


@pytest.mark.parametrize(
    "entry",
    [
        NoteSnapshot(revision=3, text="x"),
        NoteSnapshot(revision=1, text="x"),
        NoteDelta(revision=2, base_revision=2, at=0, delete=0, insert="x"),
        NoteDelta(revision=2, base_revision=1, at=4, delete=1, insert="x"),
        NoteDelta(revision=2, base_revision=1, at=5, delete=0, insert="x"),
    ],
)
def test_an_entry_that_does_not_follow_is_not_read(entry: NoteEntry) -> None:
    with pytest.raises(NoteBroken):
        apply(NoteState("text", 1), entry)


def test_a_missing_entry_is_noticed() -> None:
    entries = saved("a", "ab", "abc")
    with pytest.raises(NoteBroken):
        fold([entries[0], entries[2]])


def test_the_longest_note_is_saved_and_changed() -> None:
    longest = "é" * 20_000
    assert fold(saved(longest, longest[:-1] + "x", longest)).text == longest
