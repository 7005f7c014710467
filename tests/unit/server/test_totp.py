from __future__ import annotations

import base64

import pytest

from server import totp

SECOND = 1_000_000
SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B
# The last six of the eight digits that the appendix gives for SHA-1.
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]
NOW = 1_111_111_111 * SECOND
STEP = totp.step_at(NOW)


@pytest.mark.parametrize(("second", "code"), VECTORS)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    now = second * SECOND
    assert totp.code_at(SECRET, totp.step_at(now)) == code
    assert totp.step_of(code, SECRET, now=now) == second // totp.STEP_S


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_code_of_the_step_before_and_after_counts(off: int) -> None:
    code = totp.code_at(SECRET, STEP + off)
    assert totp.step_of(code, SECRET, now=NOW) == STEP + off


@pytest.mark.parametrize("off", [-20, -2, 2, 20])
def test_a_code_of_another_time_is_none(off: int) -> None:
    assert totp.step_of(totp.code_at(SECRET, STEP + off), SECRET, now=NOW) is None


def test_a_code_counts_until_the_end_of_the_step_after_its_own() -> None:
    code, ends = totp.code_at(SECRET, STEP), (STEP + 2) * totp.STEP_S * SECOND
    assert totp.step_of(code, SECRET, now=ends - 1) == STEP
    assert totp.step_of(code, SECRET, now=ends) is None


@pytest.mark.parametrize(
    "code",
    ["", "05047", "0504711", "abcdef", "\uff10\uff15\uff10\uff14\uff17\uff11", "050471 "],
)
def test_what_is_no_code_is_of_no_step(code: str) -> None:
    assert totp.step_of(code, SECRET, now=NOW) is None


def test_before_the_first_step_there_is_none() -> None:
    assert totp.step_of(totp.code_at(SECRET, 0), SECRET, now=0) == 0


def test_a_code_of_another_secret_is_none() -> None:
    other = totp.secret_of(bytes(range(20)))
    assert totp.step_of(totp.code_at(other, STEP), SECRET, now=NOW) is None


def test_a_secret_has_160_bits() -> None:
    assert base64.b32decode(totp.secret_of(bytes(range(20)))) == bytes(range(20))
    for wrong in (b"", bytes(19), bytes(21)):
        with pytest.raises(ValueError, match="20 bytes"):
            totp.secret_of(wrong)


def test_the_picture_says_whose_it_is_and_how_codes_are_made() -> None:
    uri = totp.uri_of(SECRET, login="ana@glow", organization="Glow: Aesthetics")
    assert uri.startswith("otpauth://totp/Goodfaith%20Glow%20%20Aesthetics:ana%40glow?")
    assert f"secret={SECRET}" in uri
    assert "issuer=Goodfaith%20Glow%20%20Aesthetics" in uri
