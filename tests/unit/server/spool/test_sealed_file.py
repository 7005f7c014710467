from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from server.spool import sealed_file as module
from server.spool.sealed_file import FileUnreadable, SealedFile, header_of, read

KEY = bytes(range(32))
HEADER = b'{"file":"one"}'
TEXTS = (b"first", b"", b"the third" * 50)


def made(folder: Path, header: bytes = HEADER, reserve_bytes: int = 4_096) -> SealedFile:
    file = SealedFile(folder / "one.spool", KEY, header, random.Random(7).randbytes)
    file.make(reserve_bytes)
    return file


@pytest.fixture
def content(tmp_path: Path) -> bytearray:
    """A file with three records."""
    file = made(tmp_path)
    for text in TEXTS:
        file.append(text)
    file.close()
    return bytearray(file.path.read_bytes())


def starts(content: bytes | bytearray) -> list[int]:
    """Where records begin, and where the last one ends."""
    at = [len(module.MAGIC) + module.SIZE_BYTES + len(HEADER)]
    while length := int.from_bytes(content[at[-1] : at[-1] + 4], "big"):
        at.append(at[-1] + 4 + length)
    return at


def test_what_was_appended_is_read_in_order(content: bytearray) -> None:
    found = read(bytes(content), KEY)
    assert found.texts == TEXTS
    assert found.state == "whole"
    assert header_of(bytes(content)) == HEADER


def test_nothing_of_it_can_be_read_without_the_key(content: bytearray) -> None:
    assert b"third" not in content
    assert read(bytes(content), bytes(32)).texts == ()


def test_it_is_private_and_its_space_is_taken(tmp_path: Path) -> None:
    file = made(tmp_path, reserve_bytes=65_536)
    about = file.path.stat()
    assert about.st_mode & 0o777 == 0o600
    assert about.st_size == 65_536
    assert about.st_blocks * 512 >= 65_536
    file.remove()
    assert not file.path.exists()


def test_more_than_was_reserved_can_be_appended(tmp_path: Path) -> None:
    file = made(tmp_path, reserve_bytes=0)
    file.append(TEXTS[2])
    file.close()
    assert read(file.path.read_bytes(), KEY).texts == TEXTS[2:]


def test_a_record_torn_by_a_crash_is_left_out_and_said(content: bytearray) -> None:
    *_, last, end = starts(content)
    content[last + 20 : end] = bytes(end - last - 20)
    found = read(bytes(content), KEY)
    assert (found.texts, found.state) == (TEXTS[:2], "torn")
    cut_off = read(bytes(content[: last + 20]), KEY)
    assert (cut_off.texts, cut_off.state) == (TEXTS[:2], "torn")


@pytest.mark.parametrize("number", [0, 1])
def test_an_altered_record_is_noticed_and_nothing_behind_it_believed(
    content: bytearray, number: int
) -> None:
    content[starts(content)[number] + 20] ^= 1
    found = read(bytes(content), KEY)
    assert (found.texts, found.state) == (TEXTS[:number], "tampered")


def test_records_in_another_order_do_not_open(content: bytearray) -> None:
    one, two, three, end = starts(content)
    swapped = content[:one] + content[two:three] + content[one:two] + content[three:]
    assert read(bytes(swapped), KEY).state == "tampered"
    without = content[:one] + content[two:end] + bytes(two - one)
    assert read(bytes(without), KEY).texts == ()


def test_a_record_hidden_by_a_zero_is_noticed(content: bytearray) -> None:
    second = starts(content)[1]
    content[second : second + 4] = bytes(4)
    assert read(bytes(content), KEY).state == "tampered"


def test_a_record_of_another_file_does_not_open(tmp_path: Path, content: bytearray) -> None:
    (tmp_path / "one.spool").unlink()
    other = made(tmp_path, HEADER.replace(b"one", b"two"))
    other.close()
    first = starts(content)[0]
    moved = other.path.read_bytes()[:first] + content[first:]
    assert read(moved, KEY).texts == ()


@pytest.mark.parametrize("content", [b"", b"GFSPOOL1", b"GFSPOOL1\x00\x00", b"x" * 64])
def test_what_is_no_file_of_ours_is_not_read(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(content, KEY)


def test_a_disk_that_takes_half_a_record_leaves_no_trace_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = made(tmp_path), os.pwrite
    file.append(TEXTS[0])

    def half(descriptor: int, data: bytes, at: int) -> int:
        return real(descriptor, data[: len(data) // 2] if any(data) else data, at)

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(OSError, match="part of a record"):
        file.append(TEXTS[2])
    monkeypatch.undo()
    file.append(b"next")
    file.close()
    found = read(file.path.read_bytes(), KEY)
    assert (found.texts, found.state) == ((TEXTS[0], b"next"), "whole")


def test_a_record_has_a_largest_size(tmp_path: Path) -> None:
    file = made(tmp_path)
    file.append(bytes(module.RECORD_MAX))
    with pytest.raises(ValueError, match="too large"):
        file.append(bytes(module.RECORD_MAX + 1))
    file.close()


def test_a_record_that_did_not_reach_the_disk_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(tmp_path)

    def broken(_descriptor: int) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(OSError, match="no disk"):
        file.append(TEXTS[2])
    monkeypatch.undo()
    file.append(b"next")
    file.close()
    found = read(file.path.read_bytes(), KEY)
    assert (found.texts, found.state) == ((b"next",), "whole")
