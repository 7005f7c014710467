"""A header is what was written, or it is refused with the reason."""

from __future__ import annotations

import hashlib
import io

import pytest

from server.backups.header import HEADER_BYTES_MAX, MAGIC, Header, Stand
from server.backups.refusals import BackupRefused, FormatUnknown, HeaderDamaged, NotABackup

HEADER = Header(
    holding="records",
    database_schema="0012",
    made_at=1_750_000_000_000_000,
    salt="ab" * 32,
    root_id="cd" * 16,
    wrapped="01" * 60,
    stand=Stand(size=12, root="ef" * 32, note="localhost:8080/log\n12\n", log_key="log+1+AA"),
)
ENCODED = HEADER.encoded()


def read(content: bytes) -> Header:
    return Header.read(io.BytesIO(content))[0]


def test_a_header_is_read_as_it_was_written() -> None:
    assert Header.read(io.BytesIO(ENCODED + b"chunks")) == (HEADER, ENCODED)


def test_the_first_line_tells_a_person_what_the_file_is() -> None:
    assert ENCODED.startswith(b"goodfaith-backup 1\n")


@pytest.mark.parametrize("place", range(len(ENCODED)))
def test_every_flipped_bit_of_a_header_is_found(place: int) -> None:
    changed = bytearray(ENCODED)
    changed[place] ^= 1
    with pytest.raises(BackupRefused):
        read(bytes(changed))


@pytest.mark.parametrize("length", [0, 5, len(MAGIC) - 1])
def test_another_file_is_no_backup(length: int) -> None:
    with pytest.raises(NotABackup):
        read(b"SQLite format 3\x00 and more"[:length])


def test_a_newer_form_is_named() -> None:
    with pytest.raises(FormatUnknown):
        read(b"goodfaith-backup 2\nwhatever")


def test_unknown_contents_are_named() -> None:
    content = b'{"holding":"teapots"}'
    head = MAGIC + len(content).to_bytes(4, "big") + content
    with pytest.raises(FormatUnknown):
        read(head + hashlib.sha256(head).digest())


@pytest.mark.parametrize("length", [len(MAGIC), len(MAGIC) + 2, 60, len(ENCODED) - 1])
def test_a_header_that_ends_early_is_damaged(length: int) -> None:
    with pytest.raises(HeaderDamaged):
        read(ENCODED[:length])


def test_a_header_of_absurd_length_is_not_read() -> None:
    absurd = MAGIC + (HEADER_BYTES_MAX + 1).to_bytes(4, "big")
    with pytest.raises(HeaderDamaged):
        read(absurd + bytes(HEADER_BYTES_MAX + 100))
