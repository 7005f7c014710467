from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.node_settings import NodeSettings, drain_s, farewell_s
from server.settings import Settings

SQLITE = "sqlite:///data/goodfaith.db"
POSTGRESQL = "postgresql+psycopg://db.example/goodfaith"


def test_one_process_does_it_all_unless_told_otherwise() -> None:
    assert NodeSettings().role == "all"
    assert NodeSettings.model_fields.keys() <= Settings.model_fields.keys()


def test_a_process_that_nobody_can_stand_in_for_stops_at_once() -> None:
    settings = NodeSettings()
    assert (drain_s(settings, SQLITE), farewell_s(settings, SQLITE)) == (0.0, 0.0)
    assert (drain_s(settings, POSTGRESQL), farewell_s(settings, POSTGRESQL)) == (5.0, 3.0)


def test_what_is_set_holds_everywhere() -> None:
    settings = NodeSettings(drain_s=2, farewell_s=0)
    for database in (SQLITE, POSTGRESQL):
        assert (drain_s(settings, database), farewell_s(settings, database)) == (2.0, 0.0)


@pytest.mark.parametrize(
    "wrong", [{"role": "relay"}, {"drain_s": -1}, {"drain_s": 301}, {"farewell_s": 61}]
)
def test_what_is_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NodeSettings.model_validate(wrong)
