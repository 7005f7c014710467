"""The papers as PDF/UA-1 (ISO 14289-1): tagged, with a language and a title.

Made by Typst with the fonts that it carries, so they look the same on every machine. It takes
about 10 ms of one processor (200 ms the first time): run it in the pool, not on the loop.

Who gets what: the network's own copy has the practitioner's note; the spa's and the patient's
do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

import typst

from server.chart.health import key_of
from server.chart.media_entries import duration
from server.chart.modality_entries import ModalityComputed
from server.documents import words
from server.documents.addenda import addenda_part
from server.documents.confirmed import confirmed_part
from server.documents.exam import MICROSECONDS_PER_SECOND, ExamDocument, Outcome
from server.documents.media import media_part
from server.documents.orders import conditions_text, order_text, rationale_text
from server.documents.paper import Facts, Grid, Items, Paper, Part, Prose, as_json
from server.documents.reviewed import encounter_part, review_part
from server.errors import Internal
from server.intake.questionnaire import ALL
from server.intake.vital_words import in_words
from server.intake.vitals import NAMES, WORDS, body_mass_index
from server.jurisdictions import JURISDICTIONS
from server.treatments import label
from server.views import Language

UNDISPLAYABLE: Final = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
ROUNDS_MAX: Final = 4
WIDTHS: Final = (8, 6, 29, 11, 6)  # of the columns of the treatments


class PaperFailed(Internal):
    """The layout could not be set. Never says with which data."""


def exam_pdf(data: ExamDocument, *, include_note: bool) -> bytes:
    """Return the exam as PDF, in English.

    Args:
        data: of a signed chart.
        include_note: True for the network's own copy; False for the spa's.

    Raises:
        PaperFailed: it could not be made.
    """
    parts = (
        _patient(data),
        _treatments(data),
        _flags(data),
        *_vitals(data),
        *((Prose("Note", (data.note,)),) if include_note else ()),
        confirmed_part(data),
        *_held(data),
        Prose(f"Attestation (version {data.attestation_version})", (data.attestation,)),
        _practitioner(data),
        *addenda_part(data, "en"),
    )
    return _compiled(_paper(data, "en", "Good Faith Exam", parts), data.signed_at)


def patient_copy_pdf(data: ExamDocument, *, language: Language) -> bytes:
    """Return the patient's own copy as PDF, in their language.

    Without what was added to the exam of a minor who may have answered alone.

    Raises:
        PaperFailed: it could not be made.
    """
    say = {name: spoken[language] for name, spoken in words.COPY.items()}
    about = Facts(
        say["about"],
        (
            (say["name"], data.identity.legal_name),
            (say["birth_date"], data.identity.birth_date),
            (say["date"], _time(data.signed_at)),
            (say["by"], _who(data)),
            (say["how"], words.HELD[data.modality][language]),
            (say["site"], f"{data.site.spa_name}, {data.site.name}, {data.site.city}"),
        ),
    )
    decisions = Grid(
        say["decisions"],
        tuple(say[one] for one in ("treatment", "decision", "order", "reason", "valid_until")),
        WIDTHS,
        tuple(_row(one, language) for one in data.outcomes),
    )
    known = Prose(say["next"], (say["changes"], say["emergency"]))
    signed = Facts(
        say["signed"],
        ((say["date"], _time(data.signed_at)), (say["code"], data.verification_code)),
    )
    added = () if data.confided else tuple(addenda_part(data, language))
    parts = (about, decisions, *added, known, signed)
    return _compiled(_paper(data, language, say["title"], parts), data.signed_at)


# ------------------------------------------------------------------ parts


def _patient(data: ExamDocument) -> Part:
    place, site = data.location, data.site
    where = "at the site" if place.at_site else "elsewhere than the site"
    jurisdiction = JURISDICTIONS.get(place.jurisdiction, place.jurisdiction)
    attested = f"{place.city}, {jurisdiction}, {where}; attested {_time(data.location_at)}"
    street = f"{site.name}, {site.street}, {site.city}, {site.jurisdiction} {site.postal_code}"
    return Facts(
        "Patient and place",
        (
            ("Name", data.identity.legal_name),
            ("Date of birth", data.identity.birth_date),
            ("Identity verified by", _identity(data)),
            ("Patient's location", attested),
            ("Spa", site.spa_name),
            ("Site", street),
        ),
    )


def _identity(data: ExamDocument) -> str:
    at = dict(data.gates).get("identity")
    if at is None:
        return "date of birth with the link or code"
    return f"date of birth with the link or code; by the practitioner at {_time(at)}"


def _treatments(data: ExamDocument) -> Part:
    return Grid(
        "Treatments",
        ("Treatment", "Decision", "Order and conditions", "Reason", "Valid until"),
        WIDTHS,
        tuple(_row(one, "en") for one in data.outcomes),
    )


def _row(one: Outcome, language: Language) -> tuple[str, ...]:
    name = label(one.treatment_class, language)
    conditions = conditions_text(one, language)
    named = f"{words.COPY['conditions'][language]}: {conditions}" if conditions else ""
    return (
        f"{name}: {one.product}" if one.product else name,
        words.DISPOSITIONS[one.disposition][language],
        "\n".join(text for text in (order_text(one, language), named) if text.strip()),
        rationale_text(one, language),
        one.valid_until or "-",
    )


def _flags(data: ExamDocument) -> Part:
    shown = tuple(
        f"{words.SEVERITIES[one.severity]}: {one.reason}"
        + ("" if one.applies_to == ALL else f" ({label(one.applies_to, 'en')})")
        + _reason(data.flag_reasons.get(key_of(one)))
        for one in data.flags
    )
    return Items("Health flags from the patient's answers", shown or ("None",))


def _reason(reason: str | None) -> str:
    return f". The practitioner's reason: {reason}" if reason else ""


def _vitals(data: ExamDocument) -> tuple[Part, ...]:
    """Return the vital signs, if any were measured."""
    if not data.vitals:
        return ()
    lines: dict[tuple[str, int], list[str]] = {}
    for name in NAMES:
        if name in data.vitals:
            taken = data.vitals[name]
            said = f"{WORDS[name]} {in_words(name, taken.figures)}"
            lines.setdefault((taken.by, taken.at), []).append(said)
    shown = [
        f"{', '.join(said)}. Measured by {by}, {_time(at)}" for (by, at), said in lines.items()
    ]
    index = body_mass_index(data.vitals)
    computed = [] if index is None else [f"BMI {index:.1f}, computed"]
    return (Items("Vital signs", (*shown, *computed)),)


def _held(data: ExamDocument) -> Iterator[Part]:
    if data.modality == "store_and_forward":
        yield encounter_part(data.forward, data.encounter_id)
        yield review_part(data.forward)
        return
    yield _encounter(data)
    yield from _media(data)


def _encounter(data: ExamDocument) -> Part:
    call = data.call
    end = call.ended_at or data.signed_at
    lost_s = sum((one.ended_at or end) - one.began_at for one in call.interruptions)
    lost_s //= MICROSECONDS_PER_SECOND
    return Facts(
        "Encounter",
        (
            ("Modality used", words.MODALITIES[data.modality]),
            ("Call started", _time(call.started_at)),
            ("Video both ways since", _time(call.connected_at)),
            ("Call ended", _time(call.ended_at)),
            ("Interruptions", f"{len(call.interruptions)} ({lost_s} s in all)"),
            ("Encounter", data.encounter_id),
            *_codes(data.held),
        ),
    )


def _codes(held: ModalityComputed | None) -> Iterator[tuple[str, str]]:
    """Yield what was computed with the modality; nothing of a chart from before."""
    if held is None:
        return
    if held.modifiers:
        yield "Modifier", ", ".join(held.modifiers)
    if held.place_of_service is not None:
        yield "Place of service", held.place_of_service
    yield "Two-way video measured", duration(held.live_video_s)


def _media(data: ExamDocument) -> Iterator[Part]:
    part = media_part(data.media)
    if part is not None:
        yield part


def _practitioner(data: ExamDocument) -> Part:
    rows = [("Name", _who(data)), ("NPI", data.practitioner.npi)]
    for one in data.authorities:
        held = f"{one.kind} {one.number}, valid until {_day(one.valid_until)}"
        if one.collaborating_physician:
            held += f"; with {one.collaborating_physician}"
            held += f" ({one.collaborating_physician_number})"
        rows.append((JURISDICTIONS.get(one.jurisdiction, one.jurisdiction), held))
    rows += [
        ("Signed", _time(data.signed_at)),
        ("Verification code", data.verification_code),
        ("Key (SHA-256)", _grouped(data.key_fingerprint)),
        ("Chart head", _grouped(data.chart_head)),
    ]
    return Facts("Practitioner and signature (Ed25519 over the head of the chart)", tuple(rows))


# ------------------------------------------------------------------ the whole


def _paper(
    data: ExamDocument, language: Language, title: str, parts: tuple[Part, ...]
) -> Paper:
    return Paper(
        language=language,
        title=title,
        author=data.practitioner.display_name,
        subtitle=data.network_name,
        banner=words.DEMO[language] if data.demo else None,
        parts=parts,
        footer=f"{words.COPY['code'][language]} {data.verification_code}",
        page=words.COPY["page"][language],
    )


def _who(data: ExamDocument) -> str:
    return f"{data.practitioner.display_name}, {data.practitioner.profession}"


def _time(at: int | None) -> str:
    if at is None:
        return "-"
    moment = datetime.fromtimestamp(at // MICROSECONDS_PER_SECOND, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at // MICROSECONDS_PER_SECOND, UTC):%Y-%m-%d}"


def _grouped(digest: str) -> str:
    """Return a hash in groups that an eye can follow and a line can break between."""
    return " ".join(digest[start : start + 16] for start in range(0, len(digest), 16))


def _compiled(paper: Paper, signed_at: int) -> bytes:
    """Set a paper; characters that no font has are spelled out rather than left out."""
    folder = files("server.documents")
    layout = folder.joinpath("exam.typ").read_bytes()
    spelled_out: frozenset[str] = frozenset()
    for _ in range(ROUNDS_MAX):
        try:
            return typst.compile(
                layout,
                format="pdf",
                ignore_system_fonts=True,
                sys_inputs={"paper": as_json(paper, spelled_out=spelled_out)},
                pdf_standards=["ua-1"],
                timestamp=signed_at // MICROSECONDS_PER_SECOND,
            )
        except typst.TypstError as error:
            found = _undisplayable(f"{error.message}\n{error.diagnostic}") - spelled_out
        if not found:
            break
        spelled_out |= found
    raise PaperFailed


def _undisplayable(diagnostic: str) -> frozenset[str]:
    texts = UNDISPLAYABLE.findall(diagnostic)
    return frozenset(
        "".join(ESCAPED.sub(lambda found: chr(int(found[1], 16)), one) for one in texts)
    )
