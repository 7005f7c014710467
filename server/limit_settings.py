"""The part of the settings that says how much anybody may ask, and how many connections have.

Names, order of sources and errors are those of `server.settings`, which includes this. The
defaults are for a whole spa behind one address.
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LimitSettings(BaseSettings):
    """What an operator may set about requests and connections, whoever they are of."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    requests_per_address_s: float = Field(200.0, ge=1, le=100_000)
    """HTTP requests per second that one address (of IPv6: one /64) may keep up. Probes, metrics
    and assets have as much again."""

    requests_per_address_burst: int = Field(2_000, ge=10, le=1_000_000)
    """HTTP requests that one address may send at once after a pause."""

    requests_per_session_s: float = Field(20.0, ge=1, le=100_000)
    """HTTP requests per second that one session, or one token, may keep up."""

    requests_per_session_burst: int = Field(200, ge=10, le=1_000_000)
    """HTTP requests that one session, or one token, may send at once after a pause."""

    sign_ins_per_address_s: float = Field(3.0, ge=0.1, le=100_000)
    """Passwords per second, right or wrong, that one address may keep having looked at: each
    costs a core a tenth of a second, and whoever asks for more keeps others waiting."""

    sign_ins_per_address_burst: int = Field(60, ge=5, le=1_000_000)
    """Passwords that one address may have looked at at once after a pause."""

    connections_per_address_max: int = Field(1_000, ge=10, le=100_000)
    """Open connections of one address; of a trusted proxy as many as it likes."""

    header_read_s: float = Field(10.0, ge=0.5, le=120)
    """Seconds within which a new connection has agreed on TLS and sent the headers of a
    request."""
