"""The part of the settings that operations are about: days, metrics, alerts.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.origins import checked_target

SECRET_CHARS_MIN: Final = 16


class OperationsSettings(BaseSettings):
    """What an operator may set about figures and alerts."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- operations: figures, metrics, alerts ---

    time_zone: str = "America/New_York"
    """IANA name of the zone in which days begin for operations."""

    metrics_token: SecretStr | None = None
    """Bearer token for /metrics, 16 characters or more. Unset: only this machine may read."""

    metrics_token_file: Path | None = None
    """File with `metrics_token`."""

    alert_oldest_wait_s: float = Field(120.0, ge=5, le=3_600)
    """Seconds that a patient may wait before operations are alerted."""

    alert_missed_share: float = Field(0.05, gt=0, lt=1)
    """Share of offers that practitioners may miss before operations are alerted."""

    alert_missed_window_s: float = Field(1_800.0, ge=60, le=86_400)
    """Seconds over which that share is taken."""

    alert_missed_offers_min: int = Field(20, ge=1, le=10_000)
    """Fewer offers than this within the window alert nobody."""

    alert_clear_hold_s: float = Field(15.0, ge=1, le=600)
    """Seconds without a break after which what was alerted counts as over."""

    alert_webhook_url: str | None = None
    """Where alerts are posted: https, or http on this machine; needs `alert_webhook_secret`."""

    alert_webhook_secret: SecretStr | None = None
    """Shared with the receiver, 16 characters or more: signs what is posted."""

    alert_webhook_secret_file: Path | None = None
    """File with `alert_webhook_secret`."""

    @field_validator("time_zone")
    @classmethod
    def _time_zone_exists(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a time zone's IANA name, as America/New_York") from None

    @field_validator("metrics_token", "alert_webhook_secret")
    @classmethod
    def _secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_CHARS_MIN:
            raise ValueError(f"must have {SECRET_CHARS_MIN} characters or more")
        return value

    @field_validator("alert_webhook_url")
    @classmethod
    def _webhook_is_safe(cls, value: str | None) -> str | None:
        return None if value is None else checked_target(value)

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> Self:
        if (self.alert_webhook_url is None) != (self.alert_webhook_secret is None):
            raise ValueError(
                "alert_webhook_url and alert_webhook_secret are set both or neither"
            )
        return self
