"""`goodfaith doctor` on a demo and on a production-like installation: what it finds.

Both outputs stand in docs/operations/doctor.md; what they name is compared here.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.clock import ManualClock, SystemClock
from server.doctor.findings import RULES, SETTINGS_UNUSABLE
from signaling.identifiers import Instant
from tests.certificates import write_certificate
from tests.commands import run_command, settings_of
from tests.made_witnesses import WITNESS
from tests.planted import sightings
from tests.postgres import running_postgres
from tests.servers import ROOT, running_server

PAGE: Final = ROOT / "docs" / "operations" / "doctor.md"
# What the machine that the tests run on is like.
OF_THE_MACHINE: Final = {"runs_as_root", "core_dumps", "no_landlock", "clock_not_synchronised"}
DAY_US: Final = 86_400_000_000


@dataclass
class Installation:
    """An installation with everything in its place.

    Attributes:
        folder: all of it.
        settings: its variables, without `GOODFAITH_`.
        secrets: what must never be said.
    """

    folder: Path
    settings: dict[str, str]
    secrets: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {f"GOODFAITH_{name}": value for name, value in self.settings.items()}

    def command(self, *words: str) -> str:
        return run_command(words, self.environment).strip()

    def examined(self, **changed: str) -> Result:
        """Ask the doctor, with other settings if need be; what it says is kept in a file."""
        named = {f"GOODFAITH_{name}": value for name, value in changed.items()}
        given = {name: one for name, one in {**self.environment, **named}.items() if one}
        with settings_of(given):
            done = CliRunner().invoke(app, ["doctor", "--json"])
        said = self.folder / "said" / f"{secrets.token_hex(4)}.json"
        said.parent.mkdir(exist_ok=True)
        said.write_text(done.output)
        return done

    def secret(self, name: str, value: str) -> str:
        """Write a secret into a file, and return where it is."""
        file = self.folder / "etc" / name
        file.touch(mode=0o600)
        file.write_text(value)
        self.secrets.append(value)
        return str(file)


def codes(done: Result) -> dict[str, str]:
    """Return what was found, but for what the machine of the tests is like."""
    found = json.loads(done.stdout)["findings"]
    return {one["code"]: one["severity"] for one in found if one["code"] not in OF_THE_MACHINE}


def shown(heading: str) -> dict[str, str]:
    """Return what an output in the documentation names."""
    page = PAGE.read_text(encoding="utf-8")
    section, _, _ = page.partition(f"\n## {heading}\n")[2].partition("\n## ")
    told = re.findall(r"^    (unsafe|weak) +([a-z_]+)$", section, re.MULTILINE)
    return {code: severity for severity, code in told}


def things(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return every file and folder, with its size, its mode and when it was written."""
    return {
        str(one.relative_to(folder)): (stat.st_size, stat.st_mode, stat.st_mtime_ns)
        for one in sorted(folder.rglob("*"))
        for stat in [one.lstat()]
    }


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """TLS, keys elsewhere, PostgreSQL, a witness, rules adopted, and copies just made."""
    folder = tmp_path_factory.mktemp("production")
    for name in ("etc", "data", "copies"):
        (folder / name).mkdir(mode=0o700)
    chain, key = write_certificate(folder / "etc", days=90)
    with running_postgres() as postgres:
        made = Installation(folder, {})
        root_key = made.secret("root.key", base64.b64encode(secrets.token_bytes(32)).decode())
        Path(root_key).chmod(0o640)
        made.settings |= {
            "PUBLIC_URL": "https://exams.example.org",
            "HOST": "0.0.0.0",  # noqa: S104 - with TLS
            "TLS_CERTIFICATE": str(chain),
            "TLS_KEY": str(key),
            "DATA_DIR": str(folder / "data"),
            "ROOT_KEY_FILE": root_key,
            "DATABASE_URL_FILE": made.secret("database.url", postgres.create("production")),
            "METRICS_TOKEN_FILE": made.secret("metrics.token", secrets.token_hex(32)),
            "ALERT_WEBHOOK_URL": "https://alerts.example.org",
            "ALERT_WEBHOOK_SECRET_FILE": made.secret("alerts.secret", secrets.token_hex(32)),
            "WITNESSES": f"https://witness.example.org {WITNESS.verifier_key}",
            "CALLS": "direct",
        }
        network = made.command("network", "create", "Saguaro Clinicians")
        by = ("--by", "Robin", "--reference", "minutes of Monday")
        made.command("rules", "adopt", network, *by)
        made.command("backup", "-o", str(folder / "copies" / "records"))
        made.command("backup", "--keys", "-o", str(folder / "copies" / "keys"))
        yield made


