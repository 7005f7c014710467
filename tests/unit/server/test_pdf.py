import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from server.attestation import EXAMINED
from server.chart import entries as e
from server.chart.findings import Looked
from server.chart.health import key_of
from server.chart.reading import read
from server.documents.exam import ExamDocument, exam_document
from server.documents.paper import Facts, Paper, as_json
from server.documents.pdf import PaperFailed, _compiled, exam_pdf, patient_copy_pdf
from server.intake.questionnaire import benign_answers
from server.views import AnswersForm
from tests.unit.server.chart_of_ana import IDENTITY, NEUROTOXIN, NOW, ONE_OF_EACH
from tests.unit.server.test_exam import SIGNED

HOSTILE = 'Ana "#read(\\"x\\")" *bold* _it_ $x$ <b> @ref // = #panic("no") \\ `raw`'


def chart() -> ExamDocument:
    answers = benign_answers([NEUROTOXIN]) | {"ntx_swallow": True}
    form = AnswersForm(answers=answers, done=True)
    gates = ("identity", "location", "disclosure", "consent", "seen_on_video")
    entries = [
        *ONE_OF_EACH,
        e.IntakeAnswers(questionnaire_version="draft", answers=form),
        *(e.GateConfirmed.model_validate({"gate": gate, "confirmed": True}) for gate in gates),
    ]
    return exam_document(read(entries, range(NOW, NOW + len(entries))), SIGNED)


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def root_of(reader: PdfReader) -> DictionaryObject:
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    return root


def language_of(reader: PdfReader) -> str:
    return str(root_of(reader)["/Lang"])


def tags_of(node: object) -> Iterator[str]:
    """Yield the kinds of a tree of tags, in the order of reading."""
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        yield from tags_of(node["/K"].get_object() if "/K" in node else None)
    if isinstance(node, list):
        for one in node:
            yield from tags_of(one.get_object())


def words(pdf: bytes) -> str:
    """Return the text as a person reads it, whatever the lines."""
    text = " ".join(page.extract_text() for page in opened(pdf).pages)
    return " ".join(text.replace("\u200b", "").split())


def test_the_exam_says_what_was_looked_at_on_the_video_and_when() -> None:
    seen = Looked("neurotoxin", ("Brow position", "Voice"), "seen", NOW)
    shown = words(exam_pdf(replace(chart(), looked=(seen,)), include_note=False))
    assert "looked at on the video" in shown
    assert "Brow position; Voice" in shown


def test_the_exam_says_all_that_an_exam_must_say() -> None:
    shown = words(exam_pdf(chart(), include_note=True))
    for said in (
        "Good Faith Exam",
        "North Network",
        "Ana María Núñez",
        "1990-02-03",
        "Identity verified by: date of birth with the link or code; by the practitioner at",
        "Scottsdale, Arizona, at the site",
        "Glow Scottsdale, 1 Main Street, Scottsdale, AZ 85251",
        "Products: onabotulinumtoxinA up to 20 units",
        "Areas: Glabella",
        "May be performed by: RN, NP",
        "Required: Emergency kit in the room",
        "Instructions: Spare the left side.",
        "Protocol: protocol version 3, signed by Sasha Bellweather",
        "Approved",
        "No contraindication found",
        "2027-09-21",
        "Patient seen on video",
        "Signed as Ana María Núñez, 2026-09-21 14:13 UTC: Notice of privacy practices, version",
        "2026-11-1 (es); Consent to an exam by live video, version 2026-11-1 (es)",
        "hybrid (health answers first, then live, two-way video and sound)",
        "Modifier: 95",
        "Place of service: 02",
        "Two-way video measured: 4 min 12 s",
        "Interruptions: ",
        "Dr. Ruth Okafor, MD",
        "NPI: 1234567893",
        "Arizona: license AZ-55120",
        "I saw the patient.",
        "Staff helped with the tablet: Kim",
        "To review: ",
        f"Verification code: {chart().verification_code}",
        " ".join(["ab" * 8] * 4),
    ):
        assert said in shown, said


def test_vital_signs_and_reasons_for_flags_are_on_the_paper() -> None:
    flag = next(one for one in chart().flags if one.severity == "review")
    reasons = {key_of(flag): "Asked about it in the call."}
    text = words(exam_pdf(replace(chart(), flag_reasons=reasons), include_note=False))
    assert "blood pressure 118/74 mmHg" in text
    assert "Measured by Rosa Lind" in text
    assert "BMI 23.0, computed" in text
    assert "reason: Asked about it in the call." in text
    bare = words(exam_pdf(replace(chart(), vitals={}), include_note=False))
    assert "Vital signs" not in bare


def test_the_practitioners_note_is_on_the_networks_copy_alone() -> None:
    private = "Brow symmetric. No ptosis. Skin clear."
    assert private in words(exam_pdf(chart(), include_note=True))
    assert private not in words(exam_pdf(chart(), include_note=False))
    assert private not in words(patient_copy_pdf(chart(), language="en"))


def test_the_patients_copy_speaks_their_language() -> None:
    english = words(patient_copy_pdf(chart(), language="en"))
    spanish = words(patient_copy_pdf(chart(), language="es"))
    assert "Your exam" in english
    assert "What was decided" in english
    assert "Su examen" in spanish
    assert "Aprobado" in spanish
    assert "llame al 911" in spanish
    assert language_of(opened(patient_copy_pdf(chart(), language="es"))) == "es"


