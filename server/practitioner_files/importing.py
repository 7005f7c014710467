"""What a file of rows would change, and changing it: all or nothing.

    text -> parse -> who is meant -> what is there already -> Import
                                                                | no errors
                                                                v
                                                     enter and verify, one commit

The same file twice changes nothing the second time: what is there already, verified, is left as
it is; a claim that is there, and of which the file says who looked, is verified. Where a line
differs from a verified licence on practising alone, a person decides: the line is an error.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from server.accounts import ClaimedAuthority
from server.authority import Authority, Collaboration
from server.credentials import Part, Parts
from server.practitioner_files import entering
from server.practitioner_files.csv_rows import Entry, FileLine, Registered, parse, remark
from server.practitioner_files.entering import Evidence
from server.services import Core
from server.staffing.meant import names_of, who_is
from server.staffing.roster_csv import Remark
from server.storage import credentials, directory
from server.storage.database import Tx
from server.storage.directory import PractitionerFile

REMARKS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What a file has already.

    Attributes:
        claim_id: of what can be verified; None: there is nothing more to be done about it.
        is_verified: somebody looked.
        independent: whether an NP's licence was verified to let them practise alone; None where
            that is no question.
    """

    claim_id: str | None = None
    is_verified: bool = True
    independent: bool | None = None


There: TypeAlias = Mapping[Hashable, Found]
"""What a file has, by what a line would say of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done: a line is entered, or what is there already is verified.

    Attributes:
        file: whose.
        line: of the file.
        claim_id: of what is there and is verified; None: the line is entered.
    """

    file: PractitionerFile
    line: FileLine
    claim_id: str | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """What a file comes to.

    Attributes:
        lines: how many it has.
        steps: what is to be done.
        unchanged: how many lines say what is there already.
        errors: what bars it; then nothing is changed.
    """

    lines: int
    steps: tuple[Step, ...]
    unchanged: int
    errors: tuple[Remark, ...]


async def plan(tx: Tx, core: Core, network_id: str, text: str) -> Import:
    """Return what a file would change in a network's files; nothing is written.

    The practitioners it names are held until the commit: of two files at once, the later one
    finds what the earlier one entered.
    """
    sheet = parse(text, now=core.clock.now(), time_zone=core.settings.time_zone)
    errors = list(sheet.errors)
    names = await names_of(tx, network_id)
    meant = {one for line in sheet.lines for one in names.get(line.practitioner, ())}
    await credentials.hold(tx, meant)
    files = {
        one.practitioner.practitioner_id: one
        for one in await directory.practitioner_files(tx, network_id)
    }
    parts = await credentials.parts_of_network(tx, network_id)
    steps: list[Step] = []
    # Looked up and not searched: a file may have thousands of lines about one practitioner.
    seen: dict[tuple[str, Hashable], Entry] = {}
    there: dict[str, There] = {}
    for line in sheet.lines:
        who = who_is(names, line.practitioner, line.line)
        if isinstance(who, Remark):
            errors.append(who)
            continue
        first = seen.setdefault((who, _named(line.entry)), line.entry)
        if first is not line.entry:  # the same line again
            if _contradicts(line.entry, known=_independent(first) is True):
                errors.append(remark(line.line, "independent", "lines_differ"))
            continue
        if who not in there:
            there[who] = _there(files[who], parts.get(who, Parts()))
        found = there[who].get(_named(line.entry))
        if found is not None and _contradicts(line.entry, known=found.independent):
            errors.append(remark(line.line, "independent", "independence_differs"))
            continue
        step = _step(files[who], found, line)
        if step is not None:
            steps.append(step)
    errors.sort(key=lambda one: one.line)
    return Import(
        lines=len(sheet.lines),
        steps=tuple(steps),
        unchanged=len(sheet.lines) - len(steps),
        errors=tuple(errors[:REMARKS_MAX]),
    )


async def apply(tx: Tx, core: Core, planned: Import, *, by: str) -> None:
    """Do what `plan` found, in its transaction. One with errors is never done."""
    if planned.errors:
        return
    for step in planned.steps:
        await _do(tx, core, step, by=by)
    # Once for each file and not for each line: it reads all that the file has.
    changed = [
        one.file.practitioner for one in planned.steps if isinstance(one.line.entry, Part)
    ]
    for who in sorted({one.practitioner_id for one in changed}):
        await entering.settle(tx, core, who)