def test_a_demo_is_safe_enough_for_what_it_is_and_told_what_it_is_not(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        demo = Installation(tmp_path, {})
        demo.settings |= {
            name.removeprefix("GOODFAITH_"): value
            for name, value in server.environment.items()
            if name.startswith("GOODFAITH_")
        }
        running = demo.examined()
        server.stop()
    before = things(tmp_path / "data")
    stopped = demo.examined()
    assert things(tmp_path / "data") == before
    assert running.exit_code == stopped.exit_code == 0
    assert codes(running) == codes(stopped) == shown("On a demo")


@pytest.mark.postgres
def test_in_production_nothing_is_unsafe_and_nothing_is_changed(
    production: Installation,
) -> None:
    before = things(production.folder / "data") | things(production.folder / "etc")
    done = production.examined()
    assert things(production.folder / "data") | things(production.folder / "etc") == before
    assert done.exit_code == 0, done.output
    assert codes(done) == shown("In production") == {}


def moved_into_data(made: Installation) -> dict[str, str]:
    file = made.folder / "data" / "moved.key"
    file.touch(mode=0o600)
    file.write_bytes(Path(made.settings["ROOT_KEY_FILE"]).read_bytes())
    return {"ROOT_KEY_FILE": str(file)}


def known_key(made: Installation) -> dict[str, str]:
    return {"ROOT_KEY_FILE": made.secret("known.key", base64.b64encode(bytes(32)).decode())}


def opened_data(made: Installation) -> dict[str, str]:
    (made.folder / "data").chmod(0o755)
    return {}


def example(made: Installation) -> dict[str, str]:
    return {"TURN_SECRET_FILE": made.secret("turn.secret", "THE-SHARED-SECRET")}


def remote_keys(_made: Installation) -> dict[str, str]:
    return {"KEYSTORE_URL": "postgresql://keys:a-good-long-password@keys.example.org/keys"}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("code", "spoilt"),
    [
        ("key_beside_data", moved_into_data),
        ("key_well_known", known_key),
        ("file_open", opened_data),
        ("secret_of_an_example", example),
        ("database_without_tls", remote_keys),
        ("proxies_too_wide", lambda _: {"TRUSTED_PROXIES": "0.0.0.0/0"}),
        ("demo_in_public", lambda _: {"DEMO": "true"}),
    ],
)
def test_what_is_spoilt_in_production_is_named(
    code: str, spoilt: Callable[[Installation], dict[str, str]], production: Installation
) -> None:
    try:
        done = production.examined(**spoilt(production))
    finally:
        (production.folder / "data").chmod(0o700)
    assert done.exit_code == 1
    assert [one for one, severity in codes(done).items() if severity == "unsafe"] == [code]


@pytest.mark.postgres
def test_a_proxy_that_speaks_tls_and_is_not_trusted_is_named(production: Installation) -> None:
    behind = {"TLS_CERTIFICATE": "", "TLS_KEY": "", "HOST": "127.0.0.1"}
    assert codes(production.examined(**behind)) == {"proxies_unnamed": "weak"}
    assert codes(production.examined(**behind, TRUSTED_PROXIES="127.0.0.1/32")) == {}


