"""The chart in the order of a clinical note: history, findings, assessment, plan.

    drafted(state, sources, signed_at) -> sections of lines, each with the entries that say it

Made from the entries alone, so the same chart always gives the same draft. It asserts nothing:
a line says what somebody said, measured or did, and who; what nobody did has no line. Words of
the practitioner and of the patient are theirs as typed, between quotation marks, and marked.

Pure. English, like the chart; what the patient wrote stays in their language. It is no part of
what is signed: the entries are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from server.chart.findings import looked
from server.chart.health import key_of
from server.chart.media import live_line
from server.chart.reading import flags_of
from server.chart.sources import Sources
from server.chart.state import ChartState
from server.conditions.showing import items
from server.documents.exam import Outcome, outcomes
from server.documents.orders import condition_line, order_lines, reason_line
from server.intake import questionnaire, vitals
from server.intake.vital_words import in_words
from server.treatments import label
from server.views import AnswerValue
from signaling.messages import TreatmentRef

By: TypeAlias = Literal["practitioner", "patient", "staff", "system"]
Title: TypeAlias = Literal["history", "findings", "assessment", "plan"]
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Reason": ("goals",),
    "Medications": ("medicines", "medicine_groups", "isotretinoin_timing"),
    "Allergies": ("allergies", "severe_allergy", "allergy_details"),
    "Conditions": (
        "conditions",
        "condition_details",
        "pregnancy_nursing",
        "mental_health",
        "skin_now",
        "ill_now",
        "surgery",
        "implants",
    ),
}
DENIALS: Final = ("no", "none", "never")
"""Choices, as the questions have them, that deny what is asked."""
SEVERITY: Final = {"emergency": "Emergency", "absolute": "Contraindication", "review": "Flag"}
MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft.

    Attributes:
        text: what it says.
        source_seqs: numbers of the entries that say it; at least one.
        by: whose word it is; `system`: computed, or measured by a machine.
        label: what it is about, where lines of a section need it.
    """

    text: str
    source_seqs: tuple[int, ...]
    by: By
    label: str = ""


@dataclass(frozen=True, slots=True)
class DraftSection:
    """One part of the note."""

    title: Title
    lines: tuple[DraftLine, ...]


def drafted(
    state: ChartState, sources: Sources, signed_at: int | None = None
) -> tuple[DraftSection, ...]:
    """Return the draft; sections without a line are left out.

    Args:
        state: of the chart, as its entries leave it.
        sources: of the same entries.
        signed_at: microseconds UTC of the signature; None before it.
    """
    written: Mapping[Title, Callable[[], Iterator[DraftLine]]] = {
        "history": lambda: _history(state, sources),
        "findings": lambda: _findings(state, sources),
        "assessment": lambda: _assessment(state, sources, signed_at),
        "plan": lambda: _plan(state, sources, signed_at),
    }
    sections = (
        DraftSection(title, tuple(one for one in lines() if one.source_seqs))
        for title, lines in written.items()
    )
    return tuple(one for one in sections if one.lines)


# ------------------------------------------------------------------ history


