"""Every kind of damage to a sealed stream is found and named."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from server.backups.refusals import (
    BackupDamaged,
    BackupExtended,
    BackupTruncated,
    ChunkAltered,
    ChunkMisplaced,
)
from server.backups.sealed import CHUNK_BYTES, FRAME_BYTES, TAG_BYTES, opened, sealed

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
HEADER = b"the header"
CONTENT = random.Random(7).randbytes(4 * CHUNK_BYTES)  # does not compress: five chunks


def chunks_of(content: bytes, header: bytes = HEADER, key: bytes = KEY) -> list[bytes]:
    pieces = [content[start : start + 1000] for start in range(0, len(content), 1000)]
    return list(sealed(pieces, key, header))


def read(chunks: list[bytes], header: bytes = HEADER) -> bytes:
    return b"".join(opened(io.BytesIO(b"".join(chunks)), KEY, header))


CHUNKS = chunks_of(CONTENT)


@pytest.mark.parametrize("content", [b"", b"x", CONTENT, bytes(3 * CHUNK_BYTES)])
def test_what_was_sealed_is_opened(content: bytes) -> None:
    assert read(chunks_of(content)) == content


def test_a_piece_is_never_longer_than_a_chunk_however_well_it_was_compressed() -> None:
    chunks = chunks_of(bytes(40 * CHUNK_BYTES))
    assert len(chunks) == 1
    pieces = list(opened(io.BytesIO(chunks[0]), KEY, HEADER))
    assert max(map(len, pieces)) <= CHUNK_BYTES


def test_the_content_is_not_seen_in_the_chunks() -> None:
    assert b"Zephyrine" not in b"".join(chunks_of(b"Zephyrine" * 1000))


def flipped(chunks: list[bytes], number: int, place: int) -> list[bytes]:
    changed = bytearray(chunks[number])
    changed[place] ^= 1
    return [*chunks[:number], bytes(changed), *chunks[number + 1 :]]


SHORT = chunks_of(b"short")


@pytest.mark.parametrize("place", range(len(SHORT[0])))
def test_every_flipped_bit_of_a_file_is_found(place: int) -> None:
    with pytest.raises(BackupDamaged):
        read(flipped(SHORT, 0, place))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda c: flipped(c, 2, FRAME_BYTES + 5), ChunkAltered),
        (lambda c: flipped(c, 2, len(c[2]) - TAG_BYTES), ChunkAltered),
        (lambda c: c[:-1], BackupTruncated),
        (lambda _: [], BackupTruncated),
        (lambda c: [*c[:-1], c[-1][:-1]], BackupTruncated),
        (lambda c: [*c[:2], c[2][:7]], BackupTruncated),
        (lambda c: [c[1], c[0], *c[2:]], ChunkMisplaced),
        (lambda c: [c[0], *c[2:]], ChunkMisplaced),
        (lambda c: [c[0], c[1], *c[1:]], ChunkMisplaced),
        (lambda c: [*c, b"x"], BackupExtended),
        (lambda c: [*c, c[-1]], BackupExtended),
        (lambda c: [*c[:-2], c[-1]], ChunkMisplaced),
        (lambda c: [*c[:2], chunks_of(CONTENT, key=OTHER_KEY)[2], *c[3:]], ChunkAltered),
    ],
    ids=[
        "a content bit",
        "a tag bit",
        "the last chunk gone",
        "everything gone",
        "the last byte gone",
        "cut within a frame",
        "two chunks exchanged",
        "a chunk gone",
        "a chunk doubled",
        "a byte added",
        "a chunk added",
        "the chunk before the last gone",
        "a chunk of another file",
    ],
)
def test_damage_is_named(
    damage: Callable[[list[bytes]], list[bytes]], named: type[BackupDamaged]
) -> None:
    with pytest.raises(named):
        read(damage(CHUNKS))


def test_a_chunk_that_is_not_the_last_cannot_pass_for_it() -> None:
    last = bytearray(CHUNKS[1])
    last[8] = 1
    with pytest.raises(ChunkAltered):
        read([CHUNKS[0], bytes(last)])


def test_chunks_do_not_open_behind_another_header() -> None:
    with pytest.raises(ChunkAltered):
        read(CHUNKS, header=b"another header")
