from __future__ import annotations

from typing import Any

import pytest

from server.proofs.policies import decided
from server.proofs.ways import SecondFactor
from server.settings import Settings


def settings(**chosen: Any) -> Settings:  # noqa: ANN401 - as the settings take it
    return Settings(_env_file=None, **chosen)


ABROAD = {"public_url": "https://exams.example"}


@pytest.mark.parametrize(
    ("chosen", "demo", "holds"),
    [
        ({}, False, "optional"),  # reached on its own machine only
        (ABROAD, False, "required"),
        (ABROAD, True, "optional"),
        ({**ABROAD, "second_factor": "optional"}, False, "optional"),
        ({"second_factor": "required"}, False, "required"),
        ({"second_factor": "required"}, True, "required"),
    ],
)
def test_where_nobody_said_anything_the_settings_hold(
    chosen: dict[str, Any],
    demo: bool,  # noqa: FBT001
    holds: SecondFactor,
) -> None:
    assert decided(settings(**chosen), [], demo=demo) == holds


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        (["optional"], "optional"),
        (["required"], "required"),
        (["optional", "optional"], "optional"),
        (["optional", "required"], "required"),  # a spa is never looser than its network
        (["required", "optional"], "required"),
    ],
)
def test_an_organization_and_its_network_say_it_the_stricter_holds(
    said: list[SecondFactor], holds: SecondFactor
) -> None:
    for chosen in ({}, ABROAD, {"second_factor": "optional"}):
        assert decided(settings(**chosen), said, demo=False) == holds


def test_what_the_settings_require_nobody_loosens() -> None:
    strict = settings(second_factor="required")
    assert decided(strict, ["optional", "optional"], demo=True) == "required"
