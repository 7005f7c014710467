"""Reading the entries of a signed chart into what a bundle says. Pure.

The signature is checked before anything is said in its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from server.chart import entries as chart
from server.chart.reading import read
from server.chart.state import ChartState, nothing
from server.documents.exam import ChartIncomplete, SignedExam, exam_document
from server.documents.signed_bytes import addendum_bytes, signed_bytes
from server.fhir.refusals import SignatureDoubtful
from server.fhir.signed_chart import (
    AddedLater,
    Answered,
    HealthAnswers,
    OrderStanding,
    SignatureFact,
    SignedChart,
)
from server.intake import questionnaire, words
from server.intake.catalogue import Question
from server.intake.sets import set_named
from server.storage.chart_log import StoredEntry
from server.storage.signatures import Signature

OTHERS: Final = "Other answers"


@dataclass(frozen=True, slots=True)
class Around:
    """What a chart does not say of its surroundings.

    Attributes:
        demo: it is of a demo, and no medical record.
        pdf: the paper.
        standing: what became of its orders, by treatment class.
    """

    network_id: str
    network_name: str
    spa_id: str
    patient_id: str
    demo: bool
    pdf: bytes
    standing: Mapping[str, OrderStanding] = field(default_factory=nothing)


def signed_chart(
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    signatures: Sequence[Signature],
    around: Around,
) -> SignedChart:
    """Return a signed chart, with what stands around it.

    Args:
        stored: the chart, from the first entry on.
        entries: the same, decoded.
        signatures: of the exam, then of its addenda.
        around: what stands around it.

    Raises:
        SignatureDoubtful: a signature does not fit the chart, or one of an addendum behind a
            signature of version 2 is missing.
        ChartIncomplete: it lacks what every signed chart has.
    """
    signed, *later = signatures
    state = read(entries, [one.leaf.at for one in stored])
    fact = _checked(state, stored, entries, signed)
    if state.attestation is None or signed.practitioner_id is None:
        raise ChartIncomplete
    about = exam_document(
        state,
        SignedExam(
            encounter_id=signed.encounter_id,
            network_name=around.network_name,
            signed_at=signed.signed_at,
            chart_head=signed.chart_head,
            public_key=signed.public_key,
            signature=signed.signature,
            demo=around.demo,
        ),
    )
    began_at, ended_at = _held(state, signed.signed_at)
    return SignedChart(
        document=about,
        seq=signed.seq,
        began_at=began_at,
        ended_at=ended_at,
        network_id=around.network_id,
        spa_id=around.spa_id,
        patient_id=around.patient_id,
        practitioner_id=signed.practitioner_id,
        treatments=state.treatments,
        attestation_sha256=state.attestation.sha256,
        signature=fact,
        pdf=around.pdf,
        answers=_answers(state, stored, entries, signed.seq),
        rules=_rules(stored, entries, signed.seq),
        addenda=tuple(_addenda(stored, entries, signed, later)),
        standing=around.standing,
    )


# ------------------------------------------------------------------ the signature


def _checked(
    state: ChartState,
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    signed: Signature,
) -> SignatureFact:
    """Return the signature with the bytes that were signed."""
    if state.attestation is None or state.authority is None:
        raise SignatureDoubtful
    message = signed_bytes(signed, stored, entries, state.attestation, state.authority)
    if message is None:
        raise SignatureDoubtful
    return SignatureFact(signed.public_key, signed.signature, message)


# ------------------------------------------------------------------ parts of the chart


def _held(state: ChartState, signed_at: int) -> tuple[int | None, int]:
    """Return from when to when the encounter was, as measured, or as reviewed."""
    held = state.modality
    review = state.forward.review
    if held is not None and held.began_at is not None:
        return held.began_at, held.ended_at or signed_at
    if review is not None:
        return review.begun_at, signed_at
    return state.call.connected_at or state.accepted_at, state.call.ended_at or signed_at


def _rules(
    stored: Sequence[StoredEntry], entries: Sequence[chart.AnyEntry], until: int
) -> tuple[str, str] | None:
    """Return the rules under which it was signed, by version and SHA-256."""
    decided = [
        entry
        for one, entry in zip(stored, entries, strict=True)
        if one.leaf.seq < until and isinstance(entry, chart.RulesDecided)
    ]
    if not decided or decided[-1].rules_version is None or decided[-1].rules_sha256 is None:
        return None
    return decided[-1].rules_version, decided[-1].rules_sha256


def _addenda(
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    signed: Signature,
    later: Sequence[Signature],
) -> Iterator[AddedLater]:
    by_seq = {one.seq: one for one in later}
    for one, entry in zip(stored, entries, strict=True):
        if one.leaf.seq > signed.seq and isinstance(entry, chart.Addendum):
            leaf = one.leaf
            yield AddedLater(
                leaf.seq,
                leaf.at,
                leaf.actor,
                entry.text,
                one.leaf_hash,
                _signed_addendum(one, by_seq.get(leaf.seq), signed),
            )


def _signed_addendum(
    one: StoredEntry, signed: Signature | None, exam: Signature
) -> SignatureFact | None:
    """Return the signature of an addendum; None of one from before addenda were signed."""
    if signed is None:
        if exam.context != "exam_v1":
            raise SignatureDoubtful
        return None
    message = addendum_bytes(signed, one)
    if message is None:
        raise SignatureDoubtful
    return SignatureFact(signed.public_key, signed.signature, message)


def _answers(
    state: ChartState,
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    until: int,
) -> HealthAnswers | None:
    """Return the health answers as they stood; None where none were given."""
    saved = [
        (one.leaf.at, entry)
        for one, entry in zip(stored, entries, strict=True)
        if one.leaf.seq < until and isinstance(entry, chart.IntakeAnswers)
    ]
    if not saved:
        return None
    at, last = saved[-1]
    return HealthAnswers(
        version=last.questionnaire_version,
        authored_at=state.answered_at or at,
        given=tuple(_given(state)),
    )


def _given(state: ChartState) -> Iterator[Answered]:
    """Yield what was asked, in order; then what is not asked by this release any more."""
    asked = state.questions.sets if state.questions is not None else []
    known = {one.name for one in asked if _same(one.name, one.sha256)}
    seen = set()
    for question in questionnaire.visible(state.answers, state.treatments):
        seen.add(question.question_id)
        yield _answered(question, state, known=question.section in known)
    current = {one.question_id for one in questionnaire.questions_for(state.treatments)}
    for question_id, answer in sorted(state.answers.items()):
        if question_id not in seen and question_id not in current:
            yield Answered(question_id, OTHERS, "", answer, {})


def _same(name: str, sha256: str) -> bool:
    """Tell whether a set of questions is in this release as it was then."""
    found = set_named(name)
    return found is not None and found.sha256 == sha256


def _answered(question: Question, state: ChartState, *, known: bool) -> Answered:
    """Return a question with its answer; its words, if they are those that were shown."""
    return Answered(
        question_id=question.question_id,
        section=words.title(question.section, "en"),
        question=question.text["en"] if known else "",
        answer=state.answers.get(question.question_id),
        labels={one.value: one.label["en"] for one in question.choices} if known else {},
    )
