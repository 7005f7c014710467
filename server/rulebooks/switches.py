"""The switches of one layer of policy, as JSON: bounded, in the words of the rules.

Compliance's layer says what is allowed at all; the operator's may only take away from it.
What is open, and who signed off what, are rows of their own and never switches.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.errors import InvalidBody
from server.rules.policy import ALWAYS_LIVE, LIVE_ONLY_SHIPPED, OperatorPolicy, restrict
from server.rules.words import TreatmentClass

CLASSES_MAX = len(TreatmentClass)
Classes = Annotated[list[TreatmentClass], Field(max_length=CLASSES_MAX)]


class Switches(BaseModel):
    """One layer; what it leaves out is as shipped, which is the strictest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store_and_forward_enabled: bool = False
    audio_only_enabled: bool = False
    controlled_enabled: bool = False
    minors_enabled: Classes = []
    live_only_classes: Classes = sorted(LIVE_ONLY_SHIPPED)
    low_risk_classes: Classes = []
    no_visual_classes: Classes = []
    hard_stop_on_stale_rules: bool = False

    def policy(self, within: OperatorPolicy | None = None) -> OperatorPolicy:
        """Return it as a policy; what is open and signed off is that of `within`."""
        around = within or OperatorPolicy()
        return OperatorPolicy(
            opened=around.opened,
            sign_offs=around.sign_offs,
            audio_only_sign_offs=around.audio_only_sign_offs,
            counsel_opinions=around.counsel_opinions,
            store_and_forward_enabled=self.store_and_forward_enabled,
            audio_only_enabled=self.audio_only_enabled,
            controlled_enabled=self.controlled_enabled,
            minors_enabled=frozenset(self.minors_enabled),
            live_only_classes=frozenset(self.live_only_classes) | ALWAYS_LIVE,
            low_risk_classes=frozenset(self.low_risk_classes),
            no_visual_classes=frozenset(self.no_visual_classes),
            hard_stop_on_stale_rules=self.hard_stop_on_stale_rules,
        )

    @classmethod
    def of(cls, policy: OperatorPolicy) -> Switches:
        """Return the switches of a policy."""
        return cls(
            store_and_forward_enabled=policy.store_and_forward_enabled,
            audio_only_enabled=policy.audio_only_enabled,
            controlled_enabled=policy.controlled_enabled,
            minors_enabled=sorted(policy.minors_enabled),
            live_only_classes=sorted(policy.live_only_classes),
            low_risk_classes=sorted(policy.low_risk_classes),
            no_visual_classes=sorted(policy.no_visual_classes),
            hard_stop_on_stale_rules=policy.hard_stop_on_stale_rules,
        )


def read_switches(text: str) -> Switches:
    """Read one layer.

    Raises:
        InvalidBody: a key or value that is unknown.
    """
    try:
        return Switches.model_validate_json(text)
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False)]
        raise InvalidBody(fields=tuple(places)) from None


def is_stricter(switches: Switches, than: Switches) -> bool:
    """Tell whether one layer allows nothing that another does not."""
    mine, other = switches.policy(), than.policy()
    return restrict(mine, other) == mine
