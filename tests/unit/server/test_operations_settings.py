from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.operations_settings import OperationsSettings
from server.settings import Settings


def made(**values: object) -> OperationsSettings:
    return OperationsSettings.model_validate(values)


def test_the_defaults_are_those_that_operations_know() -> None:
    settings = made()
    assert settings.time_zone == "America/New_York"
    assert settings.metrics_token is None
    assert (settings.alert_oldest_wait_s, settings.alert_missed_share) == (120.0, 0.05)
    assert OperationsSettings.model_fields.keys() <= Settings.model_fields.keys()


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": ""},
        {"metrics_token": "short"},
        {"alert_oldest_wait_s": 1},
        {"alert_missed_share": 0},
        {"alert_missed_share": 1},
        {"alert_webhook_url": "https://alerts.example.org/x"},
        {"alert_webhook_secret": "s" * 16},
        *(
            {"alert_webhook_url": url, "alert_webhook_secret": "s" * 16}
            for url in (
                "http://alerts.example.org/",
                "https://user:word@alerts.example.org/",
                "https://alerts.example.org/#x",
                "ftp://127.0.0.1/",
                "https://",
                "alerts",
            )
        ),
    ],
)
def test_what_is_unsafe_or_unknown_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        made(**wrong)


@pytest.mark.parametrize(
    "url", ["https://alerts.example.org/x?y=z", "http://127.0.0.1:9000/", "http://[::1]/"]
)
def test_a_webhook_is_https_or_on_this_machine(url: str) -> None:
    assert made(alert_webhook_url=url, alert_webhook_secret="s" * 16).alert_webhook_url == url
