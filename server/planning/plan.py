"""The plan itself: bounds, simulated days, and what one more colleague or licence would give.

    demand, roster --flow--> what can be served, and what binds
                   --Erlang--> the pooled bound
                   --days--> waits as they would be
                   --days with one change, same patients--> what it gives

Pure but for `Run`, which plays days wherever it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from server.planning import candidates
from server.planning.assumptions import Assumptions, Targets
from server.planning.bound import Pooled, agents_needed, pooled, square_root_staffing
from server.planning.candidates import Licence
from server.planning.coverage import Gap, covered, gaps
from server.planning.day import Day, Played
from server.planning.demand import Demand
from server.planning.effort import COLLEAGUES, SCREENED, SHOWN, Effort, Window
from server.planning.measured import Measured, half_hours, in_line, saved, total, whole
from server.planning.refusals import PlanRefused
from server.planning.roster import Roster, Rostered, Shift
from server.planning.situation import Situation, situations
from server.simulation.intervals import Estimate

Run = Callable[[Sequence[Day]], list[Played]]
"""Plays days, in the order given, wherever there is room for it."""

CONFIRMED_FROM: int = 1_000  # other days than the candidates were chosen on


class Missed(StrEnum):
    """What is wrong with a half hour."""

    UNCOVERED = "uncovered"  # patients come from where nobody on shift is licensed
    INFEASIBLE = "infeasible"  # more work than those licensed can ever do
    SERVICE_LEVEL = "service_level"
    ASA = "asa"
    WORST = "worst"
    ABANDONMENT = "abandonment"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be planned; `seed` makes the simulated days repeatable."""

    demand: Demand
    roster: Roster
    assumptions: Assumptions
    targets: Targets
    effort: Effort
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Gain:
    """What one change gives: mean time in line of the same patients, and the difference."""

    before_s: Estimate
    after_s: Estimate
    saved_s: Estimate


@dataclass(frozen=True, slots=True)
class OneMore:
    """One more practitioner on duty throughout, licensed as somebody on the roster.

    Attributes:
        like: whose licences they have.
        licences: these.
        gain: over the whole window.
        saved_s: by half hour, those of the window only.
    """

    like: str
    licences: tuple[str, ...]
    gain: Gain
    saved_s: Mapping[int, Estimate]


@dataclass(frozen=True, slots=True)
class LicenceGain:
    """What one more licence gives over the whole window."""

    licence: Licence
    gain: Gain


