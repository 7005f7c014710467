"""When, within a stretch of time, a practitioner may see patients of some jurisdictions. Pure.

Authority changes only where a licence or a collaboration begins or ends, or a file lapses, so
asking once behind each of those instants answers for all that lie between. What is asked is
`check_authority`, the same as at offer, accept and sign, with the instant that counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from server.authority import NotAuthorized, check_authority
from server.staffing.spans import Span, joined
from server.storage.directory import PractitionerFile
from signaling.identifiers import Instant


def may_at(file: PractitionerFile, jurisdictions: frozenset[str], instant: int) -> bool:
    """Tell whether a practitioner may see patients of all these jurisdictions now."""
    who = file.practitioner
    return who.may_examine(instant) and _is_authorized(file, jurisdictions, instant)


def _is_authorized(file: PractitionerFile, jurisdictions: frozenset[str], instant: int) -> bool:
    try:
        check_authority(
            file.practitioner.profession,
            file.authorities,
            file.collaborations,
            jurisdictions,
            now=Instant(instant),
        )
    except NotAuthorized:
        return False
    return True


def licensed_spans(
    file: PractitionerFile, jurisdictions: frozenset[str], span: Span
) -> list[Span]:
    """Return the parts of `span` in which the practitioner may see such patients, in order."""
    inside = {one for one in _changes(file) if span.starts_at < one < span.ends_at}
    edges = sorted({span.starts_at, span.ends_at, *inside})
    who = file.practitioner
    return joined(
        Span(start, end)
        for start, end in pairwise(edges)
        if who.may_be_planned(start) and _is_authorized(file, jurisdictions, start)
    )


def _changes(file: PractitionerFile) -> Iterator[int]:
    """Give every instant at which something about the authority may change."""
    if file.practitioner.planned_until is not None:
        yield file.practitioner.planned_until
    for authority in file.authorities:
        yield authority.valid_from
        yield authority.valid_until
        if authority.verified_at is not None:
            yield authority.verified_at
    for collaboration in file.collaborations:
        yield collaboration.active_from
        yield collaboration.active_until
