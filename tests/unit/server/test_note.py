import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.chart.entries import NoteDelta, NoteMerged, NoteSnapshot, decode, encode
from server.chart.note import (
    DELTAS_MAX,
    NOTE_MAX,
    WINDOW,
    NoteBroken,
    NoteEntry,
    NoteState,
    NoteTooLong,
    apply,
    difference,
    fold,
    is_save,
    reaches,
    save,
    sha256_of,
    since_snapshot,
)
from server.errors import StaleRevision

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)
# Few letters, so that beginnings and ends often agree.
similar = st.text(alphabet="ab\u0301é😀\n", max_size=12)


def saved(*versions: str) -> list[NoteEntry]:
    """Return the entries of saving one text after the other."""
    entries: list[NoteEntry] = []
    for text in versions:
        entries += save(entries, text, base_revision=fold(entries).revision)
    return entries


@given(st.lists(texts | similar, max_size=50))
def test_reading_gives_the_text_as_last_saved(versions: list[str]) -> None:
    entries = saved(*versions)
    assert fold(entries).text == (versions[-1] if versions else "")
    assert fold(entries).revision == len(entries)
    written = [decode(encode(one)) for one in entries]
    assert fold(one for one in written if is_save(one)) == fold(entries)


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
    assert save(saved("same"), "same", base_revision=1) == []
    assert save([], "", base_revision=0) == []


def test_emptying_the_note_is_a_change_like_any_other() -> None:
    assert fold(saved("text", "")) == NoteState("", 2, 1)


def test_a_save_on_a_revision_that_never_was_is_refused() -> None:
    with pytest.raises(StaleRevision):
        save(saved("one", "two"), "three", base_revision=3)


def test_a_save_on_an_older_revision_is_joined_with_what_came_since() -> None:
    entries = saved("History\nPlan", "History: none\nPlan")
    [joined] = save(entries, "History\nPlan: wait", base_revision=1)
    assert fold([*entries, joined]) == NoteState("History: none\nPlan: wait", 3, 2)
    assert isinstance(joined, NoteMerged)
    assert (joined.typed_on, joined.typed_sha256) == (1, sha256_of("History\nPlan: wait"))
    assert "revision 1" in joined.summary()


def test_what_a_joined_save_was_typed_on_may_be_the_empty_note() -> None:
    [joined] = save(saved("theirs"), "ours", base_revision=0)
    assert fold([*saved("theirs"), joined]).text == "ours\ntheirs"
    assert joined.summary().endswith("on the empty note")


@given(similar, similar, similar)
def test_a_save_sent_again_after_its_answer_was_lost_adds_nothing(
    base: str, ours: str, theirs: str
) -> None:
    entries = saved(base)
    typed_on = len(entries)
    entries += save(entries, ours, base_revision=typed_on)
    entries += save(entries, theirs, base_revision=typed_on)
    assert save(entries, ours, base_revision=typed_on) == []
    assert save(entries, theirs, base_revision=typed_on) == []


@given(similar, similar, similar)
def test_it_does_not_matter_which_of_two_windows_saves_first(
    base: str, one: str, other: str
) -> None:
    def after(first: str, second: str) -> str:
        entries = saved(base)
        typed_on = len(entries)
        entries += save(entries, first, base_revision=typed_on)
        entries += save(entries, second, base_revision=typed_on)
        return fold(entries).text

    assert after(one, other) == after(other, one)


def test_a_joined_text_that_grows_too_long_is_refused_and_nothing_is_written() -> None:
    entries = saved("", "a" * NOTE_MAX)
    assert fold(entries).revision == 1
    with pytest.raises(NoteTooLong):
        save(entries, "b", base_revision=0)


def test_a_joined_save_after_twenty_changes_follows_a_snapshot_of_what_was_there() -> None:
    entries = saved(*("x" * length for length in range(1, DELTAS_MAX + 2)))
    snapshot, joined = save(entries, "x y", base_revision=1)
    assert isinstance(snapshot, NoteSnapshot)
    assert isinstance(joined, NoteMerged)
    assert fold([*entries, snapshot, joined]) == NoteState(
        "x" * (DELTAS_MAX + 1) + " y", DELTAS_MAX + 3, 1
    )
    assert save([*entries, snapshot, joined], "x y", base_revision=1) == []


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


@given(st.lists(similar, max_size=2 * WINDOW), st.integers(1, WINDOW))
@settings(max_examples=40)
def test_the_last_entries_from_a_snapshot_on_are_enough(versions: list[str], back: int) -> None:
    entries = saved(*versions)
    recent = since_snapshot(entries[-WINDOW:])
    assert fold(recent) == fold(entries)
    typed_on = max(0, len(entries) - back)
    if reaches(recent, typed_on):
        again = [save(one, "ours", base_revision=typed_on) for one in (entries, recent)]
        assert again[0] == again[1]
    else:
        assert len(entries) > WINDOW - DELTAS_MAX - 2


def test_a_missing_entry_is_noticed() -> None:
    entries = saved("a", "ab", "abc")
    with pytest.raises(NoteBroken):
        fold([entries[0], entries[2]])


def test_the_longest_note_is_saved_and_changed() -> None:
    longest = "é" * 20_000
    assert fold(saved(longest, longest[:-1] + "x", longest)).text == longest
