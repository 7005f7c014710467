"""A server whose secrets others may read does not start, and says what to do about it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from tests.certificates import write_certificate
from tests.commands import settings_of

SECRET = base64.b64encode(b"hunter2-hunter2-hunter2-hunter22").decode()
Setting = Callable[[Path], tuple[Path, dict[str, str]]]


def secret_of(setting: str, **others: str) -> Setting:
    """Give a file that others may read, and settings that name it."""

    def written(folder: Path) -> tuple[Path, dict[str, str]]:
        file = folder / "secret"
        file.write_text(SECRET)
        return file, {setting: str(file), **others}

    return written


def settings_file(folder: Path) -> tuple[Path, dict[str, str]]:
    file = folder / "elsewhere.toml"
    file.write_text(f'turn_secret = "{SECRET}"\n')
    return file, {"CONFIG": str(file)}


def tls_key(folder: Path) -> tuple[Path, dict[str, str]]:
    chain, key = write_certificate(folder)
    return key, {"TLS_CERTIFICATE": str(chain), "TLS_KEY": str(key), "DEMO": "false"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("root_key_file", secret_of("ROOT_KEY_FILE")),
        (
            "relay_secret_file",
            secret_of("RELAY_SECRET_FILE", RELAY_CONTROLS="10.0.0.5:3480", CALLS="relay"),
        ),
        ("turn_secret_file", secret_of("TURN_SECRET_FILE")),
        ("GOODFAITH_CONFIG", settings_file),
        ("tls_key", tls_key),
    ],
)
def test_it_names_the_setting_the_file_and_the_remedy(
    name: str, made: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file, others = made(tmp_path)
    file.chmod(0o644)
    given = {"CALLS": "direct", "DATA_DIR": str(tmp_path / "data"), "PORT": "1", **others}
    with settings_of({f"GOODFAITH_{one}": value for one, value in given.items()}):
        done = CliRunner().invoke(app, ["serve"])
    assert done.exit_code in {1, 2}
    told = " ".join(done.output.split())
    assert f"{name}: {file} must be a file that nobody else may read: chmod 600 {file}" in told
    assert SECRET not in told
