"""What machines ask, and what operations read about days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from signaling.messages import Message, OpsStretch


class HealthView(Message):
    """`/healthz`."""

    status: Literal["ok", "starting", "degraded"]
    version: str
    database: Literal["ok", "down"]
    switchboard: Literal["ok", "starting"]


class ReadinessView(Message):
    """`/readyz`."""

    status: Literal["ok", "starting", "draining", "degraded"]


class OpsDayView(Message):
    """`/api/v1/ops/days/{day}`: a day, and those of its half hours in which something was."""

    date: str
    time_zone: str
    jurisdiction: str | None
    whole: OpsStretch
    half_hours: list[OpsStretch]


class OpsDateView(Message):
    """One day of the history."""

    date: str
    whole: OpsStretch


class OpsHistoryView(Message):
    """`/api/v1/ops/history`: days in order, the last one may be running."""

    today: str
    time_zone: str
    jurisdiction: str | None
    days: list[OpsDateView]


class PriorityForm(Message):
    """POST `/api/v1/ops/encounters/{id}/priority`: so many steps, each counts as a wait."""

    priority: Annotated[int, Field(ge=0, le=5)]
