"""Which licences and colleagues are worth a simulation of their own.

Two sources. The flow: where it binds, only a licence for a binding jurisdiction, held by
somebody outside, lets more patients be served at all. And the days as they were played: those
waiting in a jurisdiction press on everybody licensed there in equal parts, so each practitioner
is under the sum over their licences; a licence moves work from where the pressure is to
somebody under less of it who has time.

Its figures serve to choose and are shown to nobody: what is shown has been simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.planning.day import Played
from server.planning.roster import Roster, Rostered
from server.planning.situation import Situation

BY_FLOW_MAX: Final = 4
PER_PERSON_MAX: Final = 2
PER_JURISDICTION_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Licence:
    """One more licence: who, and where."""

    practitioner: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Pressure:
    """How the waiting falls on the roster.

    Attributes:
        queued: mean number waiting, by jurisdiction.
        work: erlangs, by jurisdiction.
        servers: how many licensed are on duty on average, by jurisdiction.
        on_each: queued over servers, summed over the licences of each practitioner.
        idle: share of their time on duty that each practitioner is not with a patient.
    """

    queued: Mapping[str, float]
    work: Mapping[str, float]
    servers: Mapping[str, float]
    on_each: Mapping[str, float]
    idle: Mapping[str, float]


def pressure(
    days: Sequence[Played], situations: Sequence[Situation], roster: Roster
) -> Pressure:
    """Measure it, from days of these intervals that were played without a warm-up."""
    begins, ends = situations[0].interval.starts_at, situations[-1].interval.ends_at
    span_s = float(ends - begins)
    queued: dict[str, float] = {}
    for day in days:
        for tally in day.tallies:
            for name, (_, waited_s) in tally.lines.items():
                queued[name] = queued.get(name, 0.0) + waited_s / span_s / len(days)
    names = {name for one in situations for name in one.work}
    work = {
        name: sum(one.work.get(name, 0.0) for one in situations) / len(situations)
        for name in names
    }
    shares = {one.name: one.share_of(begins, ends) for one in roster}
    servers = {
        name: sum(shares[one.name] for one in roster if name in one.licences) for name in names
    }
    per_server = {
        name: queued.get(name, 0.0) / servers[name] for name in names if servers[name] > 0.0
    }
    return Pressure(
        queued=queued,
        work=work,
        servers=servers,
        on_each={
            one.name: sum(per_server.get(name, 0.0) for name in one.licences) for one in roster
        },
        idle={one.name: _idle(one.name, days, shares[one.name] * span_s) for one in roster},
    )


def _idle(name: str, days: Sequence[Played], on_duty_s: float) -> float:
    if on_duty_s <= 0.0:
        return 0.0
    handling_s = sum(day.handling_s.get(name, 0.0) for day in days) / len(days)
    return max(0.0, 1.0 - handling_s / on_duty_s)


def licences(
    pressed: Pressure, situations: Sequence[Situation], roster: Roster, count: int
) -> list[Licence]:
    """Return the licences to try, those that the flow asks for first."""
    chosen = _by_flow(situations, roster)[: min(BY_FLOW_MAX, count)]
    for licence in _spread(_by_pressure(pressed, roster)):
        if len(chosen) >= count:
            break
        if licence not in chosen:
            chosen.append(licence)
    return chosen


def colleagues(pressed: Pressure, roster: Roster, count: int) -> list[Rostered]:
    """Return whose licences one more practitioner might have, the most welcome first."""
    first: dict[frozenset[str], Rostered] = {}
    for one in roster:
        first.setdefault(one.licences, one)

    def welcome(one: Rostered) -> float:
        return sum(
            pressed.queued.get(name, 0.0) / (pressed.servers[name] + 1.0)
            for name in one.licences
            if name in pressed.servers
        )

    return sorted(first.values(), key=lambda one: (-welcome(one), one.name))[:count]


def _by_flow(situations: Sequence[Situation], roster: Roster) -> list[Licence]:
    """Return licences that widen what binds, where not all can be served."""
    short = [one for one in situations if one.scale is not None and one.scale < 1.0]
    if not short:
        return []
    hardest = min(short, key=lambda one: one.scale or 0.0)
    level = hardest.levels[0]
    busy = {licences: one.load for one in hardest.levels for licences in one.licences}
    outside = [
        one
        for one in roster
        if one.worked_s(hardest.interval.starts_at, hardest.interval.ends_at)
        and not one.licences & level.jurisdictions
    ]
    outside.sort(key=lambda one: (busy.get(one.licences, 0.0), one.name))
    wanted = sorted(level.jurisdictions, key=lambda name: (-hardest.work[name], name))
    return [
        Licence(one.name, name)
        for one, name in zip(outside, wanted * len(outside), strict=False)
    ]


def _by_pressure(pressed: Pressure, roster: Roster) -> list[Licence]:
    """Return all licences by how much work they move, times how much pressure it leaves."""
    price = {
        name: sum(pressed.on_each[one.name] for one in there) / len(there)
        for name in pressed.work
        if (there := [one for one in roster if name in one.licences])
    }
    ranked = []
    for one in roster:
        idle = pressed.idle[one.name]
        for name in price.keys() - one.licences:
            relief = price[name] - pressed.on_each[one.name]
            if idle > 0.0 and relief > 0.0:
                work = pressed.work[name]
                ranked.append((-relief * work * idle / (work + idle), one.name, name))
    return [Licence(person, name) for _, person, name in sorted(ranked)]


def _spread(ranked: Sequence[Licence]) -> Iterator[Licence]:
    """Yield them in order, few of one person or one jurisdiction: alike, they tell nothing."""
    seen: dict[str, int] = {}
    for licence in ranked:
        person, name = f"who {licence.practitioner}", f"where {licence.jurisdiction}"
        if seen.get(person, 0) < PER_PERSON_MAX and seen.get(name, 0) < PER_JURISDICTION_MAX:
            seen[person] = seen.get(person, 0) + 1
            seen[name] = seen.get(name, 0) + 1
            yield licence
