"""A scenario: who works, who comes, and how both behave, as read from a JSON file.

Nothing here is simulated. Every number and every list is bounded, a key that is not known is
refused, and an error names the place in the file. `docs/simulation.md` is its manual, and
`docs/scenarios/schema.json` its JSON Schema, made from these models.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from server.simulation.distributions import Duration, Part, Patience, PositiveSeconds, Seconds

BYTES_MAX: Final = 4 * 1024 * 1024
PRACTITIONERS_MAX: Final = 2_000
HORIZON_MAX_S: Final = 366 * 86_400.0
ARRIVALS_MAX: Final = 20_000_000
DAY_S: Final = 86_400.0
HOURS: Final = 24


class ScenarioRejected(ValueError):
    """A file that is no scenario; the message says where and why, in one line a fault."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("this time zone is not known, say one as America/Chicago") from None
    return name


# Opaque, as eligibility is: a scenario may as well be about queues called a and b.
Jurisdiction = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=32)
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
Rate = Annotated[float, Field(ge=0, le=1_000)]
Factor = Annotated[float, Field(ge=0, le=1_000)]
Share = Annotated[float, Field(ge=0, le=1)]
PerHour = Annotated[float, Field(ge=0, le=3_600)]
# Not strict, because JSON has no tuples; what is in them still is.
Profile = Annotated[tuple[Factor, ...], Field(min_length=HOURS, max_length=HOURS, strict=False)]
Shift = Annotated[
    tuple[
        Annotated[float, Field(ge=0, le=HORIZON_MAX_S)],
        Annotated[float, Field(gt=0, le=HORIZON_MAX_S)],
    ],
    Field(strict=False),
]


def _plain_list(value: object) -> object:
    return {"jurisdictions": value} if isinstance(value, list | tuple) else value


def _plain_rate(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"rate": value} if number else value


class Practitioners(Part):
    """One practitioner, or several who are alike.

    Attributes:
        jurisdictions: where they are licensed; how many it are is their licence count.
        count: how many of them there are.
        shifts: [start_s, end_s] in seconds after midnight of the first day in their time zone;
            None: always on duty. An end above 86,400 is on the next day.
        repeat: `daily`: the same shifts every day; `never`: only as written.
        languages: what they speak, where it matters.
        time_zone: whose midnight it is; None: the scenario's.
    """

    jurisdictions: Annotated[
        tuple[Jurisdiction, ...], Field(min_length=1, max_length=200, strict=False)
    ]
    count: Annotated[int, Field(ge=1, le=PRACTITIONERS_MAX)] = 1
    shifts: (
        Annotated[tuple[Shift, ...], Field(min_length=1, max_length=1_000, strict=False)] | None
    ) = None
    repeat: Literal["daily", "never"] = "daily"
    languages: Annotated[tuple[Language, ...], Field(max_length=20, strict=False)] = ()
    time_zone: TimeZone | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.jurisdictions)) < len(self.jurisdictions):
            raise ValueError("a jurisdiction is named twice")
        shifts = sorted(self.shifts or ())
        if any(start >= end for start, end in shifts):
            raise ValueError("a shift ends before it starts")
        if shifts and self.repeat == "daily":
            if shifts[-1][0] >= DAY_S:
                raise ValueError("a daily shift starts before 86400; say repeat: never")
            shifts = [*shifts, (shifts[0][0] + DAY_S, shifts[0][1] + DAY_S)]
        if any(before[1] > after[0] for before, after in pairwise(shifts)):
            raise ValueError("two shifts overlap")
        return self


class Arrivals(Part):
    """Patients of one jurisdiction.

    Attributes:
        rate: patients per second, where the profile says 1.
        profile: 24 factors, one for each hour of the local day; None: the scenario's.
        time_zone: whose hours they are; None: the scenario's.
    """

    rate: Rate
    profile: Profile | None = None
    time_zone: TimeZone | None = None


