"""Why a plan cannot be made: one sentence for a person, which quotes no cell of the input."""

from __future__ import annotations


class PlanRefused(ValueError):
    """What was asked for is not a question that can be answered; the sentence says why."""
