from dataclasses import replace

import pytest

from server.chart.amendments import Amendment, amendments
from server.chart.entries import Addendum, AnyEntry, NoteSnapshot
from server.chart.leaf import Leaf
from server.documents.pdf import exam_pdf, patient_copy_pdf
from tests.unit.server.test_pdf import chart, words


def leaf(seq: int, actor: str) -> Leaf:
    return Leaf(
        "encounter-1", seq, "addendum", 1_000 + seq, actor, "0" * 64, "a" * 64, "b" * 64
    )


@pytest.mark.parametrize(
    ("actor", "author", "author_id"),
    [
        ("practitioner:p-1", "practitioner", "p-1"),
        ("staff:kim", "staff", "kim"),
        ("software:token-1", "software", "token-1"),
        ("system", "system", ""),
        ("patient:encounter-1", "system", "encounter-1"),
    ],
)
def test_an_addendum_has_its_author_and_time(actor: str, author: str, author_id: str) -> None:
    leaves = [leaf(1, "practitioner:p-1"), leaf(2, actor)]
    entries: list[AnyEntry] = [
        NoteSnapshot(revision=1, text="n"),
        Addendum(text="Swelling by phone."),
    ]
    (one,) = amendments(leaves, entries)
    assert one == Amendment(1_002, author, author_id, "Swelling by phone.")  # type: ignore[arg-type]


def test_papers_show_the_original_and_what_was_added() -> None:
    before = chart()
    added = (
        Amendment(
            before.signed_at,
            "practitioner",
            before.practitioner.practitioner_id,
            "Swelling reported by phone.",
        ),
        Amendment(before.signed_at + 60_000_000, "staff", "kim", "Condition confirmed by Kim."),
    )
    amended = replace(before, addenda=added)
    for plain, paper, who in (
        (exam_pdf(before, include_note=False), exam_pdf(amended, include_note=False), "staff"),
        (
            patient_copy_pdf(before, language="es"),
            patient_copy_pdf(amended, language="es"),
            "el personal del spa",
        ),
    ):
        shown = words(paper)
        assert "Dr. Ruth Okafor: Swelling reported by phone." in shown
        assert who in shown
        assert "Condition confirmed by Kim." in shown
        assert "2027-09-21" in shown
        assert "Swelling" not in words(plain)


def test_the_copy_of_a_minor_who_answered_alone_leaves_out_what_was_added() -> None:
    before = chart()
    added = Amendment(before.signed_at, "staff", "kim", "Asked about contraception.")
    confided = replace(before, addenda=(added,), confided=True)
    assert "contraception" not in words(patient_copy_pdf(confided, language="en"))
    assert "contraception" in words(exam_pdf(confided, include_note=False))
