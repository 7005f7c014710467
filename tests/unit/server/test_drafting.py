"""The chart as a clinical note: every line has its entries, and asserts nothing by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart import entries as e
from server.chart.note import fold, is_save, save
from server.chart.reading import flags_of, read
from server.chart.sources import Numbered, Sources, sources
from server.documents.drafting import By, DraftLine, drafted
from server.views import AnswersForm
from tests.unit.server.chart_of_ana import APPROVED, NEUROTOXIN, NOW, ONE_OF_EACH, PRACTITIONER
from tests.unit.server.measured import START, US, entries, witnessed

ORDER = ["history", "findings", "assessment", "plan"]
LONG = "t" * 120
OTHERS = [one for one in ONE_OF_EACH if not is_save(one)]


def numbered(*made: e.AnyEntry) -> list[Numbered]:
    return [Numbered(seq, NOW + seq, one) for seq, one in enumerate(made, start=1)]


def lines(*made: e.AnyEntry, signed_at: int | None = None) -> list[DraftLine]:
    chart = numbered(*made)
    state = read(made, [one.at for one in chart])
    return [
        line for section in drafted(state, sources(chart), signed_at) for line in section.lines
    ]


def labelled(found: list[DraftLine], label: str) -> list[tuple[str, tuple[int, ...], By]]:
    return [(one.text, one.source_seqs, one.by) for one in found if one.label == label]


def test_the_sections_stand_in_the_order_of_a_clinical_note() -> None:
    chart = numbered(*ONE_OF_EACH)
    state = read(ONE_OF_EACH, [one.at for one in chart])
    assert [one.title for one in drafted(state, sources(chart))] == ORDER
    assert drafted(read([]), Sources()) == ()


@st.composite
def charts(draw: st.DrawFn) -> list[e.AnyEntry]:
    """Entries of every kind in any order, those of the note as two windows would save it."""
    made: list[e.AnyEntry] = []
    typed = st.tuples(st.text("ab \n", max_size=8), st.integers(0, 2))
    for one in draw(st.lists(st.sampled_from(OTHERS) | typed, max_size=40)):
        if isinstance(one, tuple):
            text, behind = one
            note = [each for each in made if is_save(each)]
            made += save(note, text, base_revision=max(0, fold(note).revision - behind))
        else:
            made.append(one)
    return made


@given(charts())
def test_every_line_names_entries_that_are_there(made: list[e.AnyEntry]) -> None:
    note = [one for one in lines(*made) if one.label == "Note"]
    for line in note:
        assert all(is_save(made[seq - 1]) for seq in line.source_seqs)
    written = fold([one for one in made if is_save(one)]).text
    assert len(note) == sum(bool(one.strip()) for one in written.split("\n"))
    for line in lines(*made):
        assert line.source_seqs
        assert all(1 <= seq <= len(made) for seq in line.source_seqs)
        assert "\n" not in line.text


def test_the_patients_words_are_theirs_as_typed() -> None:
    answers = AnswersForm(answers={"medicines": "metoprolol, 50 mg"}, done=False)
    found = lines(
        e.IntakeTreatments(treatments=[NEUROTOXIN]),
        e.IntakeAnswers(questionnaire_version="draft", answers=answers),
    )
    assert labelled(found, "Asked for")[0][1:] == ((1,), "patient")
    [(text, seqs, by)] = labelled(found, "Medications")
    assert text.endswith("“metoprolol, 50 mg”")
    assert (seqs, by) == ((2,), "patient")
    assert labelled(found, "Allergies") == []  # not asked is not denied


def test_what_was_denied_stands_together_and_only_what_was_asked() -> None:
    answers = AnswersForm(
        answers={"conditions": ["none"], "ill_now": False, "surgery": "Knee, May."}, done=False
    )
    found = labelled(
        lines(
            e.IntakeTreatments(treatments=[NEUROTOXIN]),
            e.IntakeAnswers(questionnaire_version="draft", answers=answers),
        ),
        "Conditions",
    )
    assert found[0][0].endswith("“Knee, May.”")
    denied = found[1][0]
    assert denied.startswith("No, or none: ")
    assert denied.count("?") == 2
    assert len(found) == 2


def test_the_practitioners_words_are_marked_and_name_the_save_that_says_them() -> None:
    found = lines(
        e.NoteSnapshot(revision=1, text="Brow symmetric."),
        e.NoteDelta(revision=2, base_revision=1, at=15, delete=0, insert="\n\nNo ptosis."),
    )
    assert labelled(found, "Note") == [
        ("“Brow symmetric.”", (1,), "practitioner"),
        ("“No ptosis.”", (2,), "practitioner"),
    ]


def test_a_flag_stands_with_the_reason_that_was_given_for_it() -> None:
    answers = AnswersForm(answers={"age_years": 16.0}, done=False)
    intake = (
        e.IntakeTreatments(treatments=[NEUROTOXIN]),
        e.IntakeAnswers(questionnaire_version="draft", answers=answers),
    )
    [flag] = [one for one in flags_of(read(intake)) if one.question_id == "age_years"]
    name = e.FlagsReasoned.model_validate(
        {
            "flags": [flag.model_dump(include={"code", "question_id", "applies_to"})],
            "reason": "A typing error.",
        }
    )
    found = lines(*intake, name)
    assert labelled(found, "Reason given") == [("“A typing error.”", (3,), "practitioner")]
    at = next(n for n, one in enumerate(found) if one.label == "Reason given")
    assert found[at - 1].text.startswith(flag.reason)
    assert (found[at - 1].source_seqs, found[at - 1].by) == ((2,), "system")


def test_what_is_seen_is_said_only_where_video_flowed() -> None:
    tick = e.FindingSeen(treatment_class="neurotoxin", seen=True, findings=["Brow"])
    made: list[e.AnyEntry] = [
        e.IntakeTreatments(treatments=[NEUROTOXIN]),
        e.OfferAccepted(offer_id="offer-01", practitioner=PRACTITIONER),
        *entries(witnessed(LONG, LONG)),
        tick,
    ]

    def said(at_s: int) -> list[DraftLine]:
        at = [START * US + n for n in range(len(made) - 1)] + [(START + at_s) * US]
        chart = [Numbered(n, at[n - 1], one) for n, one in enumerate(made, start=1)]
        parts = drafted(read(made, at), sources(chart))
        return [line for part in parts for line in part.lines]

    [(_, seqs, by)] = labelled(said(60), "Seen on video")
    assert (seqs, by) == ((len(made),), "practitioner")
    assert labelled(said(4_000), "Seen on video") == []
    assert labelled(said(4_000), "Said to be seen")[0][2] == "system"
    evidence = labelled(said(60), "Evidence")
    assert evidence[0][1:] == ((len(made) - 1,), "system")


@pytest.mark.parametrize(
    ("signed_at", "until"),
    [
        (None, "Valid for 12 months from the signature, not after 2028-01-31"),
        (NOW, "Valid until 2027-09-21, if nothing ends it earlier"),
    ],
)
def test_assessment_and_plan_are_of_the_decision(signed_at: int | None, until: str) -> None:
    wanted = e.IntakeTreatments(treatments=[NEUROTOXIN])
    found = lines(wanted, APPROVED, signed_at=signed_at)
    assert labelled(found, "Rationale") == [
        ("“No contraindication found; rationale in the note.”", (2,), "practitioner")
    ]
    texts = [one.text for one in found if one.source_seqs == (2,)]
    assert texts[0] == "Approved"
    assert "Products: onabotulinumtoxinA up to 20 units" in texts
    assert "Instructions: Spare the left side." in texts
    assert texts[-1] == until


def test_what_is_deferred_has_its_reason_and_no_plan() -> None:
    deferred = replace_decision("deferred", reasons=["needs_lab_result"])
    found = lines(e.IntakeTreatments(treatments=[NEUROTOXIN]), deferred)
    decided = next(one.text for one in found if one.source_seqs == (2,))
    assert decided == "Deferred: Needs a lab result"
    assert not any("Valid" in one.text for one in found)


def replace_decision(disposition: str, reasons: list[str]) -> e.AnyEntry:
    said = {**APPROVED.model_dump(), "disposition": disposition, "order": None}
    return e.DispositionOrdered.model_validate({**said, "reasons": reasons})


def test_vital_signs_are_by_who_measured_them() -> None:
    vitals = next(one for one in ONE_OF_EACH if isinstance(one, e.VitalsRecorded))
    found = lines(e.IntakeTreatments(treatments=[NEUROTOXIN]), vitals)
    [(text, seqs, by)] = labelled(found, "Blood pressure")
    assert "Rosa Lind" in text
    assert (seqs, by) == ((2,), "staff")
    assert labelled(found, "Body mass index") == [("23 kg/m²", (2,), "system")]


def test_a_fact_whose_entry_is_not_known_has_no_line() -> None:
    state = replace(read([]), treatments=(NEUROTOXIN,))
    assert drafted(state, Sources()) == ()
