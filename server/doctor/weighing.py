"""What can be said of a secret without saying the secret; where a URL leads, and how. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.doctor.facts import Encryption, Secret, Source, Wire
from server.origins import is_loopback
from server.secret_settings import ROOT_KEY, URL

PERIOD_MAX: Final = 8
PATTERN_MIN: Final = 4
WORDS: Final = frozenset(
    {
        "...",
        "admin",
        "change-me",
        "change_me",
        "changeit",
        "changeme",
        "example",
        "goodfaith",
        "hunter2",
        "letmein",
        "password",
        "postgres",
        "redis",
        "secret",
        "test",
        "the same secret",
        "the-shared-secret",
        "token",
        "valkey",
    }
)
"""What stands in documentation, ours (`turnserver.conf`) and others', in lower case."""
# Others make these, and say how long they are.
GIVEN: Final = frozenset({"smtp_password", "sms_token"})
PLAIN: Final = frozenset({"disable", "allow", "prefer"})
UNVERIFIED: Final = frozenset({"require", "verify-ca"})
LIBPQ_DEFAULT: Final = "prefer"


def weighed(setting: str, source: Source, value: bytes, salt: bytes) -> Secret | None:
    """Return what can be said of a secret; None where nothing is one.

    Args:
        setting: which.
        source: where it was set.
        value: as it was set; of a URL, the password in it is the secret.
        salt: of this look, so that a mark says nothing in another.
    """
    secret = password_of(value.decode("utf-8", "replace")) if setting.endswith(URL) else value
    if not secret:
        return None
    folded = secret.decode("utf-8", "replace").strip().lower()
    return Secret(
        setting=setting,
        source=source,
        chars=len(secret),
        chosen_here=setting not in GIVEN,
        well_known=setting.endswith(ROOT_KEY) and is_well_known(secret),
        of_an_example=not setting.endswith(ROOT_KEY)
        and (folded in WORDS or is_well_known(secret)),
        mark=hmac.new(salt, secret, hashlib.sha256).hexdigest(),
    )


def is_well_known(key: bytes) -> bool:
    """Tell whether a key is a pattern: a repetition, or bytes one after the other."""
    periods = range(1, min(PERIOD_MAX, len(key) // 2) + 1)
    if any(key == (key[:period] * len(key))[: len(key)] for period in periods):
        return True
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(key) >= PATTERN_MIN and len(steps) == 1


def password_of(url: str) -> bytes:
    """Return the password in a URL of a database or of Redis; empty if there is none."""
    parts = urlsplit(url)
    _, _, password = parts.netloc.rpartition("@")[0].partition(":")
    asked = parse_qs(parts.query).get("password", [""])[-1]
    return unquote(password or asked).encode()


def database_wire(setting: str, url: str, default_mode: str | None) -> Wire | None:
    """Return how a database is reached; None of SQLite, and of what is no URL.

    Args:
        setting: which names it.
        url: where it is (libpq's words in its query).
        default_mode: what PGSSLMODE says.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if not parsed.drivername.startswith("postgres"):
        return None
    hosts = [parsed.host or "", *_listed(parsed.query.get("host")).split(",")]
    mode = _listed(parsed.query.get("sslmode")) or default_mode or LIBPQ_DEFAULT
    encryption: Encryption = "verified"
    if mode in UNVERIFIED:
        encryption = "unverified"
    elif mode in PLAIN:
        encryption = "none"
    return Wire(setting, _all_local(hosts), encryption)


def redis_wire(url: str) -> Wire:
    """Return how Redis is reached."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return Wire("redis_url", local=True, encryption="none")
    hosts = [
        urlsplit(f"//{one}").hostname or ""
        for one in parts.netloc.rpartition("@")[2].split(",")
    ]
    encryption: Encryption = "verified" if parts.scheme == "rediss" else "none"
    if "none" in parse_qs(parts.query).get("ssl_cert_reqs", []):
        encryption = "unverified"
    return Wire("redis_url", _all_local(hosts), encryption)


def _all_local(hosts: Iterable[str]) -> bool:
    """Tell whether none of them is another machine; a path is a socket, as nothing is."""
    return all(not one or one.startswith("/") or is_loopback(one) for one in hosts)


def _listed(value: str | Sequence[str] | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else ",".join(value)
