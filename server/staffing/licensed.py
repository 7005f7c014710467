"""When, within a stretch of time, a practitioner may see patients of some jurisdictions. Pure.

Authority changes only where a licence or a collaboration begins or ends, or a file lapses, so
asking once behind each of those instants answers for all that lie between. What is asked is
`check_authority`, the same as at offer, accept and sign, with the instant that counts.

Looks that come again and again (into lists of excluded people, at licences) are taken to come
in time, where none is missing now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    file: PractitionerFile, jurisdictions: frozenset[str], span: Span, *, now: int
) -> list[Span]:
    """Return the parts of `span` in which the practitioner may see such patients, in order.

    Args:
        file: of theirs.
        jurisdictions: each must be satisfied.
        span: the stretch of time that is planned.
        now: what is missing then, nobody is planned with; microseconds UTC.
    """
    who = file.practitioner
    planned = replace(file, authorities=tuple(one.as_planned(now) for one in file.authorities))
    inside = {one for one in _changes(planned) if span.starts_at < one < span.ends_at}
    edges = sorted({span.starts_at, span.ends_at, *inside})
    return joined(
        Span(start, end)
        for start, end in pairwise(edges)
        if who.may_be_planned(start, now=now) and _is_authorized(planned, jurisdictions, start)
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
        if authority.verify_again_at is not None:
            yield authority.verify_again_at
    for collaboration in file.collaborations:
        yield collaboration.active_from
        yield collaboration.active_until
