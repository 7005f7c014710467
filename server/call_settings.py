"""The part of the settings that says how calls travel: through a relay, and through which.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

RELAYS_MAX: Final = 16
ADDRESSES_MAX: Final = 8
PATH_CHARS_MAX: Final = 100  # what fits into the address of a Unix socket
PORT_MAX: Final = 65_535


def split_commas(value: object) -> object:
    """Read `a, b` of an environment variable as a list; anything else is left alone."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_commas)]


class CallSettings(BaseSettings):
    """What an operator may set about the way of a call."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    # --- relays: docs/relay.md ---

    calls: Literal["relay", "direct"] = "relay"
    """Through a relay, or from browser to browser. Without a relay every call goes direct."""

    relay_controls: Texts = ()
    """Control addresses of relays that others run: HOST:PORT of loopback or a private network,
    or paths of Unix sockets. Empty: this server runs one relay itself."""

    relay_secret_file: Path | None = None
    """File with the secret of `relay_controls`, 32 bytes or more. The server's own relay has
    one in `data_dir`."""

    relay_host: str | None = None
    """Address that media comes to, of the server's own relay. Unset: 127.0.0.1 while people
    are on this machine only, else 0.0.0.0."""

    relay_port: int = Field(3_479, ge=0, le=PORT_MAX)
    """UDP port of media, of the server's own relay; 0 leaves the choice to the system."""

    relay_announce: Texts = ()
    """Addresses that browsers are told, the preferred first, of the server's own relay. Needed
    when people come from elsewhere; else 127.0.0.1."""

    relay_lost_s: float = Field(3.0, ge=1.5, le=60)
    """Seconds of silence after which a relay is lost and its calls are moved."""

    interrupted_limit_s: float = Field(120.0, ge=5, le=3_600)
    """Seconds for which a call may be interrupted before the patient goes back to the head of
    the line."""

    @field_validator("relay_controls")
    @classmethod
    def _controls_are_private(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) > RELAYS_MAX or len(set(value)) != len(value):
            raise ValueError(f"must be {RELAYS_MAX} relays at most, each once")
        for one in value:
            _check_control(one)
        return value

    @field_validator("relay_host")
    @classmethod
    def _host_is_an_address(cls, value: str | None) -> str | None:
        return None if value is None else _address(value)

    @field_validator("relay_announce")
    @classmethod
    def _announced_lead_somewhere(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) > ADDRESSES_MAX:
            raise ValueError(f"must be {ADDRESSES_MAX} addresses at most")
        if any(ip_address(_address(one)).is_unspecified for one in value):
            raise ValueError("must be addresses that browsers can send to")
        return value

    @model_validator(mode="after")
    def _others_have_a_secret(self) -> Self:
        if self.relay_controls and self.relay_secret_file is None:
            raise ValueError("relay_controls needs relay_secret_file")
        return self


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("must be IP addresses") from None


def _check_control(text: str) -> None:
    """Refuse an address where strangers could listen: lines of control are not encrypted."""
    if "/" in text:
        if len(text.encode()) > PATH_CHARS_MAX:
            raise ValueError(f"the path of a socket has {PATH_CHARS_MAX} bytes at most")
        return
    host, _, port = text.rpartition(":")
    try:
        address, number = ip_address(host.strip("[]")), int(port)
    except ValueError:
        raise ValueError("must be ADDRESS:PORT or the path of a Unix socket") from None
    if not address.is_private or address.is_unspecified or not 0 < number <= PORT_MAX:
        raise ValueError("must be on loopback or on a private network")
