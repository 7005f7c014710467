"""What is agreed on when this server speaks TLS itself; both ends in memory."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from cryptography.hazmat.primitives import serialization
from OpenSSL import SSL

from server.serving_tls import SUITES, context_of, tls_of
from server.settings import Settings, SettingsError
from tests.certificates import write_certificate

OF_TLS_1_3 = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
}
ALLOW_CLIENT_RENEGOTIATION = 0x100  # of OpenSSL 3, which Python has no name for
STEPS_MAX = 10
KINDS: tuple[Literal["ec", "rsa"], ...] = ("ec", "rsa")


@dataclass
class Talk:
    """Two ends that have agreed."""

    client: ssl.SSLObject
    server: ssl.SSLObject

    @property
    def suite(self) -> str:
        agreed = self.client.cipher()
        assert agreed is not None
        return agreed[0]


def agreed(server: ssl.SSLContext, client: ssl.SSLContext) -> Talk:
    """Have a handshake in memory, and let the client read what comes after it.

    Raises:
        SSLError: one of the ends refuses.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    waiting: list[Callable[[], object]] = [theirs.do_handshake, ours.do_handshake]
    for _ in range(STEPS_MAX):
        for step in tuple(waiting):
            try:
                step()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(step)
        if not waiting:
            break
    assert not waiting, "the ends never agree and never refuse"
    ours.write(b"well")
    assert theirs.read(4) == b"well"  # tickets of TLS 1.3 stand before it
    return Talk(theirs, ours)


def old_client() -> ssl.SSLContext:
    """Return a client that takes whatever the library still has."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return client


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    return {kind: write_certificate(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}


@pytest.fixture(scope="module")
def served(files: dict[str, tuple[Path, Path]]) -> dict[str, ssl.SSLContext]:
    return {kind: context_of(*files[kind]) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.safeguard("164.312(e)(1)")
def test_only_modern_suites_are_agreed_on(served: dict[str, ssl.SSLContext], kind: str) -> None:
    every = {str(one["name"]) for one in old_client().get_ciphers()} - OF_TLS_1_3
    assert set(SUITES) < every
    assert {"AES128-SHA", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"} < every
    agreed_on = set()
    for suite in every:
        client = old_client()
        client.set_ciphers(f"{suite}:@SECLEVEL=0")
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            agreed_on.add(agreed(served[kind], client).suite)
        except ssl.SSLError:
            continue
    key = "ECDSA" if kind == "ec" else "RSA"
    assert agreed_on == {suite for suite in SUITES if key in suite}


def test_whoever_speaks_tls_1_3_does(served: dict[str, ssl.SSLContext]) -> None:
    talk = agreed(served["ec"], old_client())
    assert talk.client.version() == "TLSv1.3"
    assert talk.suite in OF_TLS_1_3


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.safeguard("164.312(e)(1)")
def test_what_is_older_than_tls_1_2_is_refused(
    served: dict[str, ssl.SSLContext],
    files: dict[str, tuple[Path, Path]],
    version: ssl.TLSVersion,
) -> None:
    client = old_client()
    client.minimum_version = client.maximum_version = version
    with pytest.raises(ssl.SSLError, match=r"(?i)protocol|version"):
        agreed(served["rsa"], client)
    lenient = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # the client is no reason for the refusal
    lenient.set_ciphers("ALL:@SECLEVEL=0")
    lenient.minimum_version = ssl.TLSVersion.TLSv1
    lenient.load_cert_chain(*files["rsa"])
    assert agreed(lenient, client).client.version() in {"TLSv1", "TLSv1.1"}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_nobody_is_given_a_ticket(
    served: dict[str, ssl.SSLContext],
    files: dict[str, tuple[Path, Path]],
    version: ssl.TLSVersion,
) -> None:
    client = old_client()
    client.minimum_version = client.maximum_version = version
    session = agreed(served["ec"], client).client.session
    assert session is not None
    assert not session.has_ticket
    generous = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    generous.load_cert_chain(*files["ec"])
    given = agreed(generous, client).client.session
    assert given is not None
    assert given.has_ticket


def test_the_only_protocol_above_is_said(served: dict[str, ssl.SSLContext]) -> None:
    client = old_client()
    client.set_alpn_protocols(["h2", "http/1.1"])
    assert agreed(served["ec"], client).server.selected_alpn_protocol() == "http/1.1"


@pytest.mark.safeguard("164.312(e)(2)(i)")
def test_a_handshake_is_not_begun_again(files: dict[str, tuple[Path, Path]]) -> None:
    """It is work that anybody could have the server do, as often as they like."""
    context = context_of(*files["ec"])
    assert not renegotiated(context)
    context.options |= ALLOW_CLIENT_RENEGOTIATION
    assert not renegotiated(context)
    context.options &= ~ssl.OP_NO_RENEGOTIATION
    assert renegotiated(context)


def renegotiated(server: ssl.SSLContext) -> bool:
    """Tell whether a client of TLS 1.2 gets a second handshake over one connection."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    client = SSL.Connection(context, None)
    client.set_connect_state()
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    begun = False
    for _ in range(STEPS_MAX):
        try:
            client.do_handshake()
        except SSL.WantReadError:
            pass
        except SSL.Error:
            return False
        with contextlib.suppress(SSL.WantReadError):
            to_server.write(client.bio_read(65_536))
        with contextlib.suppress(ssl.SSLWantReadError):
            ours.read(1) if begun else ours.do_handshake()
        if to_client.pending:
            client.bio_write(to_client.read())
        elif not begun:
            begun = client.renegotiate()
    return client.total_renegotiations() == 1 and not client.renegotiate_pending()


def test_nothing_is_compressed(served: dict[str, ssl.SSLContext]) -> None:
    """Lengths would tell what was."""
    for context in served.values():
        assert ssl.OP_NO_COMPRESSION in context.options
        assert agreed(context, old_client()).server.compression() is None


def test_behind_a_proxy_there_is_none() -> None:
    assert tls_of(Settings()) is None


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ("other key", "tls_key: is not the key of tls_certificate"),
        ("passphrase", "the key has a passphrase"),
        ("no PEM", "no chain and key in PEM"),
        ("no file", r"cannot be read \(No such file or directory\)"),
    ],
)
def test_what_cannot_be_served_is_said_and_nothing_is_asked(
    tmp_path: Path, spoilt: str, told: str
) -> None:
    chain, key = write_certificate(tmp_path)
    if spoilt == "other key":
        (tmp_path / "other").mkdir()
        _, key = write_certificate(tmp_path / "other")
    elif spoilt == "passphrase":
        lock(key)
    elif spoilt == "no PEM":
        chain.write_text("chain", encoding="ascii")
    else:
        key.unlink()
    with pytest.raises(SettingsError, match=told):
        context_of(chain, key)


def lock(file: Path) -> None:
    """Put a passphrase on a key."""
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"wombat"),
        )
    )