@pytest.mark.postgres
def test_people_their_factors_and_what_ends_in_their_files_are_looked_at(
    production: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = json.loads(production.command("network", "list", "--json"))
    (network,) = [one["id"] for one in every]
    named = ("--name", "Kim", "--profession", "MD", "--npi", "1234567893")
    production.command("practitioner", "create", network, "kim", *named)
    lacks = {"accounts_without_factor": "weak"}
    assert codes(production.examined()) == lacks
    soon = datetime.fromtimestamp(SystemClock().now() / 1e6, UTC) + timedelta(days=20)
    held = ("--since", "2020-01-01", "--until", f"{soon:%Y-%m-%d}")
    licence = production.command("practitioner", "authority", "add", "kim", "AZ", "1", *held)
    assert codes(production.examined()) == lacks, "it counts for nothing yet, and may end"
    seen = ("--verified-by", "Robin", "--source", "the board's page")
    production.command("practitioner", "authority", "verify", licence, *seen)
    ends = lacks | {"credentials_ending": "weak"}
    assert codes(production.examined()) == ends
    for days, named_still in ((25, True), (60, False)):
        later = ManualClock(Instant(SystemClock().now() + days * DAY_US))
        with monkeypatch.context() as patched:
            patched.setattr("server.commands.doctor.SystemClock", lambda at=later: at)
            found = codes(production.examined())
        assert ("credentials_ending" in found) is named_still, "it is over, and then old news"
    production.command("network", "sign-in", network, "optional")
    assert codes(production.examined()) == ends | {"second_factor_optional": "weak"}
    production.command("network", "sign-in", network, "required")
    production.command("account", "close", "practitioner", "kim")
    assert codes(production.examined()) == {}


@pytest.mark.postgres
def test_copies_that_are_too_old_are_named(
    production: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = ManualClock(Instant(SystemClock().now() + 2 * DAY_US))
    monkeypatch.setattr("server.commands.doctor.SystemClock", lambda: later)
    done = production.examined()
    assert done.exit_code == 1
    unsafe = {one for one, severity in codes(done).items() if severity == "unsafe"}
    assert unsafe == {"backup_missing", "keys_backup_missing"}


@pytest.mark.postgres
def test_a_database_that_does_not_answer_is_a_finding_and_not_the_end(
    production: Installation,
) -> None:
    nowhere = production.secret("nowhere.url", f"postgresql:///x?host={production.folder}")
    done = production.examined(DATABASE_URL_FILE=nowhere, WITNESSES="")
    assert done.exit_code == 1
    assert codes(done) == {"database_unread": "unsafe", "no_witness": "weak"}


@pytest.mark.postgres
def test_settings_that_cannot_be_used_are_the_only_finding(production: Installation) -> None:
    done = production.examined(PORT="0", TURN_SECRET="hunter2-and-more")
    assert done.exit_code == 2
    assert codes(done) == {SETTINGS_UNUSABLE: "unsafe"}
    assert "port: " in done.output


@pytest.mark.postgres
def test_nothing_of_any_secret_was_said(production: Installation) -> None:
    """It looks at what the tests before it were told."""
    production.examined()
    words = [*production.secrets, "hunter2-and-more", "a-good-long-password"]
    assert sightings(production.folder / "said", words) == set()
    assert list((production.folder / "said").iterdir())


def test_every_rule_has_its_row_in_the_documentation() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [SETTINGS_UNUSABLE, *(one.code for one in RULES)]


def test_all_that_is_fine_is_told_to_whoever_asks(tmp_path: Path) -> None:
    with settings_of({"GOODFAITH_DATA_DIR": str(tmp_path / "data")}):
        done = CliRunner().invoke(app, ["doctor", "--all"])
    assert done.exit_code == 0
    for one in RULES:
        assert re.search(rf"^(unsafe|weak|unseen|fine) +{one.code}$", done.output, re.MULTILINE)
    assert not (tmp_path / "data").exists()
