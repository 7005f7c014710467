"""Every secret may stand in a file instead, in one place only, and nobody else reads it."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.secret_settings import ROOT_KEY, file_name, is_told, secret_names
from server.settings import PREFIX, Settings, SettingsError, load, without_settings

SECRET = "hunter2-and-more"
VALUES = {
    "database_url": f"postgresql://u:{SECRET}@h/d",
    "keystore_url": f"postgresql://u:{SECRET}@h/d",
    "redis_url": f"redis://:{SECRET}@h/0",
    "turn_secret": SECRET,
    "smtp_password": SECRET,
    "sms_token": SECRET,
    "metrics_token": SECRET,
    "alert_webhook_secret": SECRET,
    "verification_token": SECRET,
}
TOGETHER = {
    "redis_url": {"database_url": "postgresql://h/d", "calls": "direct"},
    "smtp_password": {"smtp_host": "m.example", "mail_from": "a@b.c", "smtp_user": "u"},
    "sms_token": {"sms_url": "https://sms.example"},
    "alert_webhook_secret": {"alert_webhook_url": "https://alerts.example"},
    "verification_token": {"verification_url": "https://licences.example"},
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    return lambda name, value: monkeypatch.setenv(PREFIX + name.upper(), value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "secret"
    made.touch(mode=0o600)
    return made


def value_of(settings: Settings, name: str) -> str:
    found = getattr(settings, name)
    assert isinstance(found, SecretStr)
    return found.get_secret_value()


def test_every_secret_is_tried_here_and_has_a_file() -> None:
    names = set(secret_names(Settings))
    assert names == {*VALUES, ROOT_KEY}
    assert {file_name(one) for one in names} <= set(Settings.model_fields)


@pytest.mark.parametrize("name", VALUES)
def test_a_secret_may_stand_in_a_file(
    name: str, file: Path, setting: Callable[[str, str], None]
) -> None:
    file.write_text(f"{VALUES[name]}\n")
    setting(file_name(name), str(file))
    for other, value in TOGETHER.get(name, {}).items():
        setting(other, value)
    assert value_of(load(), name) == VALUES[name]
    assert SECRET not in repr(load())


@pytest.mark.parametrize("name", VALUES)
def test_a_file_that_others_may_read_keeps_the_server_from_starting(
    name: str, file: Path, setting: Callable[[str, str], None]
) -> None:
    file.write_text(VALUES[name])
    file.chmod(0o644)
    setting(file_name(name), str(file))
    for other, value in TOGETHER.get(name, {}).items():
        setting(other, value)
    with pytest.raises(SettingsError, match=f"{file_name(name)}: {file} .*chmod 600") as raised:
        load()
    assert SECRET not in str(raised.value)


def test_one_place_is_enough(file: Path, setting: Callable[[str, str], None]) -> None:
    file.write_text(SECRET)
    setting("turn_secret_file", str(file))
    Path("goodfaith.toml").touch(mode=0o600)
    Path("goodfaith.toml").write_text(f'turn_secret = "{SECRET}"\n')
    with pytest.raises(SettingsError, match="turn_secret and turn_secret_file exclude") as told:
        load()
    assert SECRET not in str(told.value)


def test_what_is_in_a_file_is_held_to_the_same_rules(
    file: Path, setting: Callable[[str, str], None]
) -> None:
    setting("metrics_token_file", str(file))
    for text, told in (("short", "16 characters"), ("", "is empty")):
        file.write_text(text)
        with pytest.raises(SettingsError, match=told):
            load()
    file.write_bytes(b"\xff" * 20)
    with pytest.raises(SettingsError, match=r"metrics_token_file: .* is no text"):
        load()


def test_a_root_key_file_of_root_and_our_group_will_do_and_one_for_all_will_not(
    file: Path,
) -> None:
    file.write_bytes(base64.b64encode(bytes(range(32))))
    file.chmod(0o640)
    os.chown(file, os.geteuid(), os.getegid())
    assert Settings(root_key_file=file).root_key_bytes() == bytes(range(32))
    file.chmod(0o644)
    with pytest.raises(SettingsError, match=r"root_key_file: .*chmod 600"):
        Settings(root_key_file=file).root_key_bytes()


@pytest.mark.parametrize(
    "line", [f'turn_secret = "{SECRET}"', f'database_url = "postgresql://u:{SECRET}@h/d"']
)
def test_a_settings_file_with_a_secret_is_nobody_elses(
    line: str, tmp_path: Path, setting: Callable[[str, str], None]
) -> None:
    file = tmp_path / "elsewhere.toml"
    file.touch(mode=0o600)
    file.write_text(f"{line}\n")
    setting("config", str(file))
    name = line.partition(" ")[0]
    assert SECRET in value_of(load(), name)
    file.chmod(0o644)
    with pytest.raises(SettingsError, match=f"GOODFAITH_CONFIG: {file} .*chmod 600") as raised:
        load()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "line", ["port = 9000", 'database_url = "postgresql:///d?host=/run/postgresql"']
)
def test_a_settings_file_without_one_may_be_read_by_all(line: str) -> None:
    Path("goodfaith.toml").touch(mode=0o644)
    Path("goodfaith.toml").write_text(f"{line}\n")
    load()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("turn_secret", "x", True),
        ("database_url", "postgresql://u:p@h/d", True),
        ("database_url", "postgresql://h/d?user=u&password=p", True),
        ("database_url", "postgresql://h/d", False),
        ("redis_url", "redis://127.0.0.1:6379/0", False),
    ],
)
def test_a_url_is_a_secret_only_with_a_password(name: str, value: str, *, told: bool) -> None:
    assert is_told(name, value) is told


def test_other_programs_are_given_no_setting() -> None:
    given = {"PATH": "/bin", "GOODFAITH_ROOT_KEY": SECRET, "AWS_REGION": "x"}
    assert without_settings(given) == {"PATH": "/bin", "AWS_REGION": "x"}
