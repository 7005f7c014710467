"""Until when a decision holds although nobody changed anything: time alone may change it.

Openings, consents, treatments and the like are changes; whoever makes one decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.rules.case import LOCATION_FRESH, PRIOR_EXAM_COUNTS, Case
from server.rules.rulebook import Rulebook
from server.rules.snapshot import Fault
from server.rules.unit import Unit
from signaling.identifiers import Instant


def valid_until(
    case: Case, book: Rulebook | None, fault: Fault | None, units: Iterable[Unit]
) -> Instant:
    """Return the next instant at which anything that was looked at may turn.

    Without valid rules that is now: such a decision is made again each time it is relied upon.
    """
    if fault is not None or book is None:
        return case.now
    turns = (turn for turn in _turns(case, book, units) if turn > case.now)
    return Instant(min(turns, default=case.now))


def _turns(case: Case, book: Rulebook, units: Iterable[Unit]) -> Iterator[int]:
    yield book.holds.ends
    yield from _since(case.location_confirmed_at, LOCATION_FRESH)
    yield from _since(case.last_live_exam_at, PRIOR_EXAM_COUNTS)
    yield from _since(case.last_in_person_exam_at, PRIOR_EXAM_COUNTS)
    if case.practitioner is not None:
        places = case.places
        for one in case.practitioner.authorities:
            if one.jurisdiction in places:
                yield one.valid_from
                yield one.valid_until
    if any(one.controlled_schedule for one in case.treatments):
        yield book.window_ends
    for unit in units:
        yield unit.floor.holds.ends


def _since(at: Instant | None, lasts: int) -> Iterator[int]:
    if at is not None:
        yield at
        yield at + lasts
