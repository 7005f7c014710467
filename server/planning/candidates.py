"""Which licences and colleagues are worth a simulation of their own.

Two sources. The flow: where it binds, only a licence for a binding jurisdiction, held by
somebody outside, lets more patients be served at all. And the days as they were played: those
waiting in a jurisdiction press on everybody licensed there in equal parts, so each practitioner
is under the sum over their licences; a licence moves work from where the pressure is to
somebody under less of it who has time.

Its figures serve to choose and are shown to nobody: what is shown has been simulated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from server.planning.day import Played, Tally
from server.planning.roster import Roster, Rostered
from server.planning.situation import Situation

BY_FLOW_MAX: Final = 2
PER_PERSON_MAX: Final = 2
PER_JURISDICTION_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Licence:
    """One more licence: who, and where."""

    practitioner: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Moment:
    """How the waiting falls on those who work in one half hour.

    Attributes:
        queued: mean number waiting, by jurisdiction.
        work: erlangs, by jurisdiction.
        servers: how many licensed are on duty, by jurisdiction; only those with somebody.
        share: of the half hour that each practitioner works; only those who do.
        on_each: queued over servers, summed over the licences of each of them.
        price: the mean of that over those licensed, by jurisdiction.
    """

    queued: Mapping[str, float]
    work: Mapping[str, float]
    servers: Mapping[str, float]
    share: Mapping[str, float]
    on_each: Mapping[str, float]
    price: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pressure:
    """The half hours that are looked at, and how much of their time people have left."""

    moments: tuple[Moment, ...]
    idle: Mapping[str, float]


def pressure(
    days: Sequence[Played],
    situations: Sequence[Situation],
    roster: Roster,
    first: int,
    last: int,
) -> Pressure:
    """Measure it in the half hours [first, last) of days that were played without a warm-up."""
    begins, ends = situations[0].interval.starts_at, situations[-1].interval.ends_at
    return Pressure(
        moments=tuple(
            _moment([day.tallies[at] for day in days], situations[at], roster)
            for at in range(first, last)
        ),
        idle={one.name: _idle(one.name, days, one.worked_s(begins, ends)) for one in roster},
    )


def _moment(tallies: Sequence[Tally], faced: Situation, roster: Roster) -> Moment:
    begins, ends = faced.interval.starts_at, faced.interval.ends_at
    there = [(one, share) for one in roster if (share := one.share_of(begins, ends))]
    servers = dict.fromkeys(faced.work, 0.0)
    for one, share in there:
        for name in one.licences & faced.work.keys():
            servers[name] += share
    servers = {name: count for name, count in servers.items() if count > 0.0}
    queued = dict.fromkeys(servers, 0.0)
    for tally in tallies:
        for name in tally.lines.keys() & queued.keys():
            queued[name] += tally.lines[name][1] / (ends - begins) / len(tallies)
    on_each = {
        one.name: sum(queued[name] / servers[name] for name in one.licences & queued.keys())
        for one, _ in there
    }
    price = dict.fromkeys(servers, 0.0)
    for one, share in there:
        for name in one.licences & price.keys():
            price[name] += share * on_each[one.name] / servers[name]
    shares = {one.name: share for one, share in there}
    return Moment(queued, faced.work, servers, shares, on_each, price)


def _idle(name: str, days: Sequence[Played], on_duty_s: float) -> float:
    if on_duty_s <= 0.0:
        return 0.0
    handling_s = sum(day.handling_s.get(name, 0.0) for day in days) / len(days)
    return max(0.0, 1.0 - handling_s / on_duty_s)


def licences(
    pressed: Pressure, situations: Sequence[Situation], roster: Roster, count: int
) -> list[Licence]:
    """Return the licences to try, those that the flow asks for first."""
    asked_for = islice(_spread(_by_flow(situations, roster), roster), BY_FLOW_MAX)
    ranked = [*asked_for, *_by_pressure(pressed, roster)]
    return list(islice(_spread(ranked, roster), count))


def colleagues(pressed: Pressure, roster: Roster, count: int) -> list[Rostered]:
    """Return whose licences one more practitioner might have, the most welcome first."""
    first: dict[frozenset[str], Rostered] = {}
    for one in roster:
        first.setdefault(one.licences, one)

    def welcome(one: Rostered) -> float:
        return sum(
            moment.queued[name] / (moment.servers[name] + 1.0)
            for moment in pressed.moments
            for name in one.licences & moment.servers.keys()
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
    ranked = []
    for one in roster:
        idle = pressed.idle[one.name]
        gains: dict[str, float] = {}
        for moment in pressed.moments:
            share = moment.share.get(one.name, 0.0)
            if share and idle:
                for name in moment.price.keys() - one.licences:
                    relief = moment.price[name] - moment.on_each[one.name]
                    work = moment.work[name]
                    moved = share * work * idle / (work + idle)
                    gains[name] = gains.get(name, 0.0) + moved * relief
        ranked += [(-gain, one.name, name) for name, gain in gains.items() if gain > 0.0]
    return [Licence(person, name) for _, person, name in sorted(ranked)]


def _spread(ranked: Sequence[Licence], roster: Roster) -> Iterator[Licence]:
    """Yield them in order, few of one person or jurisdiction, and only one of a kind.

    Who has the same licences and shifts as somebody before would give the same.
    """
    kinds = {one.name: (one.licences, one.shifts) for one in roster}
    seen: Counter[object] = Counter()
    for licence in ranked:
        person, name = ("who", licence.practitioner), ("where", licence.jurisdiction)
        kind = (kinds[licence.practitioner], licence.jurisdiction)
        if (
            seen[person] < PER_PERSON_MAX
            and seen[name] < PER_JURISDICTION_MAX
            and not seen[kind]
        ):
            seen.update((person, name, kind))
            yield licence
