"""TLS as this server speaks it itself, where no reverse proxy does.

TLS 1.3 with the suites of the library (all of them authenticated encryption), TLS 1.2 with
those of `SUITES`: the six of `docs/operations/nginx.conf`. Each has forward secrecy, none a MAC
apart from its cipher. Nothing older is spoken.

Sessions are not resumed by tickets: their key would be kept for as long as the process lives,
and whoever has it later reads what was recorded before. Renegotiation and compression are
refused; the one protocol above is HTTP/1.1, and is said (RFC 7301).
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from server.settings import Settings, SettingsError, used_alone

SUITES: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)
"""Of TLS 1.2, by OpenSSL's names. Which of the two kinds is agreed on, the key decides."""

PROTOCOL: Final = "http/1.1"


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """Return the context for serving TLS directly, or None behind a proxy or on localhost.

    Raises:
        SettingsError: chain or key cannot be read, or are not of each other, or others can read
            the key.
    """
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    used_alone("tls_key", settings.tls_key)
    return context_of(settings.tls_certificate, settings.tls_key)


def context_of(chain: Path, key: Path) -> ssl.SSLContext:
    """Return a context that serves a certificate.

    Args:
        chain: PEM, the server's own certificate first.
        key: PEM, without a passphrase: nobody is there to type one at a restart.

    Raises:
        SettingsError: chain or key cannot be read, or are not of each other.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(":".join(SUITES))
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    # Whoever connects knows which suite is fast on their own device: all are good.
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    context.num_tickets = 0
    context.set_alpn_protocols([PROTOCOL])
    try:
        context.load_cert_chain(chain, key, password=_no_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise SettingsError("tls_key: is not the key of tls_certificate") from None
        raise SettingsError(
            "tls_certificate, tls_key: no chain and key in PEM, or the key has a passphrase"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"tls_certificate, tls_key: cannot be read ({error.strerror})"
        ) from None
    return context


def _no_passphrase() -> str:
    """Answer OpenSSL, which would ask at the terminal otherwise and wait for ever."""
    return ""
