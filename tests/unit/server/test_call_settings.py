"""Settings of relays are refused when the server could only find out during a call."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings

SECRET = Path("secret")


def test_calls_go_through_a_relay_unless_told_otherwise() -> None:
    assert Settings().calls == "relay"
    with pytest.raises(ValidationError):
        Settings(calls="both")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "control", ["127.0.0.1:3480", "10.1.2.3:1", "[fd00::1]:65535", "/run/goodfaith/control"]
)
def test_a_control_address_is_private_or_a_socket(control: str) -> None:
    settings = Settings(relay_controls=(control,), relay_secret_file=SECRET)
    assert settings.relay_controls == (control,)


@pytest.mark.parametrize(
    "control",
    [
        "203.0.113.5",
        "8.8.8.8:3480",
        "0.0.0.0:3480",
        "[::]:3480",
        "relay.example:3480",
        "10.0.0.5:0",
        "10.0.0.5:65536",
        "10.0.0.5:",
        "/" + "x" * 100,
        "",
    ],
)
def test_a_control_address_that_strangers_reach_or_that_is_none_is_refused(
    control: str,
) -> None:
    with pytest.raises(ValidationError):
        Settings(relay_controls=(control,), relay_secret_file=SECRET)


def test_relays_of_others_need_the_secret_and_each_is_named_once() -> None:
    with pytest.raises(ValidationError, match="relay_secret_file"):
        Settings(relay_controls=("10.0.0.5:3480",))
    with pytest.raises(ValidationError, match="each once"):
        Settings(relay_controls=("10.0.0.5:3480",) * 2, relay_secret_file=SECRET)
    many = tuple(f"10.0.0.{n}:3480" for n in range(17))
    with pytest.raises(ValidationError, match="16"):
        Settings(relay_controls=many, relay_secret_file=SECRET)


@pytest.mark.parametrize("address", ["0" + ".0" * 3, "::", "relay.example", "203.0.113.5:3479"])
def test_what_is_announced_is_an_address_that_leads_somewhere(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(relay_announce=(address,))


def test_lists_may_be_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODFAITH_RELAY_ANNOUNCE", "203.0.113.5, 2001:db8::5")
    assert Settings().relay_announce == ("203.0.113.5", "2001:db8::5")


@pytest.mark.parametrize(("name", "value"), [("relay_port", 65_536), ("relay_port", -1)])
def test_ports_have_bounds(name: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [1.4, 61])
def test_a_relay_is_lost_neither_between_heartbeats_nor_after_an_hour(value: float) -> None:
    with pytest.raises(ValidationError):
        Settings(relay_lost_s=value)


def test_the_address_to_bind_is_an_address() -> None:
    assert Settings(relay_host="0.0.0.0").relay_host == "0.0.0.0"  # noqa: S104 - expected
    with pytest.raises(ValidationError):
        Settings(relay_host="eth0")
