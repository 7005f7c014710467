"""Switches of a policy: unknown ones are refused, and the operator only takes away."""

from __future__ import annotations

import pytest

from server.errors import InvalidBody
from server.rulebooks.switches import Switches, is_stricter, read_switches
from server.rules.words import TreatmentClass


def test_what_is_left_out_is_as_shipped() -> None:
    policy = read_switches("{}").policy()
    assert not policy.store_and_forward_enabled
    assert TreatmentClass.FILLER in policy.live_only_classes


def test_an_unknown_switch_is_named() -> None:
    with pytest.raises(InvalidBody) as refused:
        read_switches('{"everything_goes": true}')
    assert refused.value.fields == ("everything_goes",)


def test_what_nobody_has_said_what_it_is_stays_live() -> None:
    policy = read_switches('{"live_only_classes": []}').policy()
    assert policy.live_only_classes == {TreatmentClass.OTHER}


@pytest.mark.parametrize(
    ("operator", "stricter"),
    [
        (Switches(), True),
        (Switches(store_and_forward_enabled=True), True),
        (Switches(audio_only_enabled=True), False),
        (Switches(low_risk_classes=[TreatmentClass.CHEMICAL_PEEL]), True),
        (Switches(low_risk_classes=[TreatmentClass.PRP]), False),
        (Switches(hard_stop_on_stale_rules=True), True),
        (Switches(live_only_classes=[]), False),
    ],
)
def test_the_operator_only_takes_away(operator: Switches, *, stricter: bool) -> None:
    allowed = Switches(
        store_and_forward_enabled=True, low_risk_classes=[TreatmentClass.CHEMICAL_PEEL]
    )
    assert is_stricter(operator, allowed) is stricter


def test_a_policy_and_its_switches_say_the_same() -> None:
    switches = Switches(minors_enabled=[TreatmentClass.FILLER], controlled_enabled=True)
    assert Switches.of(switches.policy()).policy() == switches.policy()
