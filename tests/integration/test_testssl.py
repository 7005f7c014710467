"""What testssl.sh says of TLS served directly, and by nginx as the docs have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.certificates import write_certificate
from tests.nginx import running_nginx
from tests.servers import free_port, running_server
from tests.testssl import scanned

Serving = Callable[[Path], AbstractContextManager[tuple[int, Path]]]

# What it finds fault with, and why that is none. Each of them has to be found: what is not any
# more leaves this list.
OF_A_TEST: Final = {
    "cert_expirationStatus": "the certificate of a test is good for a day",
    "cert_notAfter": "the same",
    "cert_revocation": "nobody issued it who could revoke it",
    "engine_problem": "GOST is asked for with the system's OpenSSL, which has none",
}
MEANT: Final = {
    "cipher_order": "all suites are good, and a telephone knows which is fast for it",
}
EXCUSED: Final = {**OF_A_TEST, **MEANT}
LOOKED_AT: Final = frozenset(
    {
        *("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3"),
        *("cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW"),
        *("cipherlist_3DES_IDEA", "cipherlist_AVERAGE", "cipherlist_STRONG", "PFS"),
        *("heartbleed", "CCS", "ticketbleed", "ROBOT", "secure_client_renego"),
        *("CRIME_TLS", "BREACH", "POODLE_SSL", "fallback_SCSV", "SWEET32", "FREAK", "DROWN"),
        *("LOGJAM", "BEAST", "LUCKY13", "RC4", "cert_chain_of_trust", "HSTS_time"),
    }
)
OFFERED: Final = {"TLS1_2": "offered", "TLS1_3": "offered with final"}


@contextmanager
def served_directly(folder: Path) -> Iterator[tuple[int, Path]]:
    chain, private = write_certificate(folder)
    with running_server(folder, tls_certificate=str(chain), tls_key=str(private)) as server:
        yield server.port, chain


@contextmanager
def served_by_nginx(folder: Path) -> Iterator[tuple[int, Path]]:
    port = free_port()
    proxied = {"public_url": f"https://localhost:{port}", "trusted_proxies": "127.0.0.1/32"}
    with (
        running_server(folder, **proxied) as node,
        # It asks for renegotiation without a name: it would not learn what it asks.
        running_nginx([node.port], port, nameless=True) as front,
    ):
        yield front.port, front.chain


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("served", [served_directly, served_by_nginx])
def test_a_scan_finds_nothing_but_what_is_meant(served: Serving, tmp_path: Path) -> None:
    with served(tmp_path) as (port, chain):
        findings = scanned(port, chain, tmp_path)
    by_id = {one.id: one for one in findings}
    assert by_id.keys() >= LOOKED_AT
    assert {name: by_id[name].words for name in OFFERED} == OFFERED
    worse = {one.id: one for one in findings if not one.is_well}
    assert {name: one for name, one in worse.items() if name not in EXCUSED} == {}
    assert set(worse) == set(EXCUSED)
