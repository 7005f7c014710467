"""A photo, or the pages of a record, as clean JPEG. Runs in a process of its own only.

    bytes -> decode (one format, one frame, bounded pixels) -> orientation applied -> sRGB
        -> white behind what is transparent -> at most 2048 px -> JPEG of the pixels alone
                                                               -> thumbnail, at most 320 px

Nothing but pixels goes from one to the other: no EXIF (where it was taken), no profile, no
comment, nothing that was hidden behind the end of the file. Whatever a file is besides, it is
not that any more.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from server.forward import limits
from server.forward.sniffing import FileKind

FORMATS: Final = {
    # A telephone's JPEG with a second picture behind it is an MPO: the first one counts.
    FileKind.JPEG: ("JPEG", "MPO"),
    FileKind.PNG: ("PNG",),
    FileKind.WEBP: ("WEBP",),
}
POINTS_PER_INCH: Final = 72
WHITE: Final = (255, 255, 255)
DECODING_FAILS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    OverflowError,
    AssertionError,
    AttributeError,
    TypeError,  # a damaged tag of another type than the one that is joined to it
    struct.error,
    zlib.error,
    UnidentifiedImageError,
)
SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

Image.MAX_IMAGE_PIXELS = limits.PIXELS_MAX


class Refused(Exception):
    """A file that is not taken; the code is one of `server.forward.refusals.CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clean:
    """One picture as it is kept."""

    width_px: int
    height_px: int
    image: bytes
    thumbnail: bytes


def load() -> None:
    """Load every format now: a process that may open nothing cannot do it later."""
    Image.init()


def clean(content: bytes, kind: FileKind, *, photo: bool, pages_max: int) -> list[Clean]:
    """Return the pictures of a file: one of a photo, one per page of a PDF.

    Args:
        content: the whole file.
        kind: as sniffed.
        photo: it is to show skin: too few pixels are refused.
        pages_max: of a PDF.

    Raises:
        Refused: it cannot be read, or is more than is taken.
    """
    if kind is FileKind.PDF:
        return [encoded(page) for page in _pages(content, pages_max)]
    return [encoded(_photo(content, kind, photo=photo))]


def encoded(picture: Image.Image) -> Clean:
    """Return an RGB picture, made smaller where it is larger than is kept, as JPEG."""
    kept = _at_most(picture, limits.LONG_SIDE_MAX)
    small = _at_most(kept, limits.THUMBNAIL_SIDE_MAX)
    return Clean(kept.width, kept.height, _jpeg(kept), _jpeg(small))


def _photo(content: bytes, kind: FileKind, *, photo: bool) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS[kind]) as opened:
            _require_one_frame(opened)
            _require_size(opened, photo=photo)
            opened.draft("RGB", (limits.LONG_SIDE_MAX, limits.LONG_SIDE_MAX))
            opened.load()
            return _pixels(opened)
    except Image.DecompressionBombError:
        raise Refused("upload_too_many_pixels") from None
    except DECODING_FAILS:
        raise Refused("upload_unreadable") from None


def _require_one_frame(opened: Image.Image) -> None:
    if opened.format != "MPO" and getattr(opened, "is_animated", False):
        raise Refused("upload_animated")


def _require_size(opened: Image.Image, *, photo: bool) -> None:
    if opened.width * opened.height > limits.PIXELS_MAX:
        raise Refused("upload_too_many_pixels")
    if photo and min(opened.size) < limits.SHORT_SIDE_MIN:
        raise Refused("upload_too_small")


def _pixels(opened: Image.Image) -> Image.Image:
    """Return upright sRGB pixels, and nothing else of what was opened."""
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    seen = _in_srgb(_opaque(upright), profile if isinstance(profile, bytes) else b"")
    bare = Image.new("RGB", seen.size)
    bare.paste(seen)
    return bare


def _opaque(picture: Image.Image) -> Image.Image:
    """Return it without transparency: what would be seen on white."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        behind = Image.new("RGBA", layered.size, (*WHITE, 255))
        return Image.alpha_composite(behind, layered).convert("RGB")
    return picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return it in sRGB; a profile that cannot be used is as none."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _pages(content: bytes, pages_max: int) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise Refused("upload_unreadable") from None
    if not 1 <= len(document) <= pages_max:
        raise Refused("upload_too_many_pages" if len(document) else "upload_unreadable")
    for number in range(len(document)):
        yield _page(document, number)


def _page(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        long_side = max(page.get_size())
        if not 1 <= long_side <= limits.PAGE_SIDE_MAX_PT:
            raise Refused("upload_too_many_pixels")
        bitmap = page.render(
            scale=limits.LONG_SIDE_MAX / long_side, may_draw_forms=False, draw_annots=True
        )
        drawn: Image.Image = bitmap.to_pil()
        return drawn.convert("RGB")
    except (pypdfium2.PdfiumError, ValueError):
        raise Refused("upload_unreadable") from None


def _at_most(picture: Image.Image, side_max: int) -> Image.Image:
    long_side = max(picture.size)
    if long_side <= side_max:
        return picture
    width = max(1, round(picture.width * side_max / long_side))
    height = max(1, round(picture.height * side_max / long_side))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=limits.QUALITY, optimize=True)
    return written.getvalue()
