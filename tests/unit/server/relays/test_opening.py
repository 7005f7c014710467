"""What the settings ask for becomes a pool, or a sentence that says what is wrong."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from server.clock import ManualClock
from server.relays.opening import plan_of, pool_of
from server.relays.pool import RelayPool
from server.settings import Settings, SettingsError

PUBLIC = "https://gfe.example"


def opened(settings: Settings) -> RelayPool:
    return pool_of(settings, clock=ManualClock(), entropy=secrets.token_bytes)


def places(settings: Settings) -> list[str]:
    return [home.place for home in opened(settings)._homes]


def test_the_default_is_one_relay_of_its_own_on_this_machine() -> None:
    plan = plan_of(Settings())
    assert (plan.host, plan.port, plan.announced) == ("127.0.0.1", 3_479, ("127.0.0.1",))
    assert places(Settings()) == ["embedded"]


def test_a_public_server_is_told_what_to_announce_or_says_that_it_must_be() -> None:
    with pytest.raises(SettingsError, match="relay_announce"):
        opened(Settings(public_url=PUBLIC))
    plan = plan_of(Settings(public_url=PUBLIC, relay_announce=("203.0.113.5",)))
    assert (plan.host, plan.announced) == ("0.0.0.0", ("203.0.113.5",))  # noqa: S104 - expected


def test_direct_calls_need_no_relay_and_no_address() -> None:
    assert places(Settings(public_url=PUBLIC, calls="direct")) == []


def test_relays_of_others_are_used_instead_and_need_no_address(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("s" * 32)
    controls = ("10.0.0.5:3480", "10.0.0.6:3480")
    settings = Settings(public_url=PUBLIC, relay_controls=controls, relay_secret_file=secret)
    assert places(settings) == list(controls)


def test_a_shared_secret_that_is_missing_or_short_is_said(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    settings = Settings(relay_controls=("10.0.0.5:3480",), relay_secret_file=secret)
    with pytest.raises(SettingsError, match="cannot be read"):
        opened(settings)
    secret.touch(mode=0o600)
    secret.write_text("short")
    with pytest.raises(SettingsError, match="32 bytes"):
        opened(settings)
    secret.chmod(0o644)
    with pytest.raises(SettingsError, match=r"relay_secret_file: .*chmod 600"):
        opened(settings)


async def test_a_pool_without_relays_opens_chooses_nothing_and_closes() -> None:
    pool = opened(Settings(calls="direct"))
    await pool.open()
    assert not await pool.settled(10)
    assert pool.choose() is None
    assert pool.loads() == []
    await pool.close()
