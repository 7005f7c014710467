"""`goodfaith chart`, in this process: files that are written, verified, and refused."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import stat
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text, update
from typer.testing import CliRunner, Result

from server.cli import app
from server.commands import chart_find
from server.commands.enrolment import beside_server
from server.commands.terminal import settings
from server.services import Core
from server.signing import verification_code
from server.storage import signatures, tlog
from server.storage.audit_tables import audit_entries
from server.storage.tables import chart_entries
from tests.contract.records.charts import (
    EXAMINER,
    FIRST,
    LAST,
    SECOND,
    SIGNED_SEQ,
    signed_charts,
)
from tests.contract.storage.rows import open_clinic


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["chart", *words])


def words_of(paper: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(paper).pages)


def in_data(work: object) -> object:
    async def opened() -> object:
        async with beside_server(settings()) as core:
            return await work(core)  # type: ignore[operator]

    return asyncio.run(opened())


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign two exams in a folder, once."""
    folder = tmp_path_factory.mktemp("signed") / "data"

    async def sign(core: Core) -> None:
        async with core.database.write() as tx:
            await open_clinic(tx, core.keyring)
        await signed_charts(core)

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GOODFAITH_DATA_DIR", str(folder))
        in_data(sign)
    return folder


@pytest.fixture(autouse=True)
def charts(signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a copy."""
    folder = tmp_path / "data"
    shutil.copytree(signed, folder)
    monkeypatch.setenv("GOODFAITH_DATA_DIR", str(folder))


def test_a_record_is_written_and_verified(tmp_path: Path) -> None:
    for holder in ("network", "spa", "patient"):
        file = tmp_path / f"{holder}.json"
        made = run("export", FIRST, "-o", str(file), "--holder", holder)
        assert made.exit_code == 0, made.output
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        verified = run("verify", str(file))
        assert verified.exit_code == 0
        assert f"The chain holds: {LAST} entries" in verified.stdout
    again = run("export", FIRST, "-o", str(tmp_path / "spa.json"))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_the_paper_is_written_for_each_who_may_have_it(tmp_path: Path) -> None:
    told = {}
    for holder in ("network", "spa", "patient"):
        file = tmp_path / f"{holder}.pdf"
        made = run("pdf", FIRST, "-o", str(file), "--holder", holder)
        assert made.exit_code == 0, made.output
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        told[holder] = words_of(file)
    assert len(set(told.values())) == 3
    again = run("pdf", FIRST, "-o", str(tmp_path / "spa.pdf"))
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


def test_there_is_no_paper_of_an_exam_that_is_not_there(tmp_path: Path) -> None:
    made = run("pdf", "0" * 32, "-o", str(tmp_path / "exam.pdf"))
    assert made.exit_code == 1
    assert made.stderr.startswith("Refused: ")
    assert list(tmp_path.glob("*.pdf")) == []


def test_keys_and_a_checkpoint_that_are_given_are_looked_at(tmp_path: Path) -> None:
    file, kept = tmp_path / "r.json", tmp_path / "checkpoint"

    async def note(core: Core) -> str:
        async with core.database.read() as tx:
            newest = await tlog.latest(tx)
        assert newest is not None
        return newest.note

    kept.write_text(str(in_data(note)), encoding="utf-8")
    assert run("export", FIRST, "-o", str(file), "--since", str(kept)).exit_code == 0
    record = json.loads(file.read_bytes())
    given = (
        *("--network-key", record["signature"]["public_key"]),
        *("--practitioner-key", record["record"]["signatures"][0]["public_key"]),
        *("--log-key", record["record"]["tree"]["log_key"]),
        *("--since", str(kept)),
    )
    verified = run("verify", str(file), "--json", *given)
    assert verified.exit_code == 0
    said = json.loads(verified.stdout)
    assert said["problem"] is None
    assert "The file is as the network signed it, with the key given." in said["holds"]
    assert f"The keys of {EXAMINER} are those given." in said["holds"]
    others = run("verify", str(file), "--practitioner-key", "ab" * 32)
    assert (others.exit_code, "by another key" in others.stderr) == (1, True)
    other = run("verify", str(file), "--network-key", "ab" * 32)
    assert (other.exit_code, "by another key" in other.stderr) == (1, True)
    for wrong in (("--network-key", "zz"), ("--log-key", "zz"), ("--since", str(tmp_path))):
        assert run("verify", str(file), *wrong).exit_code == 2
    assert run("verify", str(tmp_path / "none.json")).exit_code == 2


def test_a_changed_byte_ends_with_1_and_says_what(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    assert run("export", FIRST, "-o", str(file), "--holder", "spa").exit_code == 0
    altered = file.read_bytes().replace(b'"actor":"system"', b'"actor":"sytsem"', 1)
    file.write_bytes(altered)
    found = run("verify", str(file))
    assert (found.exit_code, "entry 1 (exam.requested)" in found.stderr) == (1, True)
    as_json = run("verify", str(file), "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["entry"]) == (1, 1)


def test_a_chart_that_does_not_hold_is_not_written_but_named(tmp_path: Path) -> None:
    async def tamper(core: Core) -> None:
        async with core.database.write() as tx:
            fifth = (chart_entries.c.encounter_id == FIRST, chart_entries.c.seq == 5)
            await tx.execute(update(chart_entries).where(*fifth).values(at=1))

    in_data(tamper)
    file = tmp_path / "r.json"
    refused = run("export", FIRST, "-o", str(file))
    assert (refused.exit_code, "entry 5 (note.snapshot)" in refused.stderr) == (1, True)
    assert not file.exists()
    missing = run("export", "nothing", "-o", str(file))
    assert (missing.exit_code, "Not found" in missing.stderr) == (1, True)
    nowhere = run("export", "encounter-2", "-o", str(tmp_path / "no" / "r.json"))
    assert (nowhere.exit_code, "could not be written" in nowhere.stderr) == (1, True)


def test_a_record_that_the_audit_log_cannot_tell_of_is_not_written(tmp_path: Path) -> None:
    async def close_the_audit_log(core: Core) -> None:
        async with core.database.write() as tx:
            await tx.execute(
                text(
                    "CREATE TRIGGER closed BEFORE INSERT ON audit_entries "
                    "BEGIN SELECT RAISE(ABORT, 'closed'); END"
                )
            )

    in_data(close_the_audit_log)
    file = tmp_path / "r.json"
    refused = run("export", FIRST, "-o", str(file))
    assert refused.exit_code == 1
    assert "No record was made: This cannot be shown just now." in refused.stderr
    assert not file.exists()


def test_the_code_on_a_paper_finds_the_exam_however_it_is_typed(tmp_path: Path) -> None:
    paper = tmp_path / "exam.pdf"
    assert run("pdf", FIRST, "-o", str(paper)).exit_code == 0
    code = re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", words_of(paper))[0]
    loosely = f" {code.lower().replace('-', ' ')} "
    for typed in (code, loosely, code.replace("-", ""), code.replace("-", "\N{EN DASH}")):
        found = run("find", typed, "--json")
        assert found.exit_code == 0, found.output
        (told,) = json.loads(found.stdout)
        assert (told["encounter"], told["signer"]) == (FIRST, EXAMINER)
        assert (told["signed"][-3:], len(told["key"])) == ("UTC", 64)
    assert FIRST in run("find", code).stdout

    async def read_by_hand(core: Core) -> list[tuple[str, str]]:
        async with core.database.read() as tx:
            rows = await tx.execute(select(audit_entries.c.route, audit_entries.c.encounter_id))
            return [(one.route, one.encounter_id) for one in rows]

    assert in_data(read_by_hand).count(("cli chart find", FIRST)) == 5  # type: ignore[attr-defined]


def test_an_exam_behind_the_first_page_of_signatures_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def codes(core: Core) -> list[str]:
        async with core.database.read() as tx:
            rows = await signatures.exams_after(tx, ("", 0), 9)
        assert [(one.encounter_id, one.seq) for one in rows] == [
            (FIRST, SIGNED_SEQ),
            (SECOND, SIGNED_SEQ),
        ]
        return [verification_code(one.signature) for one in rows]

    monkeypatch.setattr(chart_find, "PAGE", 1)
    for code, exam in zip(in_data(codes), (FIRST, SECOND), strict=True):  # type: ignore[call-overload]
        assert json.loads(run("find", code, "--json").stdout)[0]["encounter"] == exam


def test_a_code_of_no_exam_finds_nothing_and_what_is_no_code_is_refused() -> None:
    unknown = run("find", "AAAA-BBBB-CCCC-DDDD")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "No exam was signed with this code" in unknown.stderr
    for wrong in ("AAAA-BBBB-CCCC", "AAAA-BBBB-CCCC-DDD1", "AAAA/BBBB/CCCC/DDDD"):
        assert run("find", wrong).exit_code == 2
