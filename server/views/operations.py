"""What machines ask."""

from __future__ import annotations

from typing import Literal

from signaling.messages import Message


class HealthView(Message):
    """`/healthz`."""

    status: Literal["ok", "starting", "degraded"]
    version: str
    database: Literal["ok", "down"]
    switchboard: Literal["ok", "starting"]
