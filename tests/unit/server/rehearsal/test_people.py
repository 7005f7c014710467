"""With what rehearsals sign in."""

from __future__ import annotations

import pytest

from server import totp
from server.rehearsal.people import SignIn, until_next_code_s

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_790_000_012_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana:secret words", SignIn("ana", "secret words")),
        (f"ana:secret words:{SECRET}", SignIn("ana", "secret words", SECRET)),
        ("ana:with:colons", SignIn("ana", "with:colons")),
        (f"ana:with:colons:{SECRET}", SignIn("ana", "with:colons", SECRET)),
        ("ana:with:TOOSHORT", SignIn("ana", "with:TOOSHORT")),
        ("ana:with:jbswy3dpehpk3pxp", SignIn("ana", "with:jbswy3dpehpk3pxp")),
        (f"ana:{SECRET}", SignIn("ana", SECRET)),
        (f"ana::{SECRET}", SignIn("ana", f":{SECRET}")),
    ],
)
def test_a_third_part_is_a_secret_only_if_it_looks_like_one(
    text: str, expected: SignIn
) -> None:
    assert SignIn.parse(text) == expected


@pytest.mark.parametrize("text", ["", "ana", "ana:", ":password"])
def test_login_and_password_have_to_be_there(text: str) -> None:
    with pytest.raises(ValueError, match="LOGIN:PASSWORD"):
        SignIn.parse(text)


def test_the_code_of_now_goes_along_where_there_is_a_secret() -> None:
    assert SignIn("ana", "secret words").form(NOW).code is None
    form = SignIn("ana", "secret words", SECRET).form(NOW)
    assert form.code == totp.code_at(SECRET, totp.step_at(NOW))


def test_a_fresh_proof_is_the_code_of_now_or_the_password_and_never_both() -> None:
    only = SignIn("ana", "secret words").proof(NOW)
    assert (only.password, only.code) == ("secret words", None)
    form = SignIn("ana", "secret words", SECRET).proof(NOW)
    assert (form.password, form.code) == (None, totp.code_at(SECRET, totp.step_at(NOW)))


def test_neither_password_nor_secret_is_printed() -> None:
    printed = repr(SignIn("ana", "secret words", SECRET))
    assert "secret words" not in printed
    assert SECRET not in printed


def test_the_next_code_comes_with_the_next_half_minute() -> None:
    wait_s = until_next_code_s(NOW)
    assert 0 < wait_s <= totp.STEP_S
    later = NOW + round(wait_s * 1_000_000)
    assert totp.step_at(later) == totp.step_at(NOW) + 1
    assert totp.step_at(later - 1) == totp.step_at(NOW)
