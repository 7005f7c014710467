import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.chart.canonical import canonical
from server.chart.entries import (
    ENTRIES,
    KINDS,
    READER,
    AnyEntry,
    AuthorityFact,
    DispositionDecided,
    DispositionOrdered,
    IntakeAnswers,
    IntakeDeviceTest,
    IntakeIdentity,
    NoteDelta,
    NoteSnapshot,
    UnreadableEntry,
    decode,
    encode,
    summary,
)
from server.views import AnswersForm, DeviceTestForm
from tests.unit.server.chart_of_ana import (
    APPROVED,
    APPROVED_IN_WORDS,
    ONE_OF_EACH,
    SNAPSHOT,
)


@pytest.mark.parametrize("entry", ONE_OF_EACH, ids=lambda entry: str(entry.kind))
def test_every_kind_is_read_back_as_it_was_written(entry: AnyEntry) -> None:
    written = encode(entry)
    assert decode(written) == entry
    assert encode(decode(written)) == written
    assert canonical(json.loads(written)) == written


@pytest.mark.parametrize("entry", ONE_OF_EACH, ids=lambda entry: str(entry.kind))
def test_every_kind_has_one_line_without_what_the_patient_said(entry: AnyEntry) -> None:
    line = summary(entry)
    assert line
    assert "\n" not in line
    assert len(line) < 200
    for private in ("Ana", "1990", "Desert Road", "555", "metoprolol", "brow", "rationale"):
        assert private not in line


def test_the_examples_cover_the_closed_set() -> None:
    assert len(ONE_OF_EACH) == len(ENTRIES)
    assert {type(entry) for entry in ONE_OF_EACH} == set(ENTRIES)
    assert {entry.kind for entry in ONE_OF_EACH} == set(KINDS)
    assert len(set(KINDS)) == len(KINDS)


def test_the_reader_knows_every_entry() -> None:
    assert set(READER.json_schema()["discriminator"]["mapping"]) == set(KINDS)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"kind":"note.deleted","v":1}',
        b'{"kind":"chart.parked","v":2,"parked":true}',
        b'{"kind":"chart.parked","v":1,"parked":true,"more":1}',
        b'{"kind":"chart.parked","v":1,"parked":"true"}',
        b'{"kind":"chart.parked","v":1}',
    ],
)
def test_what_is_no_entry_is_refused_without_being_shown(written: bytes) -> None:
    with pytest.raises(UnreadableEntry) as refused:
        decode(written)
    assert str(refused.value) == UnreadableEntry.message
    assert refused.value.__suppress_context__


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_words_survive_as_typed(text: str) -> None:
    entry = NoteSnapshot(revision=1, text=text)
    assert decode(encode(entry)) == entry


@given(st.floats(min_value=-1e6, max_value=1e6))
def test_any_number_survives(number: float) -> None:
    entry = IntakeAnswers(
        questionnaire_version="draft",
        answers=AnswersForm(answers={"age_years": number}, done=False),
    )
    assert decode(encode(entry)) == entry


def test_a_number_is_no_yes_and_a_yes_no_number() -> None:
    answers = AnswersForm(answers={"a": True, "b": 1.0, "c": "1", "d": ["1"]}, done=True)
    entry = IntakeAnswers(questionnaire_version="draft", answers=answers)
    read = decode(encode(entry))
    assert isinstance(read, IntakeAnswers)
    assert read.answers.answers["a"] is True
    assert isinstance(read.answers.answers["b"], float)


def test_a_device_test_from_before_the_network_test_is_still_read() -> None:
    written = (
        b'{"kind":"intake.device_test","test":{"camera":"ok","microphone":"ok",'
        b'"speaker":"ok"},"v":1}'
    )
    assert "network" not in summary(decode(written))


def test_the_line_of_a_device_test_says_what_the_network_lets_through() -> None:
    test = DeviceTestForm(
        camera="ok", microphone="ok", speaker="ok", path="turn_tls", round_trip_ms=80
    )
    assert summary(IntakeDeviceTest(test=test)).endswith("network turn_tls, 80 ms round trip")


def test_a_decision_from_before_orders_had_a_form_is_still_read() -> None:
    written = encode(APPROVED_IN_WORDS)
    assert b'"v":1' in written
    read = decode(written)
    assert isinstance(read, DispositionDecided)
    assert read.order == "onabotulinumtoxinA, frown lines, up to 20 units"
    assert isinstance(decode(encode(APPROVED)), DispositionOrdered)


@pytest.mark.parametrize("version", [b'"v":3', b'"v":1', b'"v":"2"'])
def test_a_decision_is_of_the_version_that_it_says(version: bytes) -> None:
    with pytest.raises(UnreadableEntry):
        decode(encode(APPROVED).replace(b'"v":2', version))


def test_equal_entries_give_equal_bytes_whatever_the_order_of_answers() -> None:
    def entry(answers: dict[str, bool | float | str | list[str]]) -> IntakeAnswers:
        form = AnswersForm(answers=answers, done=False)
        return IntakeAnswers(questionnaire_version="draft", answers=form)

    assert encode(entry({"a": True, "b": False})) == encode(entry({"b": False, "a": True}))


def test_the_keys_are_sorted_and_nothing_is_left_out() -> None:
    delta = NoteDelta(revision=2, base_revision=1, at=0, delete=0, insert="é")
    assert (
        encode(delta)
        == (
            '{"at":0,"base_revision":1,"delete":0,"insert":"é","kind":"note.delta",'
            '"revision":2,"v":1}'
        ).encode()
    )


def test_a_fact_says_all_that_a_snapshot_said() -> None:
    fact = AuthorityFact.of(SNAPSHOT)
    assert fact.number == SNAPSHOT.number
    assert set(AuthorityFact.model_fields) == set(type(SNAPSHOT).__slots__)


def test_an_entry_cannot_be_changed_after_it_was_made() -> None:
    entry = next(one for one in ONE_OF_EACH if isinstance(one, IntakeIdentity))
    with pytest.raises(ValueError, match="frozen"):
        entry.v = 1  # type: ignore[misc]  # that is the point
