import json
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.note_merging import CHANGES_MAX, WORD, Hunk, hunks, merged

CASES = json.loads(
    (Path(__file__).parents[2] / "vectors" / "note_merging.json").read_text("utf-8")
)["cases"]
few = st.lists(st.sampled_from(["pain", "none", " ", "  ", "\n", "\t", "é", "😀"]), max_size=12)
texts = few.map("".join)
fresh = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=5)


def edited(words: list[str], edits: list[tuple[int, int]], mark: str) -> list[str]:
    """Return what somebody made of `words`: each edit replaces some by one with a number."""
    out = list(words)
    for number, (at, gone) in enumerate(edits):
        out[at : at + gone] = [f"{mark}{number}"]
    return out


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_case_of_both_languages(case: dict[str, str]) -> None:
    assert merged(case["base"], case["one"], case["other"]) == case["merged"]
    assert merged(case["base"], case["other"], case["one"]) == case["merged"]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True), fresh, fresh)
def test_nothing_that_either_typed_is_lost(
    base: list[str], ours: list[tuple[int, int]], theirs: list[tuple[int, int]]
) -> None:
    one, other = edited(base, ours, "our"), edited(base, theirs, "their")
    joined = Counter(merged(" ".join(base), " ".join(one), " ".join(other)).split())
    for word in (*one, *other):
        if word not in base:
            assert joined[word] >= 1, word
    both_kept = Counter(base) & Counter(one) & Counter(other)
    assert all(joined[word] >= 1 for word in both_kept)


@given(texts, texts, texts)
def test_every_word_put_in_is_there_whatever_the_texts(base: str, one: str, other: str) -> None:
    joined = Counter(WORD.findall(merged(base, one, other)))
    for text in (one, other):
        for hunk in hunks(WORD.findall(base), WORD.findall(text)):
            more = Counter(word.strip() for word in hunk.words if word.strip())
            assert sum((more - _stripped(joined)).values()) == 0 or _glued(more, joined)


def _stripped(words: Counter[str]) -> Counter[str]:
    return Counter({word: count for word, count in words.items() if word.strip()})


def _glued(wanted: Counter[str], joined: Counter[str]) -> bool:
    """Words may come to stand together where the blank between them was not theirs."""
    return all(any(word in one for one in joined) for word in wanted)


@given(texts, texts, texts)
def test_the_order_of_the_two_does_not_matter(base: str, one: str, other: str) -> None:
    assert merged(base, one, other) == merged(base, other, one)


@given(texts, texts)
def test_one_that_changed_nothing_takes_what_the_other_made(base: str, one: str) -> None:
    assert merged(base, one, base) == merged(base, base, one) == one
    assert merged(base, one, one) == one


@given(texts, texts)
def test_the_hunks_are_what_turned_one_text_into_the_other(before: str, after: str) -> None:
    words = WORD.findall(before)
    assert "".join(words) == before
    out, at = [], 0
    for hunk in hunks(words, WORD.findall(after)):
        out += [*words[at : hunk.start], *hunk.words]
        at = hunk.end
    assert "".join([*out, *words[at:]]) == after


def test_only_what_differs_is_a_hunk() -> None:
    before, after = list("abcdef"), list("aXcdefg")
    assert hunks(before, after) == [Hunk(1, 2, ("X",)), Hunk(6, 6, ("g",))]


def test_blanks_that_agree_by_chance_do_not_part_what_was_rewritten() -> None:
    assert merged("a b c", "u v w", "x y z") == "u v w\nx y z"


@given(st.data())
def test_two_windows_that_type_on_and_save_in_turn_end_with_one_text_and_all_words(
    data: st.DataObject,
) -> None:
    """Each takes in what was saved before it saves, as the page does."""
    server, boxes, bases = "", ["", ""], ["", ""]
    typed = 0
    for _ in range(data.draw(st.integers(1, 12))):
        who = data.draw(st.integers(0, 1))
        if data.draw(st.booleans()):
            at = data.draw(st.integers(0, len(boxes[who])))
            while 0 < at < len(boxes[who]) and boxes[who][at - 1] not in " \n":
                at -= 1
            boxes[who] = f"{boxes[who][:at]}w{typed} {boxes[who][at:]}"
            typed += 1
        else:
            server = boxes[who] = merged(bases[who], boxes[who], server)
            bases[who] = server
    for who in (0, 1, 0):
        server = boxes[who] = merged(bases[who], boxes[who], server)
        bases[who] = server
    assert boxes[0] == boxes[1] == server
    assert Counter(server.split()) == Counter(f"w{number}" for number in range(typed))


def test_the_longest_notes_that_differ_in_every_word_are_joined_in_time() -> None:
    rng = random.Random(6)
    longest = [" ".join(f"{rng.randrange(36**3):x}" for _ in range(4_000)) for _ in range(3)]
    began = time.process_time()
    joined = merged(*longest)
    assert time.process_time() - began < 2.0
    assert len(longest[0].split()) > CHANGES_MAX
    assert all(one in joined for one in longest[1:])