@dataclass(frozen=True, slots=True)
class PlannedInterval:
    """One half hour.

    Attributes:
        situation: work, capacity, and what binds.
        bound: as if everybody were licensed everywhere; None: nobody is there.
        needed: how many would reach the targets in such a pool; None: no number does.
        square_root: the same by the square-root rule.
        bound_with_one_more: the bound with one practitioner more.
        measured: the simulated figures.
        missed: what is wrong.
    """

    situation: Situation
    bound: Pooled | None
    needed: int | None
    square_root: float
    bound_with_one_more: Pooled | None
    measured: Measured
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is known about a question.

    Attributes:
        intervals: in order.
        whole: the simulated figures of all half hours together.
        days: how many days they are from.
        gaps: where nobody licensed is on shift.
        window: the half hours that changes were compared in.
        compared_days: how many days these comparisons are from.
        one_more: what one more practitioner gives; None: nobody waits.
        licences: what licences give, the best first.
        patients: how many patients were simulated in all.
    """

    intervals: tuple[PlannedInterval, ...]
    whole: Measured
    days: int
    gaps: tuple[Gap, ...]
    window: Shift
    compared_days: int
    one_more: OneMore | None
    licences: tuple[LicenceGain, ...]
    patients: int


def make_plan(question: Question, run: Run) -> Plan:
    """Answer a question.

    Raises:
        PlanRefused: the question is beyond what is planned for.
    """
    return _Planner(question, run).plan()


@dataclass(frozen=True, slots=True)
class _Variant:
    """A roster with one change."""

    roster: Roster
    licence: Licence | None = None
    like: Rostered | None = None


class _Planner:
    """One question being answered."""

    def __init__(self, question: Question, run: Run) -> None:
        self._question = question
        self._run = run
        self._patients = 0
        self._admitted = {
            name: covered(name, question.roster) for name in question.demand.jurisdictions
        }

    def plan(self) -> Plan:
        question = self._question
        if not any(self._admitted.values()):
            raise PlanRefused("Nobody on the roster is licensed where patients are expected.")
        faced = situations(question.demand, question.roster, question.assumptions)
        if not any(one.on_duty for one in faced):
            raise PlanRefused("Nobody on the roster works in the half hours that are planned.")
        # Bounds first: they refuse what is too large, before any day is played.
        bounds = [_bounds(one, question) for one in faced]
        everything = Window(0, len(faced), 0)
        count = question.effort.base_days(question.demand)
        (days,) = self._play([question.roster], everything, range(count))
        figures = half_hours(days)
        window = question.effort.window(question.demand, _waited(days))
        one_more, licences = self._changes(days, faced, window)
        return Plan(
            intervals=tuple(
                PlannedInterval(one, *bound, seen, _missed(one, seen, question.targets))
                for one, bound, seen in zip(faced, bounds, figures, strict=True)
            ),
            whole=whole(days),
            days=count,
            gaps=gaps(question.demand, question.roster),
            window=Shift(
                question.demand.intervals[window.first].starts_at,
                question.demand.intervals[window.last - 1].ends_at,
            ),
            compared_days=question.effort.compared_days(window.of(question.demand)),
            one_more=one_more,
            licences=licences,
            patients=self._patients,
        )

    def _changes(
        self, days: list[Played], faced: Sequence[Situation], window: Window
    ) -> tuple[OneMore | None, tuple[LicenceGain, ...]]:
        """Choose candidates on some days, and measure the best of them on others."""
        roster, effort = self._question.roster, self._question.effort
        pressed = candidates.pressure(days, faced, roster, window.first, window.last)
        variants = [
            _with_licence(roster, licence)
            for licence in candidates.licences(pressed, faced, roster, SCREENED)
        ] + [
            _with_colleague(roster, o)
            for o in candidates.colleagues(pressed, roster, COLLEAGUES)
        ]
        demand = window.of(self._question.demand)
        best = self._best(variants, window, range(effort.screen_days(demand)))
        days_compared = range(CONFIRMED_FROM, CONFIRMED_FROM + effort.compared_days(demand))
        before, *after = self._play(
            [roster, *(one.roster for one in best)], window, days_compared
        )
        found = [
            (one, _gain(before, days), days) for one, days in zip(best, after, strict=True)
        ]
        licences = [
            LicenceGain(one.licence, gain) for one, gain, _ in found if one.licence and gain
        ]
        licences.sort(key=lambda one: -one.gain.saved_s.value)
        colleagues = [
            _one_more(one.like, gain, before, days, demand, window)
            for one, gain, days in found
            if one.like and gain
        ]
        return next(iter(colleagues), None), tuple(licences)

    def _best(
        self, variants: Sequence[_Variant], window: Window, days: range
    ) -> list[_Variant]:
        """Return the best licences and the best colleague of all that were tried."""
        played = self._play([one.roster for one in variants], window, days)
        waited = [sum(map(sum, map(_waited_of, one))) for one in played]
        ranked = [
            one for _, one in sorted(zip(waited, variants, strict=True), key=lambda p: p[0])
        ]
        licences = [one for one in ranked if one.licence][:SHOWN]
        return licences + [one for one in ranked if one.like][:1]

    def _play(
        self, rosters: Sequence[Roster], window: Window, replications: range
    ) -> list[list[Played]]:
        """Play every roster on the same days."""
        question = self._question
        demand = window.of(question.demand)
        days = [
            Day(
                demand,
                roster,
                self._admitted,
                question.assumptions,
                question.targets.within_s,
                window.warmup,
                question.seed,
                replication,
            )
            for roster in rosters
            for replication in replications
        ]
        self._patients += round(demand.patients * len(days))
        played = self._run(days)
        size = len(replications)
        return [played[at : at + size] for at in range(0, len(played), size)]


def _bounds(
    one: Situation, question: Question
) -> tuple[Pooled | None, int | None, float, Pooled | None]:
    """Return the bound, how many it takes exactly and by the root, the bound with one more."""
    assumptions, targets = question.assumptions, question.targets
    return (
        pooled(one.load, one.agents, assumptions, targets),
        agents_needed(one.load, assumptions, targets) if one.load else 0,
        square_root_staffing(one.load, assumptions, targets) if one.load else 0.0,
        pooled(one.load, one.agents + 1, assumptions, targets),
    )


def _missed(one: Situation, seen: Measured, targets: Targets) -> tuple[Missed, ...]:
    worst = seen.worst.wait_s if seen.worst else None
    wrong = {
        Missed.UNCOVERED: bool(one.uncovered),
        Missed.INFEASIBLE: one.scale is not None and one.scale < 1.0,
        Missed.SERVICE_LEVEL: _above(-targets.service_level, seen.service_level, -1.0),
        Missed.ASA: _above(targets.asa_s, seen.asa_s),
        Missed.WORST: _above(targets.worst_asa_s, worst),
        Missed.ABANDONMENT: _above(targets.abandonment_max, seen.abandonment),
    }
    return tuple(name for name, is_so in wrong.items() if is_so)


def _above(limit: float, figure: Estimate | None, sign: float = 1.0) -> bool:
    return figure is not None and sign * figure.value > limit


def _with_licence(roster: Roster, licence: Licence) -> _Variant:
    changed = tuple(
        one.with_licence(licence.jurisdiction) if one.name == licence.practitioner else one
        for one in roster
    )
    return _Variant(changed, licence=licence)


def _with_colleague(roster: Roster, like: Rostered) -> _Variant:
    begins = min(shift.starts_at for one in roster for shift in one.shifts)
    ends = max(shift.ends_at for one in roster for shift in one.shifts)
    newcomer = replace(like, name=f"{like.name} (one more)", shifts=(Shift(begins, ends),))
    # Last, so that everybody else keeps their place and their dice.
    return _Variant((*roster, newcomer), like=like)


def _gain(before: list[Played], after: list[Played]) -> Gain | None:
    earlier = [total(day.tallies) for day in before]
    later = [total(day.tallies) for day in after]
    before_s, after_s, saved_s = in_line(earlier), in_line(later), saved(earlier, later)
    if before_s is None or after_s is None or saved_s is None:
        return None
    return Gain(before_s, after_s, saved_s)


def _one_more(
    like: Rostered,
    gain: Gain,
    before: list[Played],
    after: list[Played],
    demand: Demand,
    window: Window,
) -> OneMore:
    by_half_hour = {
        interval.starts_at: saved_s
        for at, interval in enumerate(demand.intervals[window.warmup :])
        if (
            saved_s := saved(
                [day.tallies[at] for day in before], [day.tallies[at] for day in after]
            )
        )
    }
    return OneMore(like.name, tuple(sorted(like.licences)), gain, by_half_hour)


def _waited(days: Sequence[Played]) -> list[float]:
    """Return how much was waited in each half hour, by those who left too."""
    return [sum(row) for row in zip(*map(_waited_of, days), strict=True)]


def _waited_of(day: Played) -> list[float]:
    return [sum(waited_s for _, waited_s in one.lines.values()) for one in day.tallies]
