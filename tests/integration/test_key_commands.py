"""`goodfaith keys` and `goodfaith records`, in this process: what they do, print and refuse."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.keyring import Keyring, load_root_key
from server.keystore.rewriting import BY_HAND
from server.keystore.shredding import Shred, shred
from server.storage import audit, retention
from server.storage.audit import AuditRow
from server.storage.database import Database

NEW = base64.b64encode(b"n" * 32).decode()
KMS = """
import base64, sys
if sys.argv[1] == "id":
    print("kms-1")
else:
    given = base64.b64decode(sys.stdin.read())
    print(base64.b64encode(bytes(byte ^ 0x55 for byte in given)).decode())
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def made(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def listed(*words: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(made(*words, "--json"))
    return rows


@pytest.fixture
def director(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder in which somebody has signed something: keys of every kind of parent."""
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(tmp_path))
    network = made("network", "create", "Saguaro Clinicians")
    spa = made("spa", "create", network, "Glow")
    _make_keys(tmp_path, spa)
    return spa


def _make_keys(folder: Path, spa: str) -> None:
    async def work() -> None:
        database = await Database.open(f"sqlite:///{folder / 'goodfaith.db'}")
        keyring = Keyring(load_root_key(folder / "root.key"))
        async with database.write() as tx:
            await keyring.index_key(tx, spa)
            await keyring.signing_key(tx, "robin", spa)
        await database.close()

    asyncio.run(work())


def test_the_root_key_of_the_data_folder_is_replaced_by_one_command(
    director: str, tmp_path: Path
) -> None:
    old = load_root_key(tmp_path / "root.key")
    assert "keys open" in made("keys", "check")
    assert "1 keys were wrapped anew" in made("keys", "rotate")
    assert load_root_key(tmp_path / "root.key") != old
    assert not (tmp_path / "root.key.next").exists()
    assert "keys open" in made("keys", "check")
    rows = listed("keys", "list")
    assert [(one["kind"], one["version"], one["state"][:8]) for one in rows] == [
        ("root", "1", "replaced"),
        ("root", "2", "in use"),
        ("tenant", "1", "in use"),
    ]
    assert rows[2]["organization"] == director
    (tmp_path / "root.key").write_text(base64.b64encode(old).decode())
    refused = run("keys", "check")
    assert refused.exit_code == 1
    assert "another root key" in refused.output


def test_killed_before_the_file_takes_its_place_the_command_finishes(
    director: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del director
    with monkeypatch.context() as patched:
        patched.setattr("server.commands.keys.take_place", _killed)
        assert run("keys", "rotate").exit_code != 0
    assert (tmp_path / "root.key.next").exists()
    assert "keys open" in made("keys", "check")
    new = load_root_key(tmp_path / "root.key.next")
    (tmp_path / "root.key").write_bytes(b"\0" * 45)  # killed while it was being overwritten
    assert "keys open" in made("keys", "check")
    made("keys", "rotate")
    assert load_root_key(tmp_path / "root.key") == new
    assert "keys open" in made("keys", "check")


def _killed(*_: object) -> None:
    raise SystemExit(9)


def test_a_root_key_in_settings_is_replaced_with_both_at_hand(
    director: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del director
    (tmp_path / "root.key").rename(tmp_path / "old.key")
    monkeypatch.setenv("GOODFAITH_ROOT_KEY", NEW)
    refused = run("keys", "rotate")
    assert refused.exit_code == 2
    assert "previous_root_key_file" in refused.output
    monkeypatch.setenv("GOODFAITH_PREVIOUS_ROOT_KEY_FILE", str(tmp_path / "old.key"))
    assert "keys open" in made("keys", "check")  # both are accepted before
    assert "Version 2 is in use" in made("keys", "rotate")
    monkeypatch.delenv("GOODFAITH_PREVIOUS_ROOT_KEY_FILE")
    assert "keys open" in made("keys", "check")


def test_a_root_key_moves_into_a_kms(
    director: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "kms"
    program.write_text(f"#!{sys.executable}\n{KMS}", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("GOODFAITH_ROOT_KEY_PROGRAM", str(program))
    monkeypatch.setenv("GOODFAITH_PREVIOUS_ROOT_KEY_FILE", str(tmp_path / "root.key"))
    made("keys", "rotate")
    monkeypatch.delenv("GOODFAITH_PREVIOUS_ROOT_KEY_FILE")
    (tmp_path / "root.key").unlink()
    assert "keys open" in made("keys", "check")
    assert "Version 2" in made("keys", "rotate", "--tenant", director)
    assert "keys open" in made("keys", "check")
    assert not (tmp_path / "root.key").exists()


def test_an_organization_nobody_knows_is_not_rotated(director: str) -> None:
    del director
    assert run("keys", "rotate", "--tenant", "nobody").exit_code == 1


def test_records_are_listed_held_and_destroyed_only_by_somebody(director: str) -> None:
    assert listed("records", "expire", "--dry-run") == []
    assert run("records", "expire").exit_code == 2
    assert "not looked up" in made("records", "expire", "--by", "Kim")
    refused = run("records", "hold", "--encounter", "none", "--reason", "r", "--by", "Kim")
    assert refused.exit_code == 1
    assert run("records", "hold", "--reason", "r", "--by", "Kim").exit_code == 1
    assert run("records", "release", "none", "--reason", "r", "--by", "Kim").exit_code == 1
    assert listed("records", "holds") == []
    made("records", "contract", director, "12", "--reference", "MSA 4", "--by", "Kim")
    assert (
        run(
            "records", "contract", director, "101", "--reference", "MSA 4", "--by", "Kim"
        ).exit_code
        == 1
    )


def test_a_dry_run_destroys_nothing_again(director: str, tmp_path: Path) -> None:
    """The keystore tells of a shred of which the restored database has not heard."""
    asyncio.run(_shred_in_keystore(tmp_path, director))
    assert listed("records", "expire", "--dry-run") == []
    assert asyncio.run(_shreds_logged(tmp_path)) == []
    made("records", "expire", "--by", "Kim")
    assert asyncio.run(_shreds_logged(tmp_path)) == [("encounter", "encounter-1")]


def test_bytes_of_keys_that_stay_in_files_are_said_to(
    director: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del director
    by_hand = f"run by hand, as the owner of the table: {BY_HAND}"
    assert by_hand not in run("records", "expire", "--by", "Kim").stderr

    async def refused(_: object) -> bool:
        return False

    monkeypatch.setattr("server.keystore.rewriting.rewritten", refused)
    assert by_hand in run("records", "expire", "--by", "Kim").stderr
    assert by_hand not in run("records", "expire", "--dry-run").stderr


async def _shred_in_keystore(folder: Path, owner: str) -> None:
    database = await Database.open(f"sqlite:///{folder / 'goodfaith.db'}")
    gone = Shred("encounter", "encounter-1", owner, 1, "compliance:Kim", "retention over")
    await shred(database.keystore, [gone])
    await database.close()


async def _shreds_logged(folder: Path) -> list[tuple[str, str]]:
    database = await Database.open(f"sqlite:///{folder / 'goodfaith.db'}")
    async with database.read() as tx:
        found = await retention.logged(tx)
    await database.close()
    return [one.named for one in found]


def test_a_contract_is_in_the_audit_log_and_is_shortened_only_with_a_reason(
    director: str, tmp_path: Path
) -> None:
    terms = ("--reference", "MSA 4", "--by", "Kim")
    made("records", "contract", director, "12", *terms)
    refused = run("records", "contract", director, "9", *terms)
    assert (refused.exit_code, "it was 12 years" in refused.output) == (1, True)
    made("records", "contract", director, "9", *terms, "--shorter", "MSA 5")
    found = asyncio.run(_contracts_entered(tmp_path))
    assert [(one.action, one.number) for one in found] == [("hold_set", 12), ("hold_lifted", 9)]
    assert all(one.network_id for one in found), "its compliance reads it"


async def _contracts_entered(folder: Path) -> list[AuditRow]:
    database = await Database.open(f"sqlite:///{folder / 'goodfaith.db'}")
    async with database.read() as tx:
        found = await audit.pending(tx, limit=99)
    await database.close()
    return [one for one in found if one.route == "cli records contract"]


def test_keys_are_copied_without_an_entry_only_by_somebody_who_says_so(
    director: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records' database is down, and the keys are to be saved."""
    del director
    monkeypatch.setenv("GOODFAITH_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/records")
    monkeypatch.setenv("GOODFAITH_KEYSTORE_URL", f"sqlite:///{tmp_path / 'keys.db'}")
    path = tmp_path / "keys.backup"
    words = ("backup", "--keys", "-o", str(path))
    refused = run(*words)
    assert refused.exit_code == 1
    assert "audit log cannot be written" in refused.stderr
    assert "--unaudited" in refused.stderr
    assert not path.exists()
    done = run(*words, "--unaudited")
    assert done.exit_code == 0, done.output
    assert "UNAUDITED" in done.stderr
    assert path.exists()
