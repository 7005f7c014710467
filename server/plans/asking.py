"""From what somebody typed, and what the store knows, to a question."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from server.planning.assumptions import Assumptions, Targets
from server.planning.demand import Demand, Expected, demand
from server.planning.effort import Effort
from server.planning.history import day_of, mean_day, midnight
from server.planning.plan import Question
from server.planning.reading import read_arrivals, read_instant, read_roster
from server.planning.refusals import PlanRefused
from server.planning.roster import Line, Roster, Shift, roster
from server.services import Core
from server.storage import arrivals, directory, shifts
from server.views.planning import (
    ArrivalsHistory,
    ArrivalsRows,
    CsvSource,
    PlanForm,
    RosterRows,
    RosterStore,
)
from server.waiting.authorities import in_force

MICROSECONDS: Final = 1_000_000
PATIENTS_MAX: Final = 60_000  # simulated for one question: seconds, not minutes
THOROUGH: Final = 6


async def question_of(core: Core, network_id: str, form: PlanForm) -> Question:
    """Return the question that a network's operations ask.

    Raises:
        PlanRefused: it cannot be answered; the sentence says why.
    """
    return Question(
        demand=await _demand(core, network_id, form.arrivals),
        roster=await _roster(core, network_id, form.roster),
        assumptions=Assumptions(
            **form.assumptions.model_dump(), matching=core.settings.matching
        ),
        targets=Targets(**form.targets.model_dump()),
        effort=Effort(PATIENTS_MAX * (THOROUGH if form.thorough else 1)),
        seed=form.seed,
    )


async def _demand(
    core: Core, network_id: str, asked: CsvSource | ArrivalsRows | ArrivalsHistory
) -> Demand:
    if isinstance(asked, CsvSource):
        return read_arrivals(asked.text)
    if isinstance(asked, ArrivalsRows):
        return demand(
            Expected(read_instant(row.interval_start), row.jurisdiction, row.arrivals)
            for row in asked.rows
        )
    today = datetime.fromtimestamp(core.clock.now() / MICROSECONDS, UTC).date()
    since = midnight(today - timedelta(days=asked.days))
    async with core.database.read() as tx:
        past = await arrivals.half_hours(
            tx, network_id, since * MICROSECONDS, midnight(today) * MICROSECONDS
        )
    return mean_day(
        (
            Expected(one.starts_at // MICROSECONDS, one.jurisdiction, float(one.patients))
            for one in past
        ),
        today=today,
        planned=_day(asked.planned_day),
        same_weekday=asked.same_weekday,
    )


async def _roster(
    core: Core, network_id: str, asked: CsvSource | RosterRows | RosterStore
) -> Roster:
    if isinstance(asked, CsvSource):
        return read_roster(asked.text)
    if isinstance(asked, RosterRows):
        return roster(
            Line(
                row.practitioner,
                frozenset(row.jurisdictions),
                Shift(read_instant(row.starts_at), read_instant(row.ends_at)),
            )
            for row in asked.rows
        )
    return await _stored(core, network_id, asked)


async def _stored(core: Core, network_id: str, asked: RosterStore) -> Roster:
    """Return who is planned between two times; where nobody is, everybody on one shift.

    Authority is looked up as of the beginning of each shift: a licence that has run out by
    then is none.
    """
    whole = Shift(read_instant(asked.starts_at), read_instant(asked.ends_at))
    start, end = whole.starts_at * MICROSECONDS, whole.ends_at * MICROSECONDS
    now = core.clock.now()
    async with core.database.read() as tx:
        files = await directory.practitioner_files(tx, network_id)
        planned = await shifts.between(tx, network_id, start, end)
    worked: dict[str, list[Shift]] = {}
    for one in planned:
        within = Shift(
            max(one.starts_at, start) // MICROSECONDS, min(one.ends_at, end) // MICROSECONDS
        )
        worked.setdefault(one.practitioner_id, []).append(within)
    lines: list[Line] = []
    taken: set[str] = set()
    for file in files:
        who = file.practitioner
        mine = worked.get(who.practitioner_id, []) if planned else [whole]
        name = _unique(who.display_name, taken)
        for shift in mine:
            places = in_force(file, shift.starts_at * MICROSECONDS, planned_at=now)
            if places:
                lines.append(Line(name, places, shift))
    if not lines:
        raise PlanRefused("Nobody with a verified authority works in that time.")
    return roster(lines)


def _unique(name: str, taken: set[str]) -> str:
    """Return a name that tells two people of the same name apart."""
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name} ({number})"
    taken.add(unique)
    return unique


def _day(text: str) -> date:
    try:
        return day_of(midnight(date.fromisoformat(text)))
    except ValueError:
        raise PlanRefused("The planned day is not a day.") from None
