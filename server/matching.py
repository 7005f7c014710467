"""How an operator chooses the policy of the waiting room: `[matching]` of the settings.

The policies themselves are `signaling.policy`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from signaling.policy import POLICIES, Policy, ScarcestFirst


class Matching(BaseModel):
    """A policy by its name, and the numbers that go with it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    policy: Literal["scarcest", "fair", "fifo", "audit"] = "scarcest"
    """`scarcest`: whom the fewest can serve first, up to `scarcity_cap_s`. `fair`: the same,
    and practitioners with about as many licences share the work. `fifo`: the oldest patient
    first. `audit`: that, and whoever is idle for longest."""

    scarcity_cap_s: float = Field(120.0, ge=0, le=3_600)
    """Seconds of waiting from which only age counts; for `scarcest` and `fair`."""

    priority_bonus_s: float = Field(60.0, ge=0, le=3_600)
    """Seconds that a patient counts as having waited longer, for each step of priority."""

    parallel_offers: bool = False
    """Ring a second practitioner at once while at least `parallel_idle_min` are idle."""

    parallel_idle_min: int = Field(5, ge=2, le=1_000)
    """Idle practitioners who may see the patient, from which on a second one is rung."""

    def chosen(self) -> Policy:
        """Return the policy as it is set."""
        named = POLICIES[self.policy]
        capped = self.policy in ("scarcest", "fair")
        return replace(
            named,
            patients=ScarcestFirst(self.scarcity_cap_s) if capped else named.patients,
            priority_bonus_s=self.priority_bonus_s,
            parallel_offers=self.parallel_offers,
            parallel_idle_min=self.parallel_idle_min,
        )
