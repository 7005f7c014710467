"""What a file is, by its first bytes: neither its name nor what was said of it counts. Pure.

Sources: JPEG (ITU-T T.81, B.1.1.3: SOI and the next marker), PNG (RFC 2083, 3.1), WebP (RFC
9649, 2.4), PDF (ISO 32000-1, 7.5.2: the header is the first line), HEIF and AVIF (ISO/IEC
14496-12, 4.3: the brand in `ftyp`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """What a file is; the first four are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    HEIC = "image/heic"
    UNKNOWN = "application/octet-stream"


PHOTOS: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
RECORDS: Final = PHOTOS | {FileKind.PDF}
HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)


def sniff(content: bytes) -> FileKind:
    """Return what `content` begins as."""
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return FileKind.HEIC
    return FileKind.UNKNOWN
