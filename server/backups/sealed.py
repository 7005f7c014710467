"""A stream sealed in chunks, so that no byte can be altered, moved, dropped or added unseen.

    chunk = number (8, big-endian) | last (1) | length (4) | ciphertext | tag (16)

AES-256-GCM under a key of this file alone (`server.backups.seals`), so that the nonce may be
the number and the last-flag, as in STREAM (Hoang, Reyhanitabar, Rogaway and Vizar, CRYPTO
2015). Associated data: a context string, the SHA-256
of the header, and the chunk's first 13 bytes. Inside is one zlib stream (RFC 1950).

No clock and no randomness: keys are arguments.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.backups.refusals import (
    BackupExtended,
    BackupTruncated,
    ChunkAltered,
    ChunkMisplaced,
    ContentBroken,
)

CHUNK_BYTES: Final = 262_144
TAG_BYTES: Final = 16
NUMBER_BYTES: Final = 8
FRAME_BYTES: Final = NUMBER_BYTES + 1 + 4
LEVEL: Final = 3  # most of a backup is ciphertext in base64, which a higher level leaves alone
CHUNK: Final = b"goodfaith backup chunk v1"


def sealed(parts: Iterable[bytes], key: bytes, header: bytes) -> Iterator[bytes]:
    """Compress `parts` and give the sealed chunks, the last one marked; memory is bounded.

    Args:
        parts: the content, in pieces of any size.
        key: of this file alone, 32 bytes.
        header: the encoded header.
    """
    cipher, bound_to = AESGCM(key), CHUNK + hashlib.sha256(header).digest()
    number = 0
    held = bytearray()
    for piece in _compressed(parts):
        held += piece
        while len(held) > CHUNK_BYTES:
            yield _chunk(cipher, bound_to, number, bytes(held[:CHUNK_BYTES]), last=False)
            del held[:CHUNK_BYTES]
            number += 1
    yield _chunk(cipher, bound_to, number, bytes(held), last=True)


def opened(file: BinaryIO, key: bytes, header: bytes) -> Iterator[bytes]:
    """Give the content of sealed chunks in pieces; every piece is verified before it is given.

    What was given counts only once the iterator has ended: then the whole file is verified.

    Raises:
        BackupDamaged: the file is not the one that was written; says where and how.
    """
    unpacking = zlib.decompressobj()
    for content in _chunks(file, key, header):
        rest = content
        while rest and not unpacking.eof:
            try:
                piece = unpacking.decompress(rest, CHUNK_BYTES)
            except zlib.error:
                raise ContentBroken("the content cannot be unpacked") from None
            if piece:
                yield piece
            rest = unpacking.unconsumed_tail
        if unpacking.unused_data:
            raise ContentBroken("something follows the content")
    yield from _remainder(unpacking)


def _remainder(unpacking: zlib._Decompress) -> Iterator[bytes]:
    if not unpacking.eof:
        piece = unpacking.flush()
        if piece:
            yield piece
    if not unpacking.eof:
        raise ContentBroken("the content is incomplete")


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(LEVEL)
    for part in parts:
        yield packing.compress(part)
    yield packing.flush()


def _chunk(
    cipher: AESGCM, bound_to: bytes, number: int, content: bytes, *, last: bool
) -> bytes:
    length = (len(content) + TAG_BYTES).to_bytes(4, "big")
    frame = number.to_bytes(NUMBER_BYTES, "big") + bytes([last]) + length
    return frame + cipher.encrypt(_nonce(number, last=last), content, bound_to + frame)


def _chunks(file: BinaryIO, key: bytes, header: bytes) -> Iterator[bytes]:
    cipher, bound_to = AESGCM(key), CHUNK + hashlib.sha256(header).digest()
    number, last = 0, False
    while not last:
        frame = file.read(FRAME_BYTES)
        if len(frame) < FRAME_BYTES:
            raise BackupTruncated(f"the file ends before chunk {number}; more were written")
        found = int.from_bytes(frame[:NUMBER_BYTES], "big")
        length = int.from_bytes(frame[NUMBER_BYTES + 1 :], "big")
        last = frame[NUMBER_BYTES] == 1
        if not TAG_BYTES <= length <= CHUNK_BYTES + TAG_BYTES or frame[NUMBER_BYTES] > 1:
            raise ChunkAltered(f"chunk {number} was altered")
        content = file.read(length)
        if len(content) < length:
            raise BackupTruncated(f"the file ends within chunk {number}")
        try:
            text = cipher.decrypt(_nonce(found, last=last), content, bound_to + frame)
        except InvalidTag:
            raise ChunkAltered(
                f"chunk {number} was altered, or belongs to another file"
            ) from None
        if found != number:
            raise ChunkMisplaced(f"chunk {found} stands where chunk {number} belongs")
        yield text
        number += 1
    if file.read(1):
        raise BackupExtended(f"something follows the last chunk, number {number - 1}")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NUMBER_BYTES + 3, "big") + bytes([last])
