"""Files of a network as one CSV file: text in, what is to be entered or errors out. Pure.

    practitioner,part,jurisdiction,number,since,until,checked_by,source
    casey,license,AZ,NP-12345,2024-06-01,2028-06-01,R. Alvarez,azbn.gov

`practitioner` is a login or an NPI. `part` says what a line is, and so which other columns it
needs; a column that it does not need stays empty, and one that no line needs may be left out:

    license            jurisdiction, number, since, until            kind, independent, evidence
    collaboration      jurisdiction, name, number, since, until
    dea                jurisdiction, number, until, evidence
    malpractice        name, number, per_claim_usd, aggregate_usd, since, until        evidence
    employment         kind, name, since, evidence                                     until
    training           name, provider, minutes, since                                  evidence
    exclusion_check    kind, outcome, since, evidence

Evidence is `checked_by` and `source`, together. What is in the line of a license without
them counts for nothing until somebody looks. `independent` says nothing where it is empty. Who
is meant, and what is there already, is for `importing`. Cells that a spreadsheet would take
for a formula are refused.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn

from server.accounts import ClaimedAuthority
from server.authority import Collaboration
from server.credentials import Employment, ExclusionCheck, Malpractice, Part, Training
from server.dea import is_number
from server.errors import InvalidBody
from server.practitioner_files.entering import Evidence, fault
from server.practitioner_files.forms import instant_of, term_of
from server.staffing.roster_csv import BYTES_MAX, FORMULA, CellWrong, Remark, rows_of

LINES_MAX: Final = 2_000
NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "license": frozenset({"jurisdiction", "number", "since", "until"}),
    "collaboration": frozenset({"jurisdiction", "name", "number", "since", "until"}),
    "dea": frozenset({"jurisdiction", "number", "until", "checked_by", "source"}),
    "malpractice": frozenset(
        {"name", "number", "per_claim_usd", "aggregate_usd", "since", "until"}
    ),
    "employment": frozenset({"kind", "name", "since", "checked_by", "source"}),
    "training": frozenset({"name", "provider", "minutes", "since"}),
    "exclusion_check": frozenset({"kind", "outcome", "since", "checked_by", "source"}),
}
EVIDENCE: Final = frozenset({"checked_by", "source"})
MAY: Final[Mapping[str, frozenset[str]]] = {
    "license": EVIDENCE | {"kind", "independent"},
    "malpractice": EVIDENCE,
    "employment": frozenset({"until"}),
    "training": EVIDENCE,
}
FIRST: Final = ("practitioner", "part")
COLUMNS: Final = frozenset(FIRST).union(*NEEDS.values(), *MAY.values())
CHARS_MAX: Final[Mapping[str, int]] = {"number": 40, "source": 200}
TITLE_CHARS_MAX: Final = 60  # of an employment: its `name` is what they are there
LINE_CHARS_MAX: Final = 120
NUMBERS: Final[Mapping[str, int]] = {
    "minutes": 60_000,
    "per_claim_usd": 1_000_000_000,
    "aggregate_usd": 1_000_000_000,
}
CHOICES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("license", "kind"): ("license", "registration", "permit"),
    ("license", "independent"): ("yes", "no"),
    ("employment", "kind"): ("employee", "contractor"),
    ("exclusion_check", "kind"): ("leie", "sam", "state"),
    ("exclusion_check", "outcome"): ("clear", "match"),
}
INDEPENDENT: Final[Mapping[str, bool]] = {"yes": True, "no": False}  # empty: nothing is said
WORDS: Final[Mapping[str, str]] = {
    "csv_too_large": f"The file is larger than {BYTES_MAX} bytes.",
    "csv_malformed": "The file is not CSV: a quote is not closed, or a character is not text.",
    "csv_empty": "The file has no lines below its heading.",
    "too_many_lines": f"A file has at most {LINES_MAX} lines.",
    "columns_wrong": f"The columns are {', '.join(sorted(COLUMNS))}; the first two are needed.",
    "cells_wrong": "The line has not as many cells as there are columns.",
    "cell_empty": "This cell is empty, and a line of this part needs it.",
    "cell_too_much": "A line of this part has nothing here.",
    "cell_too_long": "This cell is too long.",
    "formula_refused": "A cell must not begin with = + - @ or a tab.",
    "part_unknown": f"A part is one of {', '.join(NEEDS)}.",
    "word_unknown": "This word is not one of those that may stand here.",
    "number_invalid": "This is no whole number, or not one that may stand here.",
    "jurisdiction_unknown": "No such jurisdiction. It is two letters, such as AZ.",
    "day_invalid": "A day is written as 2026-11-30.",
    "day_impossible": "It ends before it begins, or lies in the future.",
    "dea_number_invalid": "This is no DEA number.",
    "evidence_halved": "Who looked and where go together.",
    "independence_differs": "The licence is there, verified, and says otherwise of practising "
    "alone. Look at its source and verify it on the practitioner's page, or change this line.",
    "lines_differ": "An earlier line says otherwise of practising alone with this licence.",
}
BY_FIELD: Final[Mapping[str, str]] = {"jurisdiction": "jurisdiction_unknown"}


@dataclass(frozen=True, slots=True)
class Registered:
    """A DEA registration that is not entered yet."""

    jurisdiction: str
    number: str
    valid_until: int


Entry = ClaimedAuthority | Collaboration | Registered | Part


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line that can be entered; whose file it is, is still to be looked up."""

    line: int
    practitioner: str
    entry: Entry
    evidence: Evidence | None


