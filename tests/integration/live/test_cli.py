"""The command as people type it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers import RunningServer, running_server

PASSWORD = "correct horse battery"
SINCE = ("--since", "2020-01-01")
UNTIL = ("--until", "2099-01-01")


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server without the demo network."""
    with running_server(tmp_path, demo="false") as running:
        yield running


# All that a new network asks for besides licences; a look counts for 31 days.
LOOKED = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
SEEN = "Credentialing,the paper"
FILE = (
    "practitioner,part,kind,number,name,provider,minutes,per_claim_usd,aggregate_usd,"
    "since,until,outcome,checked_by,source\n"
    f"robin,exclusion_check,leie,,,,,,,{LOOKED},,clear,{SEEN}\n"
    f"robin,malpractice,,SM-1,Saguaro,,,1000000,3000000,2024-01-01,2099-01-01,,{SEEN}\n"
    f"robin,employment,employee,,Physician,,,,,2024-01-01,,,{SEEN}\n"
    f"robin,training,,,Exams by video,Academy,2400,,,2024-01-01,,,{SEEN}\n"
)


def made(server: RunningServer, *words: str, password: bool = False) -> str:
    """Run a command that prints the id of what it made."""
    stdin = f"{PASSWORD}\n" if password else None
    extra = ("--password-stdin",) if password else ()
    return server.command(*words, *extra, input_text=stdin).strip()


def enrol(server: RunningServer) -> None:
    """Enrol a network, a spa with a site and staff, and a licensed practitioner."""
    network = server.process("network", "create", "Saguaro Clinicians").strip()
    spa = made(server, "spa", "create", network, "Mesa Aesthetics")
    where = ("--street", "1 Main St", "--city", "Mesa", "--postal-code", "85201")
    made(server, "site", "create", spa, "Mesa", *where, "--jurisdiction", "az")
    made(server, "account", "create", spa, "desk", "--name", "Front desk", password=True)
    who = ("--name", "Robin Vale", "--profession", "md", "--npi", "1234567893")
    made(server, "practitioner", "create", network, "robin", *who, password=True)
    authority = made(
        server, "practitioner", "authority", "add", "robin", "AZ", "MD-1", *SINCE, *UNTIL
    )
    source = ("--verified-by", "Credentialing", "--source", "Arizona Medical Board")
    made(server, "practitioner", "authority", "verify", authority, *source)
    loaded = ("practitioner", "import", "-", "--network", network)
    assert server.command(*loaded, input_text=FILE).startswith("4 lines taken in")
    opened = ("--by", "Compliance", "--reference", "Opening memo 1")
    told = made(server, "rules", "open", network, "az", "--profession", "MD", *opened)
    assert told == "17 opened"
    review_all(server, network)


def review_all(server: RunningServer, network: str) -> None:
    """Have every text and every question approved: no exam is asked for on drafts."""
    by = ("--network", network, "--by", "Counsel", "--reference", "Review memo 1")
    listed = json.loads(server.command("consents", "list", "--network", network, "--json"))
    drafts = [one["part"] for one in listed if one["status"] == "draft"]
    told = server.command("consents", "review", *drafts, *by)
    assert told.count(" is reviewed.") == len(drafts) > 0
    signer = ("--by", "Dr. Ines Roth", "--credential", "MD, AZ 012345", "--reference", "Memo 2")
    server.command("questionnaires", "sign-off", "--all", "--network", network, *signer)


def test_who_was_enrolled_can_work(empty_server: RunningServer) -> None:
    """A new network has a waiting room at once after a start, and soon without one."""
    enrol(empty_server)
    empty_server.stop()
    empty_server.start()
    listed = json.loads(
        empty_server.command("practitioner", "authority", "list", "robin", "--json")
    )
    assert [one["verified_by"] for one in listed] == ["Credentialing"]
    report = json.loads(
        empty_server.process(
            "rehearse",
            "--json",
            *("--url", empty_server.url),
            *("--practitioner", f"robin:{PASSWORD}"),
            *("--spa", f"desk:{PASSWORD}"),
        )
    )
    assert report["summary"]["signed"] == 1


def goodfaith(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    server = RunningServer(folder, settings)
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        cwd=folder,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_settings_that_cannot_be_used_are_named_and_their_values_are_not(
    tmp_path: Path,
) -> None:
    done = goodfaith(tmp_path, "serve", GOODFAITH_PORT="eighty", GOODFAITH_TURN_TTL_S="7")
    assert done.returncode == 2
    assert "port" in done.stderr
    assert "turn_ttl_s" in done.stderr
    assert "eighty" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    done = goodfaith(tmp_path, "serve", GOODFAITH_PROT="8080")
    assert done.returncode == 2
    assert "GOODFAITH_PROT" in done.stderr


def test_a_second_server_on_the_same_data_is_refused(empty_server: RunningServer) -> None:
    words = ("serve", "--data-dir", str(empty_server.folder / "data"))
    done = goodfaith(empty_server.folder, *words)
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("spa", "create", "no-such-network", "Spa"), "Not found"),
        (("account", "close", "spa", "nobody"), "Not found"),
        (("practitioner", "authority", "revoke", "no-such-authority"), "Not found"),
    ],
    ids=["network", "account", "authority"],
)
def test_what_is_not_there_is_said_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = goodfaith(tmp_path, *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_login_cannot_be_given_twice(empty_server: RunningServer) -> None:
    network = made(empty_server, "network", "create", "Saguaro Clinicians")
    spa = made(empty_server, "spa", "create", network, "Mesa Aesthetics")
    words = ("account", "create", spa, "desk", "--name", "Front desk", "--password-stdin")
    empty_server.command(*words, input_text=f"{PASSWORD}\n")
    again = subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        cwd=empty_server.folder,
        env=empty_server.environment,
        input=f"{PASSWORD}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == 1
    assert "there already" in again.stderr


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert goodfaith(tmp_path, "version").stdout.strip()


def test_a_network_settles_by_when_it_reviews(empty_server: RunningServer) -> None:
    network = made(empty_server, "network", "create", "Saguaro Clinicians")
    whose = ("--network", network)

    def settled() -> list[dict[str, str]]:
        told: list[dict[str, str]] = json.loads(
            made(empty_server, "reviews", "show", *whose, "--json")
        )
        return told

    assert settled() == [{"due after h": "24", "idle min": "30"}]
    made(empty_server, "reviews", "settle", *whose, "--due-hours", "4", "--idle-minutes", "10")
    assert settled() == [{"due after h": "4", "idle min": "10"}]
