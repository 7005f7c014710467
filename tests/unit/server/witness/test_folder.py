"""What a witness keeps: there after a crash, one at a time, and never half of it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.storage.errors import FolderInUse
from server.tlog.signed_notes import Signer, sign
from server.witness.folder import MemoryTorn, WitnessFolder
from server.witness.service import WitnessService
from tests.made_logs import MadeLog

LOG = MadeLog()
NAME = "witness.test/w"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[WitnessFolder]:
    opened = WitnessFolder(tmp_path)
    yield opened
    opened.close()


def kept(folder: WitnessFolder, signer: Signer, size: int) -> None:
    note = LOG.submission(0, size).checkpoint
    text = note.partition("\n\n")[0] + "\n"
    folder.keep(LOG.signer.name, note + sign(text, signer, time=1))


def test_what_was_kept_is_read_again(folder: WitnessFolder, tmp_path: Path) -> None:
    signer = folder.signer(NAME)
    log = LOG.signer.verifier_key
    assert folder.seen([log], signer.verifier_key) == {}
    for size in (3, 20):
        kept(folder, signer, size)
    folder.close()
    again = WitnessFolder(tmp_path)
    assert again.signer(NAME).verifier_key == signer.verifier_key
    assert again.seen([log], signer.verifier_key) == {LOG.signer.name: LOG.head(20)}
    again.close()
    assert stat.S_IMODE((tmp_path / "witness.key").stat().st_mode) == 0o600


def test_a_torn_memory_is_not_taken_for_none(folder: WitnessFolder, tmp_path: Path) -> None:
    signer = folder.signer(NAME)
    kept(folder, signer, 20)
    [file] = (tmp_path / "logs").iterdir()
    whole = file.read_text("utf-8")
    note, _, own = whole.rstrip("\n").rpartition("\n")
    for torn in ("", whole[:-5], whole.replace("\n20\n", "\n10\n"), f"{note}\n", own):
        file.write_text(torn, "utf-8")
        with pytest.raises(MemoryTorn):
            folder.seen([LOG.signer.verifier_key], signer.verifier_key)


def test_one_folder_has_one_witness(folder: WitnessFolder, tmp_path: Path) -> None:
    assert folder.seen([], folder.signer(NAME).verifier_key) == {}
    with pytest.raises(FolderInUse):
        WitnessFolder(tmp_path)


async def test_what_cannot_be_written_down_is_not_signed(
    folder: WitnessFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = WitnessService(folder, folder.signer(NAME), [LOG.signer.verifier_key], lambda: 0)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            await service.add(LOG.submission(0, 20))
    # Nothing was signed, so the log may still show the tree that it shows now.
    assert await service.add(LOG.submission(0, 5))
    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        assert await service.add(LOG.submission(5, 5))  # what is kept is not written again
    assert len(list((tmp_path / "logs").glob("*.checkpoint"))) == 1
