"""Settings fail closed, say which one is wrong, and never repeat what it was set to."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import PREFIX, Settings, SettingsError, load

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "hunter2-and-more"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    return lambda name, value: monkeypatch.setenv(PREFIX + name.upper(), value)


def written(file: Path, text: str) -> Path:
    """Write what nobody else may read."""
    file.touch(mode=0o600)
    file.write_text(text)
    return file


def test_the_defaults_serve_localhost_only() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.origin == "http://localhost:8080"
    assert settings.is_local
    assert settings.wants_demo
    assert not settings.secure_cookies
    assert settings.database == "sqlite:///data/goodfaith.db"


def test_a_variable_wins_over_the_file(
    tmp_path: Path, setting: Callable[[str, str], None]
) -> None:
    (tmp_path / "goodfaith.toml").write_text('port = 9000\nlog_level = "debug"\n')
    setting("port", "9001")
    assert load().port == 9001
    assert load().log_level == "debug"


def test_the_file_can_be_named(tmp_path: Path, setting: Callable[[str, str], None]) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text("[switchboard]\nring_s = 20\n")
    setting("config", str(file))
    assert load().switchboard.ring_s == 20


def test_a_named_file_must_be_there(setting: Callable[[str, str], None]) -> None:
    setting("config", "nowhere.toml")
    with pytest.raises(SettingsError, match="GOODFAITH_CONFIG"):
        load()


def test_a_file_that_is_not_toml_is_refused_without_being_quoted(tmp_path: Path) -> None:
    (tmp_path / "goodfaith.toml").write_text(f"turn_secret = {SECRET}")
    with pytest.raises(SettingsError, match="not TOML") as raised:
        load()
    assert SECRET not in str(raised.value)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "goodfaith.toml").write_text("prot = 9000\n")
    with pytest.raises(SettingsError, match="prot"):
        load()


@pytest.mark.parametrize("name", ["prot", "switchbord__ring_s"])
def test_an_unknown_variable_is_refused(name: str, setting: Callable[[str, str], None]) -> None:
    setting(name, "1")
    with pytest.raises(SettingsError, match=f"unknown: {PREFIX}{name.upper()}"):
        load()


def test_an_unknown_limit_is_refused(setting: Callable[[str, str], None]) -> None:
    setting("switchboard__rings_s", "1")
    with pytest.raises(SettingsError, match="switchboard"):
        load()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://gfe.example", "https://gfe.example"),
        ("https://GFE.example:8443/", "https://gfe.example:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
    ],
)
def test_a_safe_public_url_becomes_the_origin(url: str, origin: str) -> None:
    assert Settings(public_url=url).origin == origin


@pytest.mark.parametrize(
    "url",
    [
        "http://gfe.example",
        "http://192.168.1.5:8080",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "ws://localhost",
        "https://user:secret@gfe.example",
        "https://gfe.example/path",
        "https://gfe.example?x=1",
        "https://",
        "gfe.example",
    ],
)
def test_an_unsafe_public_url_is_refused(url: str, setting: Callable[[str, str], None]) -> None:
    setting("public_url", url)
    with pytest.raises(SettingsError, match=r"public_url: .*must be https"):
        load()


def test_a_further_origin_is_held_to_the_same_rule() -> None:
    assert "https://a.example" in Settings(allowed_origins=("https://a.example",)).origins
    with pytest.raises(ValidationError):
        Settings(allowed_origins=("http://a.example",))


def test_localhost_may_be_written_in_three_ways_and_a_public_name_in_one() -> None:
    assert Settings().origins == {
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
    }
    assert Settings(public_url="https://gfe.example").origins == {"https://gfe.example"}


def test_a_public_name_gets_secure_cookies_and_no_demo() -> None:
    settings = Settings(public_url="https://gfe.example")
    assert settings.secure_cookies
    assert not settings.wants_demo
    assert Settings(public_url="https://gfe.example", demo=True).wants_demo


@pytest.mark.parametrize("one", ["tls_certificate", "tls_key"])
def test_a_certificate_and_its_key_come_together(
    one: str, setting: Callable[[str, str], None]
) -> None:
    setting(one, "file.pem")
    with pytest.raises(SettingsError, match="both or neither"):
        load()


def test_direct_tls_makes_the_derived_address_https() -> None:
    settings = Settings(tls_certificate=Path("a.pem"), tls_key=Path("b.pem"))
    assert settings.origin == "https://localhost:8080"
    assert settings.secure_cookies


def test_turn_needs_its_secret(setting: Callable[[str, str], None]) -> None:
    setting("turn_urls", "turn:turn.example:3478?transport=udp, turns:turn.example:443")
    with pytest.raises(SettingsError, match="turn_secret"):
        load()
    setting("turn_secret", SECRET)
    assert load().turn_urls == (
        "turn:turn.example:3478?transport=udp",
        "turns:turn.example:443",
    )


def test_proxies_are_networks(setting: Callable[[str, str], None]) -> None:
    setting("trusted_proxies", "10.0.0.0/8,::1/128")
    assert [str(network) for network in load().trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    setting("trusted_proxies", "everyone")
    with pytest.raises(SettingsError, match="trusted_proxies"):
        load()


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db"),
    ],
)
def test_a_database_url_is_given_its_driver(
    given: str, used: str, setting: Callable[[str, str], None]
) -> None:
    setting("database_url", given)
    assert load().database == used


def test_another_database_is_refused(setting: Callable[[str, str], None]) -> None:
    setting("database_url", f"mysql://u:{SECRET}@h/d")
    with pytest.raises(SettingsError, match="database_url") as raised:
        load()
    assert SECRET not in str(raised.value)


def test_the_root_key_is_32_bytes_from_a_setting_or_a_file(tmp_path: Path) -> None:
    written(tmp_path / "key", KEY + "\n")
    assert Settings().root_key_bytes() is None
    assert Settings.model_validate({"root_key": KEY}).root_key_bytes() == bytes(range(32))
    assert Settings(root_key_file=tmp_path / "key").root_key_bytes() == bytes(range(32))


@pytest.mark.parametrize("text", [SECRET, KEY[:-4], KEY + KEY, ""])
def test_a_broken_root_key_is_refused_and_not_repeated(
    text: str, tmp_path: Path, setting: Callable[[str, str], None]
) -> None:
    with pytest.raises(SettingsError, match=r"32 bytes|is empty"):
        Settings(root_key_file=written(tmp_path / "key", text)).root_key_bytes()
    setting("root_key", text)
    with pytest.raises(SettingsError, match=r"root_key: .*32 bytes") as raised:
        load()
    assert SECRET not in str(raised.value)


def test_a_root_key_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match="root_key_file"):
        Settings(root_key_file=Path("nowhere")).root_key_bytes()


def test_one_root_key_is_enough() -> None:
    with pytest.raises(ValidationError, match="exclude each other"):
        Settings.model_validate({"root_key": KEY, "root_key_file": "key"})


def test_no_secret_shows_in_a_settings_repr() -> None:
    settings = Settings.model_validate(
        {
            "turn_secret": SECRET,
            "database_url": f"postgresql://u:{SECRET}@h/d",
            "redis_url": f"redis://:{SECRET}@h",
            "calls": "direct",
            "root_key": KEY,
        }
    )
    assert SECRET not in repr(settings)
    assert KEY not in repr(settings)


BOUNDED = [
    (name, bound, edge)
    for name, field in Settings.model_fields.items()
    for constraint in field.metadata
    for bound, edge in ((b, getattr(constraint, b, None)) for b in ("ge", "le"))
    if edge is not None
]


@pytest.mark.parametrize(("name", "bound", "edge"), BOUNDED)
def test_every_bound_holds_at_its_edge(name: str, bound: str, edge: int) -> None:
    together = {
        "session_idle_s": {"session_absolute_s": 604_800},
        "session_absolute_s": {"session_idle_s": 60},
        "patient_session_idle_s": {"patient_session_absolute_s": 604_800},
        "patient_session_absolute_s": {"patient_session_idle_s": 60},
    }.get(name, {})
    assert getattr(Settings.model_validate({name: edge, **together}), name) == edge
    beyond = edge - 1 if bound == "ge" else edge + 1
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: beyond, **together})


@pytest.mark.parametrize("name", ["session", "patient_session"])
def test_idle_ends_no_later_than_the_session(name: str) -> None:
    with pytest.raises(ValidationError, match="at most"):
        Settings.model_validate({f"{name}_idle_s": 86_400, f"{name}_absolute_s": 3_600})


def test_every_setting_says_what_it_is() -> None:
    assert [
        name for name, field in Settings.model_fields.items() if not field.description
    ] == []
