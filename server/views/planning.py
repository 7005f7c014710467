"""The planner of the ops page: what is asked, and the plan. Times are epoch milliseconds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Message

CSV_CHARS_MAX = 250_000
ROWS_MAX = 10_000

CsvText = Annotated[str, StringConstraints(min_length=1, max_length=CSV_CHARS_MAX)]
IsoTime = Annotated[str, StringConstraints(min_length=10, max_length=40)]
IsoDay = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Person = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
MissedTarget = Literal[
    "uncovered", "infeasible", "service_level", "asa", "worst", "abandonment"
]

# ------------------------------------------------------------------ what is asked


class CsvSource(Message):
    """A table as a spreadsheet writes it; docs/planning.md names the columns."""

    source: Literal["csv"]
    text: CsvText


class ArrivalsRow(Message):
    """Patients expected from one jurisdiction in one half hour."""

    interval_start: IsoTime
    jurisdiction: Code
    arrivals: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


class ArrivalsRows(Message):
    """Expected arrivals, as rows."""

    source: Literal["rows"]
    rows: Annotated[list[ArrivalsRow], Field(min_length=1, max_length=ROWS_MAX)]


class ArrivalsHistory(Message):
    """The mean of the last days in the store, laid on the day that is planned (UTC).

    `same_weekday` takes only days of the planned day's weekday.
    """

    source: Literal["history"]
    days: Annotated[int, Field(ge=1, le=90)] = 28
    same_weekday: bool = False
    planned_day: IsoDay


class RosterRow(Message):
    """One shift of one practitioner."""

    practitioner: Person
    jurisdictions: Annotated[list[Code], Field(min_length=1, max_length=51)]
    starts_at: IsoTime
    ends_at: IsoTime


class RosterRows(Message):
    """A roster, as rows."""

    source: Literal["rows"]
    rows: Annotated[list[RosterRow], Field(min_length=1, max_length=ROWS_MAX)]


class RosterStore(Message):
    """Who is verified in this network, all on shift between two times."""

    source: Literal["store"]
    starts_at: IsoTime
    ends_at: IsoTime


class AssumptionsForm(Message):
    """How long things take; docs/planning.md defines each."""

    aht_s: Annotated[float, Field(ge=10, le=14_400, allow_inf_nan=False)] = 480.0
    aht_cv: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 0.7
    shrinkage: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)] = 0.0
    no_answer: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)] = 0.02
    accept_s: Annotated[float, Field(ge=0, lt=15, allow_inf_nan=False)] = 5.0
    patience_s: Annotated[float, Field(ge=10, le=86_400, allow_inf_nan=False)] | None = 300.0


class TargetsForm(Message):
    """What a good half hour is."""

    service_level: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.8
    within_s: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 31.0
    asa_s: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)] = 31.0
    worst_asa_s: Annotated[float, Field(gt=0, le=14_400, allow_inf_nan=False)] = 120.0
    abandonment_max: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.05


class PlanForm(Message):
    """A question to the planner; a thorough answer takes six times as long."""

    arrivals: Annotated[
        CsvSource | ArrivalsRows | ArrivalsHistory, Field(discriminator="source")
    ]
    roster: Annotated[CsvSource | RosterRows | RosterStore, Field(discriminator="source")]
    assumptions: AssumptionsForm = AssumptionsForm()
    targets: TargetsForm = TargetsForm()
    thorough: bool = False
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1


# ------------------------------------------------------------------ the plan


class EstimateView(Message):
    """A simulated figure with its 95 % interval; null when one day tells nothing of it."""

    value: float
    low: float | None
    high: float | None


class PooledView(Message):
    """As if everybody were licensed everywhere; `asa_s` null: the line grows without end."""

    agents: int
    asa_s: float | None
    service_level: float
    abandonment: float
    occupancy: float


class WorstView(Message):
    """The jurisdiction that waits longest, and the mean time in line there."""

    jurisdiction: str
    wait_s: EstimateView


class MeasuredView(Message):
    """Simulated figures; null where nobody came."""

    asa_s: EstimateView | None
    service_level: EstimateView | None
    abandonment: EstimateView | None
    occupancy: EstimateView | None
    worst: WorstView | None


class PlanIntervalView(Message):
    """One half hour of a plan."""

    starts_at_ms: int
    patients: float
    load: float
    on_duty: float
    scale: float | None
    binding: list[str]
    uncovered: list[str]
    bound: PooledView | None
    needed: int | None
    square_root: float
    bound_with_one_more: PooledView | None
    measured: MeasuredView
    one_more_saved_s: EstimateView | None
    missed: list[MissedTarget]


class SpanView(Message):
    """From when until when."""

    starts_at_ms: int
    ends_at_ms: int


class GapView(Message):
    """A jurisdiction that nobody on shift is licensed in while patients are expected."""

    jurisdiction: str
    hours: float
    patients: float
    spans: list[SpanView]


class GainView(Message):
    """Mean time in line of the same patients, before and after one change."""

    before_s: EstimateView
    after_s: EstimateView
    saved_s: EstimateView


class OneMoreView(Message):
    """One more practitioner on duty throughout, licensed as somebody on the roster."""

    like: str
    jurisdictions: list[str]
    gain: GainView


class LicenceGainView(Message):
    """One more licence: who, and where."""

    practitioner: str
    jurisdiction: str
    gain: GainView


class PlanView(Message):
    """A plan."""

    intervals: list[PlanIntervalView]
    whole: MeasuredView
    days: int
    gaps: list[GapView]
    window: SpanView
    compared_days: int
    one_more: OneMoreView | None
    licences: list[LicenceGainView]
    practitioners: int
    patients: float
    patients_simulated: int
