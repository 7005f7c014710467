"""`goodfaith rules`, as it is typed."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli import app
from server.jurisdictions import JURISDICTIONS
from server.rules.snapshot_files import shipped, shipped_folder
from tests.rule_cases import CASES

PEEL = CASES / "02-tx-peel-store-and-forward.json"


def typed(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def copy_of_shipped(folder: Path) -> Path:
    names = [f"{code}.json" for code in JURISDICTIONS]
    for name in (*names, "federal.json", "snapshot.json", "signature.json"):
        (folder / name).write_bytes(shipped_folder().joinpath(name).read_bytes())
    return folder


def test_a_case_is_decided_as_json() -> None:
    done = typed("decide", PEEL)
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["decision"] == "store_and_forward_permitted"
    assert told["rules_version"] == shipped().snapshot.version


def test_an_unknown_word_ends_with_status_two(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    for content in (PEEL.read_text().replace("chemical_peel", "botox"), "{}", "no JSON"):
        case.write_text(content)
        done = typed("decide", case)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "cannot be used" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("decide", "nowhere.json"),
        ("decide", PEEL, "--snapshot", "nowhere"),
        ("show", "XX"),
        ("show", "TX", "--snapshot", "nowhere"),
        ("diff", "shipped", "nowhere"),
        ("verify", "nowhere"),
        ("import", "nowhere.json"),
    ],
)
def test_what_is_not_there_ends_with_status_two(arguments: Sequence[str | Path]) -> None:
    assert typed(*arguments).exit_code == 2


def test_a_jurisdiction_is_shown_with_its_citations_and_conflict() -> None:
    done = typed("show", "tx")
    assert done.exit_code == 0
    for words in ("Texas", "TX-3", "111.005(a)(3)(B)", "conflict:", "review by"):
        assert words in done.stdout
    told = json.loads(typed("show", "TX", "--json").stdout)
    assert told["jurisdiction"] == "TX"


def test_a_changed_copy_differs_and_is_not_signed(tmp_path: Path) -> None:
    folder = copy_of_shipped(tmp_path)
    assert typed("diff", "shipped", folder).stdout == ""
    content = json.loads((folder / "WY.json").read_bytes())
    content["rules"][0]["minimum"]["value"] = "store_and_forward"
    (folder / "WY.json").write_text(json.dumps(content))
    told = typed("diff", "shipped", folder)
    assert "* WY.rules.WY-1.minimum.value" in told.stdout
    (row,) = json.loads(typed("diff", "shipped", folder, "--json").stdout)
    assert row["decides"] is True
    done = typed("verify", folder)
    assert done.exit_code == 1
    assert "the snapshot is unsigned" in done.stderr


def test_a_folder_is_published_with_a_key_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    copy_of_shipped(folder)
    dates = ("--from", "2026-12-01", "--until", "2027-03-01", "--key", tmp_path / "key")
    done = typed(
        "publish", "--folder", folder, "--version", "2026-12-01.1", *dates, "--trust-as", "us"
    )
    assert done.exit_code == 0
    assert (
        json.loads((tmp_path / "publishers.json").read_bytes())["publishers"][0]["name"] == "us"
    )
    wrong = typed("publish", "--folder", folder, "--version", "one", *dates)
    assert wrong.exit_code == 2
    told = json.loads(typed("verify", folder, "--json").stdout)
    assert told["version"] == "2026-12-01.1"
    assert told["faults"]  # this release does not trust that key


def test_the_shipped_snapshot_is_told_about() -> None:
    told = json.loads(typed("verify", "--json").stdout)
    assert told["sha256"] == shipped().sha256
    assert told["deciding"] > 1_000
    assert "uncited" in typed("verify").stdout


def test_schemas_are_printed() -> None:
    assert json.loads(typed("schema").stdout)["additionalProperties"] is False
    assert "rules_version" in json.loads(typed("schema", "--answer").stdout)["properties"]