@dataclass(slots=True)
class Sheet:
    """What a file says. With an error in it, nothing of it is used."""

    lines: list[FileLine] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)


def parse(text: str, *, now: int, time_zone: str) -> Sheet:
    """Read a file.

    Args:
        text: all of it; a byte order mark and any kind of line end are accepted.
        now: microseconds UTC.
        time_zone: in which days are meant that are no jurisdiction's.
    """
    sheet = Sheet()
    if len(text.encode("utf-8", "replace")) > BYTES_MAX:
        sheet.errors.append(remark(0, "", "csv_too_large"))
        return sheet
    try:
        rows = list(rows_of(text))
    except csv.Error:
        sheet.errors.append(remark(0, "", "csv_malformed"))
        return sheet
    heading = tuple(cell.strip().lower() for cell in rows[0][1]) if rows else ()
    if rows and not _is_heading(heading):
        sheet.errors.append(remark(rows[0][0], "", "columns_wrong"))
    elif len(rows) <= 1:
        sheet.errors.append(remark(0, "", "csv_empty"))
    elif len(rows) - 1 > LINES_MAX:
        sheet.errors.append(remark(0, "", "too_many_lines"))
    else:
        for line, cells in rows[1:]:
            _read_line(sheet, line, heading, cells, now, time_zone)
    return sheet


def remark(line: int, column: str, code: str) -> Remark:
    """Return something about one cell, in the words of this file."""
    return Remark(line, column, code, WORDS[code])


def _is_heading(heading: Sequence[str]) -> bool:
    named = set(heading)
    return len(named) == len(heading) and named <= COLUMNS and named >= set(FIRST)


def _read_line(
    sheet: Sheet, line: int, heading: Sequence[str], cells: Sequence[str], now: int, zone: str
) -> None:
    try:
        values = _values(heading, cells)
        entry = _entry(values, zone)
        if isinstance(entry, Part) and fault(entry, now) is not None:
            _wrong("since" if "until" not in values else "until", "day_impossible")
        evidence = _evidence(values)
    except CellWrong as wrong:
        sheet.errors.append(Remark(line, wrong.column, wrong.code, wrong.message))
    else:
        sheet.lines.append(FileLine(line, values["practitioner"].lower(), entry, evidence))


