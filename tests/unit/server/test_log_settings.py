"""What an operator may set about the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings
from tests.made_logs import MadeLog
from tests.made_witnesses import WITNESS

KEY = str(WITNESS.verifier_key)


def settings(**given: object) -> Settings:
    return Settings.model_validate({"data_dir": Path("data"), **given})


def test_a_witness_is_a_url_and_a_key() -> None:
    [witness] = settings(witnesses=f"https://witness.test/a/ {KEY}").log_witnesses
    assert witness.url == "https://witness.test/a"
    assert witness.key == WITNESS.verifier_key
    assert settings().log_witnesses == ()


@pytest.mark.parametrize(
    "witnesses",
    [
        "https://witness.test",
        KEY,
        f"http://witness.test {KEY}",
        f"https://witness.test {KEY}x",
        f"https://witness.test {MadeLog().key}",
        f"https://a.test {KEY}, https://b.test {KEY}",
        ", ".join(f"https://{one}.test {KEY}" for one in range(9)),
    ],
)
def test_what_is_no_witness_is_refused(witnesses: str) -> None:
    with pytest.raises(ValidationError):
        settings(witnesses=witnesses)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "x" * 201])
def test_a_log_has_the_name_of_a_key(origin: str) -> None:
    with pytest.raises(ValidationError):
        settings(log_origin=origin)