class OfferBehaviour(Part):
    """What practitioners do when they are rung.

    Attributes:
        accept_s: seconds until they accept; more than `ring_s` is a miss.
        no_answer: share of offers that nobody answers.
        decline: share of offers that are declined, after as long as an accept takes.
        ring_s: seconds that an offer rings.
        pause_s: seconds without offers after a miss.
        back_s: seconds after which somebody set away for missing twice says they are back.
    """

    accept_s: Annotated[Duration, Field(validate_default=True)] = 5.0  # type: ignore[assignment]
    no_answer: Share = 0.0
    decline: Share = 0.0
    ring_s: Annotated[float, Field(gt=0, le=3_600)] = 15.0
    pause_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    back_s: PositiveSeconds = 600.0

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.no_answer + self.decline > 1:
            raise ValueError("no_answer and decline are more than all offers")
        return self


class Disconnects(Part):
    """Connections that drop.

    Attributes:
        patients_per_hour: how often that of a waiting patient does.
        practitioners_per_hour: how often that of a practitioner on duty does.
        back_s: seconds until it is there again.
    """

    patients_per_hour: PerHour = 0.0
    practitioners_per_hour: PerHour = 0.0
    back_s: Annotated[Duration, Field(validate_default=True)] = 20.0  # type: ignore[assignment]


Staff = Annotated[
    Practitioners,
    BeforeValidator(_plain_list, json_schema_input_type=list[Jurisdiction] | Practitioners),
]
Demand = Annotated[
    Arrivals, BeforeValidator(_plain_rate, json_schema_input_type=Rate | Arrivals)
]


class Scenario(Part):
    """Everything that a simulated day needs but the policy and the seed.

    Attributes:
        title: one line for people.
        starts_on: the first day; it matters only for clock changes.
        time_zone: whose midnight is second 0.
        practitioners: who works.
        arrivals: who comes, by jurisdiction.
        profile: 24 hourly factors for every jurisdiction without its own.
        languages: share of patients who want a language; to all others any will do.
        service: from accept to the end of the call.
        wrap_up: from there to the signature; None: they are one.
        offer: what practitioners do when rung.
        patience: how long a patient waits at most; None: for ever. A number is the mean of
            an exponential distribution.
        disconnects: connections that drop; None: they do not.
        horizon_s: seconds simulated.
        warmup_s: of these, seconds at the beginning that are not measured.
    """

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    starts_on: date = date(2026, 1, 5)
    time_zone: TimeZone = "UTC"
    practitioners: Annotated[tuple[Staff, ...], Field(min_length=1, max_length=2_000)]
    arrivals: Annotated[dict[Jurisdiction, Demand], Field(min_length=1, max_length=200)]
    profile: Profile | None = None
    languages: Annotated[dict[Language, Share], Field(max_length=20, default_factory=dict)]
    service: Duration
    wrap_up: Duration | None = None
    offer: OfferBehaviour = OfferBehaviour()
    patience: Patience | None = None
    disconnects: Disconnects | None = None
    horizon_s: Annotated[float, Field(gt=0, le=HORIZON_MAX_S)] = DAY_S
    warmup_s: Seconds = 0.0

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum(one.count for one in self.practitioners) > PRACTITIONERS_MAX:
            raise ValueError(f"more than {PRACTITIONERS_MAX} practitioners")
        if self.warmup_s >= self.horizon_s:
            raise ValueError("warmup_s leaves nothing of horizon_s to measure")
        if sum(self.languages.values()) > 1:
            raise ValueError("languages are more than all patients")
        expected = sum(
            one.rate * max(one.profile or self.profile or (1.0,))
            for one in self.arrivals.values()
        )
        if expected == 0:
            raise ValueError("nobody ever arrives")
        if expected * self.horizon_s > ARRIVALS_MAX:
            raise ValueError(f"more than {ARRIVALS_MAX} patients within horizon_s")
        return self


def read_scenario(text: str | bytes) -> Scenario:
    """Return the scenario that a JSON text is.

    Raises:
        ScenarioRejected: it is none; the message has a line for every fault, without values.
    """
    if len(text) > BYTES_MAX:
        raise ScenarioRejected(f"a scenario has at most {BYTES_MAX} bytes")
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        raise ScenarioRejected(_sentences(error)) from None


def _sentences(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "\n".join(
        f"{'.'.join(str(step) for step in fault['loc']) or 'scenario'}: "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in faults
    )
