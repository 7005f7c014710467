"""What is said of a secret says nothing of it; where a URL leads, and whether in the clear."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.doctor.facts import Secret
from server.doctor.weighing import (
    database_wire,
    is_well_known,
    password_of,
    redis_wire,
    weighed,
)

SALT = b"salt"
ROOT = Path(__file__).resolve().parents[4]


def of(setting: str, value: bytes) -> Secret:
    found = weighed(setting, "file", value, SALT)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\xff" * 32,
        bytes(range(32)),
        bytes(range(32, 0, -1)),
        b"b" * 32,
        b"goodgood" * 4,
        bytes(range(48, 80)),
    ],
)
def test_a_pattern_is_a_key_that_everybody_knows(key: bytes) -> None:
    assert is_well_known(key)
    assert of("root_key", key).well_known
    assert of("previous_root_key", key).well_known


def test_a_random_key_is_none_and_a_short_one_is_only_short() -> None:
    assert not any(is_well_known(secrets.token_bytes(32)) for _ in range(200))
    for text in (b"", b"x", b"ab", b"k7Lp", b"k7LpQ2xz"):
        assert not is_well_known(text)


@pytest.mark.parametrize("word", ["THE-SHARED-SECRET", "changeme", "the same secret", "1" * 16])
def test_a_word_of_an_example_is_known(word: str) -> None:
    assert of("turn_secret", word.encode()).of_an_example
    assert of("redis_url", f"redis://:{word.replace(' ', '%20')}@h/0".encode()).of_an_example
    assert not of("root_key", word.encode()).of_an_example


def test_the_secret_of_our_own_example_is_among_them() -> None:
    text = (ROOT / "docs/operations/turnserver.conf").read_text(encoding="utf-8")
    (line,) = [one for one in text.splitlines() if one.startswith("static-auth-secret=")]
    assert of("turn_secret", line.partition("=")[2].encode()).of_an_example


@given(st.binary(min_size=16, max_size=64))
def test_nothing_that_is_said_has_the_secret_in_it(value: bytes) -> None:
    told = repr(of("turn_secret", value))
    assert value.hex() not in told
    assert value.decode("latin-1") not in told


def test_the_same_secret_has_the_same_mark_and_another_look_has_others() -> None:
    one, other = of("turn_secret", b"s" * 20), of("redis_url", b"redis://:" + b"s" * 20 + b"@h")
    assert one.mark == other.mark
    assert one.mark != of("turn_secret", b"t" * 20).mark
    again = weighed("turn_secret", "file", b"s" * 20, b"another")
    assert again is not None
    assert again.mark != one.mark


def test_what_others_chose_is_not_called_short() -> None:
    assert not of("smtp_password", b"short").chosen_here
    assert not of("sms_token", b"short").chosen_here
    assert of("database_url", b"postgresql://u:short@h/d").chosen_here


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://u:p%40ss@h/d", b"p@ss"),
        ("postgresql://h/d?user=u&password=pass", b"pass"),
        ("redis://:pass@h:6379/0", b"pass"),
        ("redis+sentinel://u:pass@a:1,b:2/service/0", b"pass"),
        ("postgresql://u@h/d", b""),
        ("redis://h", b""),
    ],
)
def test_of_a_url_the_password_is_the_secret(url: str, password: bytes) -> None:
    assert password_of(url) == password
    found = weighed("database_url", "file", url.encode(), SALT)
    assert (found is None) is (password == b"")


@pytest.mark.parametrize(
    ("url", "default", "local", "encryption"),
    [
        ("postgresql://u:p@db.example/d", None, False, "none"),
        ("postgresql://u:p@db.example/d?sslmode=prefer", "verify-full", False, "none"),
        ("postgresql://u:p@db.example/d", "verify-full", False, "verified"),
        ("postgresql://u:p@db.example/d?sslmode=require", None, False, "unverified"),
        ("postgresql://u:p@db.example/d?sslmode=verify-ca", None, False, "unverified"),
        ("postgresql+psycopg://u:p@db.example/d?sslmode=verify-full", None, False, "verified"),
        ("postgresql://u:p@127.0.0.1/d", None, True, "none"),
        ("postgresql:///d?host=/run/postgresql", None, True, "none"),
        ("postgresql:///d?host=127.0.0.1,db.example", None, False, "none"),
        ("postgresql:///d?host=127.0.0.1&host=db.example", None, False, "none"),
    ],
)
def test_a_way_to_postgresql_is_told(
    url: str, default: str | None, *, local: bool, encryption: str
) -> None:
    wire = database_wire("database_url", url, default)
    assert wire is not None
    assert (wire.local, wire.encryption) == (local, encryption)


def test_sqlite_has_no_way_and_nonsense_none_either() -> None:
    assert database_wire("database_url", "sqlite:///x.db", None) is None
    assert database_wire("database_url", "nonsense", None) is None


@pytest.mark.parametrize(
    ("url", "local", "encryption"),
    [
        ("redis://127.0.0.1:6379/0", True, "none"),
        ("unix:///run/redis.sock", True, "none"),
        ("redis://:p@cache.example:6379/0", False, "none"),
        ("rediss://:p@cache.example:6379/0", False, "verified"),
        ("rediss://cache.example/0?ssl_cert_reqs=none", False, "unverified"),
        ("redis+sentinel://:p@127.0.0.1:1,10.0.0.6:2/service/0", False, "none"),
        ("redis+sentinel://:p@127.0.0.1:1,localhost:2/service/0", True, "none"),
    ],
)
def test_a_way_to_redis_is_told(url: str, *, local: bool, encryption: str) -> None:
    wire = redis_wire(url)
    assert (wire.local, wire.encryption) == (local, encryption)
