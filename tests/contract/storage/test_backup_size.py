"""A large database is dumped, checked and restored with little memory."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import insert

from server.storage.database import Database
from server.storage.tables import uploads
from tests.contract.storage.back_and_forth import ROOT_KEY
from tests.contract.storage.rows import NOW, Clinic

MEGABYTE: Final = 1_048_576
ROWS: Final = 100
PHOTO_BYTES: Final = 2 * MEGABYTE  # 200 MB in all
GROWTH_BYTES_MAX: Final = 120 * MEGABYTE  # above a command that finds nothing to do


def peak_of(folder: Path, *words: str) -> tuple[int, int, str]:
    """Run a command; return its status, the most memory it had, and what it said."""
    environment = {
        **{name: one for name, one in os.environ.items() if not name.startswith("GOODFAITH_")},
        "GOODFAITH_DATA_DIR": str(folder),
    }
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", *words],
            env=environment,
            stdout=said,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert isinstance(used, resource.struct_rusage)
    return process.returncode, used.ru_maxrss * 1_024, (folder / "said").read_text()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_200_megabytes_take_little_memory(
    database: Database, clinic: Clinic, tmp_path: Path
) -> None:
    for number in range(ROWS):
        async with database.write() as tx:
            await tx.execute(insert(uploads).values(photo(clinic.encounter_id, number)))
    await database.close()
    (tmp_path / "root.key").write_text(ROOT_KEY.hex())
    (tmp_path / "root.key").chmod(0o600)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "root.key").hardlink_to(tmp_path / "root.key")
    path = str(tmp_path / "backup")
    _, idle, _ = peak_of(tmp_path, "backup", "check", str(tmp_path / "missing"))
    for folder, words in (
        (tmp_path, ("backup", "-o", path)),
        (tmp_path, ("backup", "check", path)),
        (fresh, ("restore", path)),
    ):
        status, peak, said = peak_of(folder, *words)
        assert status == 0, said
        assert peak - idle < GROWTH_BYTES_MAX, (words, peak // MEGABYTE, idle // MEGABYTE)
    assert len(await asyncio.to_thread(Path(path).read_bytes)) > ROWS * PHOTO_BYTES


def photo(encounter_id: str, number: int) -> dict[str, object]:
    """Return a row as large as a photo, which does not compress."""
    return {
        "id": f"upload-{number}",
        "encounter_id": encounter_id,
        "file_id": f"file-{number}",
        "kind": "image",
        "page": 1,
        "media_type": "image/jpeg",
        "bytes": PHOTO_BYTES,
        "sha256": "0" * 64,
        "sealed_image": os.urandom(PHOTO_BYTES),
        "sealed_thumbnail": None,
        "uploaded_at": NOW,
    }
