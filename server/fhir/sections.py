"""The sections of the exam, in the order of a clinical note, with their LOINC codes.

    reason, history, vital signs, findings, note, assessment, plan, consents, attestation

Their words are those of the papers. The practitioner's own note is a section of the network's
view alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from server.chart.health import key_of
from server.documents.exam import ExamDocument
from server.documents.media import media_part
from server.documents.orders import conditions_text, order_text, rationale_text
from server.documents.reviewed import review_part
from server.documents.words import CONSENTS, DISPOSITIONS, GATES, SEVERITIES
from server.fhir.elements import Element, coding, concept, filled, instant, narrative
from server.fhir.names import Names
from server.fhir.systems import LOINC
from server.intake.questionnaire import ALL
from server.intake.vital_words import in_words
from server.intake.vitals import NAMES, WORDS
from server.treatments import label

REASON: Final = ("29299-5", "Reason for visit Narrative")
HISTORY: Final = ("11329-0", "History general Narrative - Reported")
VITALS: Final = ("8716-3", "Vital signs note")
FINDINGS: Final = ("29545-1", "Physical findings Narrative")
NOTE: Final = ("34109-9", "Note")
ASSESSMENT: Final = ("51848-0", "Evaluation note")
PLAN: Final = ("18776-5", "Plan of care note")
CONSENT: Final = ("59284-0", "Consent Document")
ADDENDA: Final = ("55107-7", "Addendum Document")


def sections(names: Names) -> list[Element]:
    """Return the sections of the exam as it was signed."""
    document = names.chart.document
    return [
        section("Reason for visit", REASON, _reason(names)),
        section("Health answers", HISTORY, _history(names), _answers(names)),
        *_vitals(document),
        section("Findings", FINDINGS, _findings(document)),
        *_note(names),
        section("Assessment", ASSESSMENT, _assessment(document)),
        section("Plan", PLAN, _plan(document), _orders(names)),
        section("Consents", CONSENT, _consents(document), _consent_entries(names)),
        _attested(names),
    ]


def section(
    title: str,
    code: tuple[str, str],
    lines: Iterable[str],
    entries: Iterable[Element] = (),
) -> Element:
    """Return one section: its words, and the resources that say the same to programs."""
    return filled(
        title=title,
        code=concept(coding(LOINC, *code)),
        text=narrative(lines),
        entry=list(entries),
    )


def _reason(names: Names) -> Iterator[str]:
    for one in names.chart.treatments:
        name = label(one.treatment_class, "en")
        yield f"{name}: {one.product}" if one.product else name


def _history(names: Names) -> Iterator[str]:
    """Yield the flags of the answers; the answers are a resource of their own."""
    document = names.chart.document
    for one in document.flags:
        about = "" if one.applies_to == ALL else f" ({label(one.applies_to, 'en')})"
        reason = document.flag_reasons.get(key_of(one))
        said = f". The practitioner's reason: {reason}" if reason else ""
        yield f"{SEVERITIES[one.severity]}: {one.reason}{about}{said}"
    if not document.flags:
        yield "No flag in the patient's answers."


def _answers(names: Names) -> Iterator[Element]:
    if names.view == "network" and names.chart.answers is not None:
        yield names.answers.reference()


def _vitals(document: ExamDocument) -> Iterator[Element]:
    lines = [
        f"{WORDS[name]} {in_words(name, document.vitals[name].figures)}, measured by "
        f"{document.vitals[name].by}, {instant(document.vitals[name].at)}"
        for name in NAMES
        if name in document.vitals
    ]
    if lines:
        yield section("Vital signs", VITALS, lines)


def _findings(document: ExamDocument) -> Iterator[str]:
    for gate, at in document.gates:
        yield f"{GATES[gate]}, {instant(at)}"
    for one in document.looked:
        seen = "; ".join(one.findings)
        when = "" if one.at is None else f", {instant(one.at)}"
        yield f"{label(one.treatment_class, 'en')}: looked at on the video{when}: {seen}"
    if document.modality == "store_and_forward":
        yield from review_part(document.forward).items
    measured = media_part(document.media)
    if measured is not None:
        yield from measured.items


def _note(names: Names) -> Iterator[Element]:
    if names.view == "network":
        yield section("Practitioner's note", NOTE, [names.chart.document.note])


def _assessment(document: ExamDocument) -> Iterator[str]:
    for one in document.outcomes:
        decided = DISPOSITIONS[one.disposition]["en"]
        why = rationale_text(one, "en")
        yield f"{label(one.treatment_class, 'en')}: {decided}" + (f". {why}" if why else "")


def _plan(document: ExamDocument) -> Iterator[str]:
    for one in document.outcomes:
        name = label(one.treatment_class, "en")
        parts = (order_text(one, "en"), conditions_text(one, "en"))
        said = "\n".join(part for part in parts if part.strip())
        until = f"\nValid until {one.valid_until}" if one.valid_until else ""
        yield f"{name}: {said or 'nothing is ordered'}{until}"


def _orders(names: Names) -> Iterator[Element]:
    for one in names.chart.document.outcomes:
        yield names.order(one.treatment_class).reference()


def _consents(document: ExamDocument) -> Iterator[str]:
    signed = document.consents.signed_name
    for given in document.consents.consents:
        yield (
            f"{CONSENTS[given.kind]}, version {given.version} ({given.language}), "
            f"signed as {signed}, {instant(document.consents_at)}"
        )
    if document.withdrawn_at is not None:
        yield f"Taken back by the patient, {instant(document.withdrawn_at)}"
    if document.guardian is not None:
        relation = document.guardian.relationship.replace("_", " ")
        yield f"Guardian present: {document.guardian.legal_name} ({relation})"


def _consent_entries(names: Names) -> Iterator[Element]:
    for given in names.chart.document.consents.consents:
        yield names.consent(given.kind).reference()


def _attested(names: Names) -> Element:
    """Return what was attested, with the code by which a paper names the signature."""
    document = names.chart.document
    return filled(
        title="Attestation",
        code=concept(coding(names.systems.codes("section"), "attestation")),
        text=narrative(
            (
                document.attestation,
                f"{document.practitioner.display_name}, {document.practitioner.profession}",
                *_held(document),
                f"Signed {instant(document.signed_at)}",
                f"Verification code {document.verification_code}",
            )
        ),
        entry=[names.paper.reference()],
    )


def _held(document: ExamDocument) -> Iterator[str]:
    for one in document.authorities:
        held = f"{one.jurisdiction}: {one.kind} {one.number}"
        if one.collaborating_physician:
            number = one.collaborating_physician_number or ""
            held += f"; with {one.collaborating_physician} {number}".rstrip()
        yield held