async def _do(tx: Tx, core: Core, step: Step, *, by: str) -> None:
    who, entry, seen = step.file.practitioner, step.line.entry, step.line.evidence
    practitioner_id = who.practitioner_id
    match entry:
        case ClaimedAuthority():
            authority_id = step.claim_id
            if authority_id is None:
                # Who practises alone is found at the source: nobody looked where none is named.
                claimed = entry if seen else replace(entry, independent_practice=None)
                made = await entering.enter_authority(tx, core, who, claimed)
                authority_id = made.authority_id
            if seen is not None:
                await entering.verify_authority(
                    tx,
                    core,
                    practitioner_id,
                    authority_id,
                    seen,
                    by=by,
                    independent=entry.independent_practice,
                    method="import",
                )
        case Collaboration():
            await entering.enter_collaboration(tx, core, practitioner_id, entry)
        case Registered():
            assert seen is not None, "a line of this part needs its evidence"
            await entering.enter_dea(
                tx,
                core,
                practitioner_id,
                jurisdiction=entry.jurisdiction,
                number=entry.number,
                valid_until=entry.valid_until,
                seen=seen,
            )
        case Part():
            await _do_part(tx, core, practitioner_id, step, entry, seen, by=by)


async def _do_part(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    step: Step,
    entry: Part,
    seen: Evidence | None,
    *,
    by: str,
) -> None:
    if step.claim_id is None:
        await entering.write_down(tx, core, practitioner_id, entry, by=by, evidence=seen)
    elif seen is not None:
        kind, claim_id = type(entry), step.claim_id
        await entering.note_look(tx, core, practitioner_id, kind, claim_id, seen)


# ------------------------------------------------------------------ what is there already


def _step(file: PractitionerFile, found: Found | None, line: FileLine) -> Step | None:
    """Return what a line changes; None where all of it is there already."""
    if found is None:
        return Step(file, line)
    if found.is_verified or line.evidence is None:
        return None
    return Step(file, line, found.claim_id)


def _contradicts(entry: Entry, *, known: bool | None) -> bool:
    """Tell whether a line says otherwise of practising alone; an empty cell says nothing."""
    said = _independent(entry)
    return said is not None and known is not None and said != known


def _independent(entry: Entry) -> bool | None:
    return entry.independent_practice if isinstance(entry, ClaimedAuthority) else None


def _there(file: PractitionerFile, parts: Parts) -> There:
    """Return what a file has that stands; of two that are the same the first one."""
    there: dict[Hashable, Found] = {}
    for authority in file.authorities:
        there.setdefault(_named(authority), _found(authority))
    for collaboration in file.collaborations:
        there.setdefault(collaboration, Found())
    for one in file.registrations:
        if one.ended_at is None:
            registered = Registered(one.jurisdiction, one.number, one.valid_until)
            there.setdefault(registered, Found())
    for part in _all(parts):
        if part.ended_at is None:
            there.setdefault(_bare(part), Found(part.part_id, part.verified_at is not None))
    return there


def _found(one: Authority) -> Found:
    is_verified = one.verified_at is not None
    is_asked = is_verified and one.profession == "NP"
    independent = one.independent_practice_verified if is_asked else None
    return Found(one.authority_id, is_verified, independent)


def _named(one: Entry | Authority) -> Hashable:
    """Return what makes it the same as another; of a licence not what was found of it."""
    if isinstance(one, Authority | ClaimedAuthority):
        return (one.jurisdiction, one.kind, one.number, one.valid_from, one.valid_until)
    return one


def _all(parts: Parts) -> Sequence[Part]:
    return (
        *parts.exclusion_checks,
        *parts.malpractice,
        *parts.employments,
        *parts.trainings,
    )


def _bare(one: Part) -> Part:
    """Return a part as it was before it was entered."""
    return replace(
        one,
        part_id="",
        entered_at=0,
        entered_by="",
        verified_at=None,
        verified_by=None,
        source=None,
        document_id=None,
        ended_at=None,
    )
