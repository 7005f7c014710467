"""The entry of a decision of the rules: what was decided, by which rules, and why."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Entry, Microseconds
from signaling.messages import Id, Jurisdiction, Message

RulingMoment = Literal[
    "ready", "changed", "submit", "review", "offer", "accept", "connect", "sign"
]
DecisionWord = Literal[
    "store_and_forward_permitted",
    "audio_only_permitted",
    "live_video_required",
    "not_permitted",
    "escalate_emergency",
]
Word = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_:.-]+$")]


class RuleFired(Message):
    """A rule that fired; `citations` are names of sources in the snapshot."""

    rule: Annotated[str, Field(pattern=r"^R\d{2,3}$")]
    text: Annotated[str, Field(max_length=2_000)]
    citations: Annotated[list[Word], Field(max_length=300)]


class RulesDecided(Entry):
    """What the rules say of this visit at this moment.

    `reason` is the word for why there is no exam. `professions` says who may examine where no
    practitioner is named. `pinned`: the exam began under these rules, and is judged by this
    snapshot until something changes or `valid_until` has passed.
    """

    kind: Literal["rules.decided"] = "rules.decided"
    moment: RulingMoment
    practitioner_id: Id | None
    decision: DecisionWord
    reason: Word | None
    requires: Annotated[list[Word], Field(max_length=200)]
    reasons: Annotated[list[RuleFired], Field(max_length=400)]
    jurisdictions: Annotated[list[Jurisdiction], Field(max_length=16)]
    professions: Annotated[list[Word], Field(max_length=8)]
    rules_version: Annotated[str, Field(max_length=20)] | None
    rules_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    valid_until: Microseconds
    pinned: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        why = f" ({self.reason.replace('_', ' ')})" if self.reason else ""
        rules = self.rules_version or "none"
        return f"Rules at {self.moment}: {self.decision.replace('_', ' ')}{why}; rules {rules}"


RULING_ENTRIES: Final = (RulesDecided,)
