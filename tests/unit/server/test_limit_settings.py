from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.limit_settings import LimitSettings
from server.session_settings import SessionSettings
from server.settings import Settings


def test_a_spa_behind_one_address_is_within_the_defaults() -> None:
    """Fifty devices that all load their page at once, and a session a device."""
    settings = LimitSettings()
    assert LimitSettings.model_fields.keys() <= Settings.model_fields.keys()
    assert settings.requests_per_address_burst >= 50 * 40
    assert settings.connections_per_address_max >= 50 * 8
    assert settings.requests_per_session_burst >= 40


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests_per_address_s": 0},
        {"requests_per_session_burst": 9},
        {"connections_per_address_max": 0},
        {"header_read_s": 0},
        {"header_read_s": 121},
    ],
)
def test_what_is_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LimitSettings.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"known_browser_days": 401},
        {"attempts_pause_max_s": 11},
        {"redemptions_per_link_max": 2},
    ],
)
def test_what_guesses_are_given_is_bounded_too(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SessionSettings.model_validate(wrong)
