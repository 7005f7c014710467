"""The part of the settings that telling other systems is about.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class DeliverySettings(BaseSettings):
    """What an operator may set about deliveries."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- telling other systems ---

    webhooks_loopback: bool | None = None
    """Whether webhooks may go to this machine, plain http included. Unset: in a demo only."""
