"""How long things take: the distributions that a scenario may name, and drawing from them.

A mean and a coefficient of variation (standard deviation over mean) say all that is needed of a
lognormal one; handle times are close to lognormal in every study of call centres since
Brown et al., "Statistical Analysis of a Telephone Call Center", JASA 100 (2005).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SECONDS_MAX: Final = 31 * 86_400.0

Seconds = Annotated[float, Field(ge=0, le=SECONDS_MAX)]
PositiveSeconds = Annotated[float, Field(gt=0, le=SECONDS_MAX)]
Draw: TypeAlias = Callable[[], float]


class Part(BaseModel):
    """A piece of a scenario: it refuses keys that it does not know, and never changes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class Deterministic(Part):
    """Always the same."""

    distribution: Literal["deterministic"] = "deterministic"
    mean_s: Seconds
    cv: Annotated[float, Field(ge=0, le=0)] = 0.0

    def draws(self, _random: Random) -> Draw:
        """Return a function that gives seconds, one draw a call."""
        mean_s = self.mean_s
        return lambda: mean_s


class Exponential(Part):
    """Without memory: how long it took so far says nothing about how long it will."""

    distribution: Literal["exponential"] = "exponential"
    mean_s: PositiveSeconds
    cv: Annotated[float, Field(ge=1, le=1)] = 1.0

    def draws(self, random: Random) -> Draw:
        """Return a function that gives seconds, one draw a call."""
        rate = 1.0 / self.mean_s
        return lambda: random.expovariate(rate)


class Lognormal(Part):
    """Mostly near the mean, now and then much longer.

    Attributes:
        mean_s: mean, in seconds.
        cv: standard deviation over mean.
    """

    distribution: Literal["lognormal"] = "lognormal"
    mean_s: PositiveSeconds
    cv: Annotated[float, Field(ge=0, le=10)]

    def draws(self, random: Random) -> Draw:
        """Return a function that gives seconds, one draw a call."""
        variance = math.log1p(self.cv**2)
        location, scale = math.log(self.mean_s) - variance / 2, math.sqrt(variance)
        gauss, exp = random.gauss, math.exp
        return lambda: exp(gauss(location, scale))


class Uniform(Part):
    """Anything between two bounds, all equally likely."""

    distribution: Literal["uniform"] = "uniform"
    low_s: Seconds
    high_s: Seconds

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        if self.low_s > self.high_s:
            raise ValueError("low_s is above high_s")
        return self

    @property
    def mean_s(self) -> float:
        """Return the mean, in seconds."""
        return (self.low_s + self.high_s) / 2

    def draws(self, random: Random) -> Draw:
        """Return a function that gives seconds, one draw a call."""
        return lambda: random.uniform(self.low_s, self.high_s)


Distribution = Annotated[
    Deterministic | Exponential | Lognormal | Uniform, Field(discriminator="distribution")
]


def _deterministic(value: object) -> object:
    return {"distribution": "deterministic", "mean_s": value} if _is_number(value) else value


def _exponential(value: object) -> object:
    return {"distribution": "exponential", "mean_s": value} if _is_number(value) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# A bare number is short for the distribution that one means most often in that place.
Duration = Annotated[
    Distribution, BeforeValidator(_deterministic, json_schema_input_type=float | Distribution)
]
Patience = Annotated[
    Distribution, BeforeValidator(_exponential, json_schema_input_type=float | Distribution)
]