def _history(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    if state.treatments:
        chosen = sources.of("intake.treatments")
        asked = chosen or sources.of("exam.requested")
        by: By = "patient" if chosen else "staff"
        yield DraftLine(_wanted(state.treatments), asked, by, "Asked for")
    yield from _answers(state, sources)
    yield from _from_last_time(state, sources)
    yield from _flags(state, sources)
    yield from _vitals(state, sources)
    yield from _setting(state, sources)


def _wanted(treatments: tuple[TreatmentRef, ...]) -> str:
    return "; ".join(
        label(one.treatment_class, "en") + (f" ({one.product})" if one.product else "")
        for one in treatments
    )


def _answers(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    given = {
        one.question_id: one
        for one in questionnaire.answered(state.answers, state.treatments, "en")
        if one.question_id in state.answers
    }
    seqs = sources.of("intake.answers")
    for name, questions in GROUPS.items():
        said = [given[one] for one in questions if one in given]
        for one in said:
            if not _denies(state.answers[one.question_id]):
                text = f"{_subject(one.question)} {_quoted(one.answer)}"
                yield DraftLine(text, seqs, "patient", name)
        denied = [one for one in said if _denies(state.answers[one.question_id])]
        if denied:
            asked = " ".join(_subject(one.question) for one in denied)
            yield DraftLine(f"No, or none: {asked}", seqs, "patient", name)


def _denies(answer: AnswerValue) -> bool:
    return answer is False or answer in DENIALS or answer in [[one] for one in DENIALS]


def _subject(question: str) -> str:
    """Return the question itself, without how to answer it."""
    end = question.find("?")
    return question if end < 0 else question[: end + 1]


def _from_last_time(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    if state.carried is not None:
        confirmed, changed = len(state.carried.confirmed), len(state.carried.changed)
        text = f"{confirmed} answers confirmed as they were, {changed} changed."
        yield DraftLine(text, sources.of("answers.carried"), "patient", "Since last time")


def _flags(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    for flag in flags_of(state):
        measured = flag.question_id == vitals.QUESTION
        seqs = sources.of("vitals.recorded" if measured else "intake.answers")
        every = flag.applies_to == questionnaire.ALL
        about = "" if every else f" ({label(flag.applies_to, 'en')})"
        what = SEVERITY[flag.severity]
        yield DraftLine(f"{flag.reason}{about}", seqs, "system", what)
        reason = state.flag_reasons.get(key_of(flag))
        if reason is not None:
            given = sources.on("flags.reasoned", *key_of(flag))
            yield DraftLine(_quoted(reason), given, "practitioner", "Reason given")


def _vitals(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    for name in vitals.NAMES:
        if name in state.vitals:
            taken = state.vitals[name]
            text = f"{in_words(name, taken.figures)}, by {taken.by}, {_time(taken.at)}"
            seqs = sources.on("vitals.recorded", name)
            yield DraftLine(text, seqs, "staff", vitals.WORDS[name].capitalize())
    index = vitals.body_mass_index(state.vitals)
    if index is not None:
        both = {
            *sources.on("vitals.recorded", "height"),
            *sources.on("vitals.recorded", "weight"),
        }
        yield DraftLine(f"{index:g} kg/m²", tuple(sorted(both)), "system", "Body mass index")


def _setting(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    if state.guardian is not None and state.minor:
        text = f"{state.guardian.legal_name}, {state.guardian.relationship}"
        yield DraftLine(text, sources.of("guardian.identified"), "patient", "Guardian")
    if state.room:
        names = ", ".join(f"{one.who} {one.name}".strip() for one in state.room)
        yield DraftLine(names, sources.of("room.declared"), "patient", "With the patient")
    for one in state.chat:
        said = sources.on("chat.said", one.at)
        yield DraftLine(_quoted(one.text), said, one.by, "Written in the call")
    if state.withdrawn_at is not None:
        text = f"Taken back {_time(state.withdrawn_at)}"
        yield DraftLine(text, sources.of("consent.withdrawn"), "patient", "Consent")
    if state.emergency is not None:
        text = ", ".join(one.replace("_", " ") for one in state.emergency.flags)
        yield DraftLine(text, sources.of("emergency.raised"), "system", "Emergency raised")


# ------------------------------------------------------------------ findings


def _findings(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    if state.modality is not None and state.modality.modality is not None:
        text = state.modality.modality.replace("_", " ").capitalize()
        yield DraftLine(text, sources.of("modality.computed"), "system", "Held by")
    if state.media.ledgers:
        yield DraftLine(live_line(state.media), sources.ledgers, "system", "Evidence")
    yield from _seen(state, sources)
    yield from _opened(state, sources)
    for paragraph, seqs in zip(state.note.text.split("\n"), sources.note, strict=False):
        if paragraph.strip():
            yield DraftLine(_quoted(paragraph.strip()), seqs, "practitioner", "Note")


def _seen(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    """What was said to be seen; what no video covers is not said to have been."""
    for one in looked(state):
        if one.at is None:
            continue
        name = label(one.treatment_class, "en")
        when = _time(one.at)
        ticked = sources.on("finding.seen", one.treatment_class, one.at)
        said = f"{name}: {'; '.join(one.findings)}"
        if one.standing == "seen":
            yield DraftLine(f"{said}, {when}", ticked, "practitioner", "Seen on video")
        else:
            text = f"{said}, {when}: not yet covered by video that is known to have flowed"
            yield DraftLine(text, ticked, "system", "Said to be seen")


def _opened(state: ChartState, sources: Sources) -> Iterator[DraftLine]:
    opened = [one for one in items(state) if one.opened]
    pictures = sum(one.upload_id is not None for one in opened)
    if opened:
        seqs = {
            seq for one in opened for seq in sources.on("review.item_opened", one.upload_id)
        }
        answers = "the answers" if len(opened) > pictures else ""
        looked_at = f"{pictures} photos or pages" if pictures else ""
        text = " and ".join(one for one in (answers, looked_at) if one)
        yield DraftLine(text, tuple(sorted(seqs)), "practitioner", "Reviewed")


# ------------------------------------------------------------------ assessment and plan


def _assessment(
    state: ChartState, sources: Sources, signed_at: int | None
) -> Iterator[DraftLine]:
    for one in outcomes(state, signed_at=signed_at or 0):
        seqs, name = _decided(one, sources)
        text = one.disposition.replace("_", " ").capitalize()
        if one.reasons:
            text = f"{text}: {reason_line(list(one.reasons), 'en')}"
        yield DraftLine(text, seqs, "practitioner", name)
        if one.rationale.strip():
            yield DraftLine(_quoted(one.rationale.strip()), seqs, "practitioner", "Rationale")


def _plan(state: ChartState, sources: Sources, signed_at: int | None) -> Iterator[DraftLine]:
    for one in outcomes(state, signed_at=signed_at or 0):
        seqs, name = _decided(one, sources)
        for text in _orders(one):
            yield DraftLine(text, seqs, "practitioner", name)
        if one.valid_until is not None:
            yield DraftLine(_valid(state, one, signed_at), seqs, "practitioner", name)


def _orders(one: Outcome) -> Iterator[str]:
    if one.ordered is not None:
        yield from order_lines(one.ordered, "en")
    elif one.order.strip():
        yield f"Order: {_quoted(one.order.strip())}"
    if one.condition is not None:
        yield f"Condition: {condition_line(one.condition, 'en')}"
    if one.conditions.strip():
        yield f"Precaution: {_quoted(one.conditions.strip())}"


def _valid(state: ChartState, one: Outcome, signed_at: int | None) -> str:
    if signed_at is not None:
        return f"Valid until {one.valid_until}, if nothing ends it earlier"
    months = state.dispositions[one.treatment_class].valid_months
    text = f"Valid for {months} months from the signature"
    return f"{text}, not after {one.ordered.not_after}" if one.ordered else text


def _decided(one: Outcome, sources: Sources) -> tuple[tuple[int, ...], str]:
    seqs = sources.on("disposition.set", one.treatment_class)
    return seqs, label(one.treatment_class, "en")


def _quoted(words: str) -> str:
    """Return somebody's words on one line."""
    return f"“{' '.join(words.split())}”"


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at // MICROSECONDS, UTC):%Y-%m-%d %H:%M} UTC"