@pytest.mark.parametrize(
    "pdf", [exam_pdf(chart(), include_note=True), patient_copy_pdf(chart(), language="en")]
)
def test_a_usual_paper_is_one_tagged_page_with_a_title_and_a_language(pdf: bytes) -> None:
    reader = opened(pdf)
    root = root_of(reader)
    marks, metadata = root["/MarkInfo"].get_object(), root["/Metadata"].get_object()
    assert len(reader.pages) == 1
    assert isinstance(marks, DictionaryObject)
    assert str(marks["/Marked"]) == "True"
    assert "/StructTreeRoot" in root
    assert language_of(reader) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title in {"Good Faith Exam", "Your exam"}
    assert isinstance(metadata, StreamObject)
    assert b"pdfuaid:part" in metadata.get_data()


def test_what_people_typed_is_shown_and_never_run() -> None:
    data = replace(
        chart(), identity=IDENTITY.model_copy(update={"legal_name": HOSTILE}), note=HOSTILE
    )
    assert words(exam_pdf(data, include_note=True)).count(HOSTILE) >= 2
    assert HOSTILE in words(patient_copy_pdf(data, language="en"))


def test_the_lines_of_a_note_stay_lines() -> None:
    data = replace(chart(), note="first line\nsecond line\n\nlast line")
    (page,) = opened(exam_pdf(data, include_note=True)).pages
    assert "first line\nsecond line\n" in page.extract_text()


def test_a_character_that_no_font_has_is_spelled_out_and_nothing_is_lost() -> None:
    data = replace(
        chart(),
        identity=IDENTITY.model_copy(update={"legal_name": "李雷 😀 Ελένη Иван"}),
        note="".join(chr(0x4E00 + place) for place in range(200)),
    )
    shown = words(exam_pdf(data, include_note=True))
    assert "[U+674E][U+96F7] [U+1F600] Ελένη Иван" in shown
    assert "[U+4EC7]" in shown


def test_a_long_word_breaks_and_a_long_note_takes_more_pages() -> None:
    data = replace(
        chart(),
        identity=IDENTITY.model_copy(update={"legal_name": "x" * 120}),
        note="word " * 3_999,
    )
    pdf = exam_pdf(data, include_note=True)
    assert len(opened(pdf).pages) > 1
    assert "x" * 40 in words(pdf)


def test_a_demo_says_so_and_the_real_thing_does_not() -> None:
    demo = replace(chart(), demo=True)
    assert "Demo: not a medical record" in words(exam_pdf(demo, include_note=False))
    assert "Demostración" in words(patient_copy_pdf(demo, language="es"))
    assert "Demo" not in words(exam_pdf(chart(), include_note=False))


def test_an_exam_without_video_says_so() -> None:
    data = replace(chart(), modality=None, flags=(), gates=(), staff_help=())
    shown = words(exam_pdf(data, include_note=False))
    assert "none: no live video came about" in shown
    assert "Identity verified by: date of birth with the link or code Patient" in shown
    assert "No video exam took place" in words(patient_copy_pdf(data, language="en"))


def test_a_collaborating_physician_is_named() -> None:
    data = chart()
    authority = data.authorities[0].model_copy(
        update={
            "collaborating_physician": "Dr. Ada Reyes",
            "collaborating_physician_number": "MD-77",
        }
    )
    shown = words(exam_pdf(replace(data, authorities=(authority,)), include_note=False))
    assert "with Dr. Ada Reyes (MD-77)" in shown


def test_the_same_chart_gives_the_same_paper() -> None:
    assert exam_pdf(chart(), include_note=True) == exam_pdf(chart(), include_note=True)


def test_a_paper_that_cannot_be_set_fails_without_a_word_of_its_data() -> None:
    paper = Paper("xx-nonsense", "Secret", "a", "s", None, (), "f", "p")  # type: ignore[arg-type]
    with pytest.raises(PaperFailed) as failed:
        _compiled(paper, NOW)
    assert "Secret" not in str(failed.value)
    assert failed.value.__context__ is None


def test_characters_that_hide_or_reorder_text_are_taken_out() -> None:
    facts = Facts("h", (("label", "a\u202eb\u0007c\u200bd\ne\u2028f"),))
    shown = as_json(Paper("en", "t", "a", "s", None, (facts,), "f", "p"))
    assert '"ab cd\\nef"' in shown


def test_the_layout_sets_no_letter_below_nine_points() -> None:
    sizes: list[float] = []

    def seen(_text: str, transform: list[float], matrix: list[float], *rest: object) -> None:
        sizes.append(float(str(rest[-1])) * abs(matrix[3] or 1) * abs(transform[3] or 1))

    for pdf in (exam_pdf(chart(), include_note=True), patient_copy_pdf(chart(), language="es")):
        for page in opened(pdf).pages:
            page.extract_text(visitor_text=seen)
    assert min(one for one in sizes if one) >= 9


def test_a_usual_exam_of_two_treatments_and_a_note_is_one_page() -> None:
    usual = replace(
        chart(),
        outcomes=chart().outcomes * 2,
        note="Healthy adult. Brow symmetric, no ptosis, no infection. " * 6,
        attestation=EXAMINED.text,
        looked=(
            Looked("neurotoxin", ("Brow position at rest and on looking up",) * 5, "seen", NOW),
        ),
    )
    assert len(opened(exam_pdf(usual, include_note=True)).pages) == 1


def test_the_tags_name_headings_lists_and_the_table_in_the_order_of_reading() -> None:
    tree = root_of(opened(exam_pdf(chart(), include_note=True)))["/StructTreeRoot"]
    kinds = list(tags_of(tree.get_object()))
    assert kinds.count("/H1") == 1
    assert {"/H2", "/L", "/LI", "/Table", "/TH", "/TD"} <= set(kinds)
    assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/Table")
