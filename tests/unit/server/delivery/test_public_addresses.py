"""Every special range is refused, in every disguise; the internet is not."""

from __future__ import annotations

import pytest

from server.delivery.public_addresses import checked_endpoint, may_connect

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]
SPECIAL = [
    "0.0.0.0",  # noqa: S104 - refused
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:a00:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "2002:7f00:1::1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_may_be_connected_to(address: str) -> None:
    assert may_connect(address, loopback=False)


@pytest.mark.parametrize("address", SPECIAL)
def test_what_is_not_the_internet_may_not(address: str) -> None:
    assert not may_connect(address, loopback=False)


def test_loopback_opens_this_machine_and_nothing_else() -> None:
    assert may_connect("127.0.0.1", loopback=True)
    assert may_connect("::1", loopback=True)
    for address in ("10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1", "0.0.0.1"):
        assert not may_connect(address, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.glow.com/in?token=1",
        "https://hooks.glow.com:8443/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://xn--bcher-kva.example/",
    ],
)
def test_an_endpoint_on_the_internet_is_taken_as_it_is(url: str) -> None:
    assert checked_endpoint(url, loopback=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.glow.com/",
        "ftp://hooks.glow.com/",
        "//hooks.glow.com/",
        "https://",
        "https://user:pass@hooks.glow.com/",
        "https://hooks.glow.com@10.0.0.1/",
        "https://hooks.glow.com/#part",
        "https://hooks.glow.com:6379/",
        "https://hooks.glow.com:99999/",
        "https://hooks.glow.com:x/",
        "https://localhost/",
        "https://localhost./",
        "https://db/",
        "https://db.internal/",
        "https://printer.local/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.glow.com/a b",
        "https://hooks.glow.com/\r\nHost: x",
        "https://h\u00f6oks.glow.com/",
        f"https://hooks.glow.com/{'a' * 500}",
        "",
    ],
)
def test_any_other_endpoint_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be https"):
        checked_endpoint(url, loopback=False)


def test_loopback_allows_plain_http_here_only() -> None:
    assert checked_endpoint("http://localhost:8000/in", loopback=True)
    assert checked_endpoint("http://127.0.0.1:8000/in", loopback=True)
    for url in ("http://hooks.glow.com/", "http://10.0.0.1/", "https://10.0.0.1/"):
        with pytest.raises(ValueError, match="must be https"):
            checked_endpoint(url, loopback=True)
