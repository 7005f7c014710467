from dataclasses import fields
from ipaddress import ip_address

import pytest

from media.relay_limits import RelayLimits
from media.relay_process import RelaySettings, control_endpoint

SECRET = b"s" * 32


@pytest.mark.parametrize("name", [one.name for one in fields(RelayLimits) if one.name != "ice"])
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        RelayLimits(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "control", ["127.0.0.1:3480", "[::1]:3480", "10.1.2.3:1", "/run/goodfaith/relay.sock"]
)
def test_a_control_address_is_private(control: str) -> None:
    settings = RelaySettings("0.0.0.0", 3479, ("192.0.2.1",), control, SECRET)  # noqa: S104
    assert settings.control == control


@pytest.mark.parametrize(
    ("host", "port", "announced", "control", "secret"),
    [
        ("192.0.2.1", 1, ("192.0.2.1",), "8.8.8.8:1", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "0.0.0.0:1", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "[::]:1", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "localhost:1", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "127.0.0.1:x", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "127.0.0.1:65536", SECRET),
        ("192.0.2.1", 1, ("192.0.2.1",), "127.0.0.1:1", b"short"),
        ("192.0.2.1", 1, (), "127.0.0.1:1", SECRET),
        ("192.0.2.1", 1, ("0.0.0.0",), "127.0.0.1:1", SECRET),  # noqa: S104
        ("relay.example", 1, ("192.0.2.1",), "127.0.0.1:1", SECRET),
        ("192.0.2.1", 65_536, ("192.0.2.1",), "127.0.0.1:1", SECRET),
    ],
)
def test_settings_that_cannot_work_or_should_not_are_refused(
    host: str, port: int, announced: tuple[str, ...], control: str, secret: bytes
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        RelaySettings(host, port, announced, control, secret)


def test_the_secret_is_not_shown() -> None:
    settings = RelaySettings("192.0.2.1", 1, ("192.0.2.1",), "127.0.0.1:1", SECRET)
    assert "sss" not in repr(settings)


def test_a_control_address_of_either_family_is_read() -> None:
    assert control_endpoint("[::1]:5") == ("::1", 5)
    assert ip_address(control_endpoint("127.0.0.1:5")[0]).is_loopback