def _values(heading: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells that have something in them, each of them one that may stand there."""
    if len(cells) != len(heading):
        _wrong("", "cells_wrong")
    values = {}
    for column, cell in zip(heading, cells, strict=True):
        if cell[:1] in FORMULA or cell.strip()[:1] in FORMULA:
            _wrong(column, "formula_refused")
        if cell.strip():
            values[column] = cell.strip()
    for column in FIRST:
        if column not in values:
            _wrong(column, "cell_empty")
    part = values["part"] = values["part"].lower()
    if part not in NEEDS:
        _wrong("part", "part_unknown")
    for column in heading:
        _check(part, column, values)
    for column in sorted(NEEDS[part] - values.keys()):
        _wrong(column, "cell_empty")
    return values


def _check(part: str, column: str, values: Mapping[str, str]) -> None:
    cell = values.get(column)
    if cell is None or column in FIRST:
        return
    if column not in NEEDS[part] | MAY.get(part, frozenset()):
        _wrong(column, "cell_too_much")
    title = (part, column) == ("employment", "name")
    longest = TITLE_CHARS_MAX if title else CHARS_MAX.get(column, LINE_CHARS_MAX)
    if len(cell) > longest:
        _wrong(column, "cell_too_long")
    if cell not in CHOICES.get((part, column), (cell,)):
        _wrong(column, "word_unknown")
    if column in NUMBERS:
        is_number_text = cell.isascii() and cell.isdigit() and len(cell) <= len("1000000000")
        if not is_number_text or not 1 <= int(cell) <= NUMBERS[column]:
            _wrong(column, "number_invalid")


def _entry(values: Mapping[str, str], zone: str) -> Entry:
    """Make what a line enters.

    Raises:
        CellWrong: a day or a jurisdiction is none.
    """
    try:
        return _MAKERS[values["part"]](values, zone)
    except InvalidBody as invalid:
        (column,) = invalid.fields
        _wrong(column, BY_FIELD.get(column, "day_invalid"))
    except OverflowError:
        _wrong("since", "day_invalid")


def _license(values: Mapping[str, str], _zone: str) -> ClaimedAuthority:
    since, until = _term(values)
    return ClaimedAuthority(
        values["jurisdiction"],
        values["number"],
        since,
        until,
        kind=values.get("kind", "license"),  # type: ignore[arg-type]  # one of CHOICES
        independent_practice=INDEPENDENT.get(values.get("independent", "")),
    )


def _collaboration(values: Mapping[str, str], _zone: str) -> Collaboration:
    since, until = _term(values)
    return Collaboration(values["jurisdiction"], values["name"], values["number"], since, until)


def _dea(values: Mapping[str, str], _zone: str) -> Registered:
    number = values["number"].upper()
    if not is_number(number):
        _wrong("number", "dea_number_invalid")
    _, until = term_of(values["jurisdiction"], values["until"], values["until"])
    return Registered(values["jurisdiction"], number, until)


def _malpractice(values: Mapping[str, str], zone: str) -> Malpractice:
    return Malpractice(
        insurer=values["name"],
        policy_number=values["number"],
        per_claim_usd=int(values["per_claim_usd"]),
        aggregate_usd=int(values["aggregate_usd"]),
        valid_from=instant_of(values["since"], "since", zone),
        valid_until=instant_of(values["until"], "until", zone),
    )


def _employment(values: Mapping[str, str], zone: str) -> Employment:
    until = values.get("until")
    return Employment(
        kind=values["kind"],
        title=values["name"],
        valid_from=instant_of(values["since"], "since", zone),
        valid_until=None if until is None else instant_of(until, "until", zone),
    )


def _training(values: Mapping[str, str], zone: str) -> Training:
    return Training(
        topic=values["name"],
        provider=values["provider"],
        minutes=int(values["minutes"]),
        completed_at=instant_of(values["since"], "since", zone),
    )


def _exclusion_check(values: Mapping[str, str], zone: str) -> ExclusionCheck:
    return ExclusionCheck(
        list_name=values["kind"],
        outcome=values["outcome"],
        checked_at=instant_of(values["since"], "since", zone),
    )


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, str], str], Entry]]] = {
    "license": _license,
    "collaboration": _collaboration,
    "dea": _dea,
    "malpractice": _malpractice,
    "employment": _employment,
    "training": _training,
    "exclusion_check": _exclusion_check,
}


def _term(values: Mapping[str, str]) -> tuple[int, int]:
    since, until = term_of(values["jurisdiction"], values["since"], values["until"])
    if since >= until:
        _wrong("until", "day_impossible")
    return since, until


def _evidence(values: Mapping[str, str]) -> Evidence | None:
    given = EVIDENCE & values.keys()
    if not given:
        return None
    for column in sorted(EVIDENCE - given):
        _wrong(column, "evidence_halved")
    return Evidence(values["checked_by"], values["source"])


def _wrong(column: str, code: str) -> NoReturn:
    raise CellWrong(column, code, WORDS[code])
