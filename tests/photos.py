"""Made-up photos and records: what telephones make, and what nobody should send."""

from __future__ import annotations

import io
from typing import Final

import pypdfium2
from PIL import Image, ImageCms, PngImagePlugin

GPS: Final = {1: "N", 2: (33.0, 30.0, 12.5), 3: "W", 4: (111.0, 55.0, 47.1)}
MAKER: Final = "Canary Phone 9"
COMMENT: Final = b"canary comment: 14 Canary Lane"
TURNED: Final = 6  # EXIF orientation: the top of the picture is at the right of the pixels


def picture(width: int = 1_200, height: int = 900) -> Image.Image:
    """Return something with a dark left half, so that one sees which way up it is."""
    made = Image.new("RGB", (width, height), (214, 170, 150))
    made.paste((40, 30, 20), (0, 0, width // 2, height))
    return made


def jpeg(width: int = 1_200, height: int = 900) -> bytes:
    """Return a plain photo."""
    return saved(picture(width, height), "JPEG", quality=85)


def phone_jpeg() -> bytes:
    """Return a photo as a telephone writes it: turned, with a place, a profile, a comment."""
    exif = Image.Exif()
    exif[0x0112] = TURNED
    exif[0x010F] = MAKER
    exif[0x8825] = GPS
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(picture(), "JPEG", quality=90, exif=exif, icc_profile=profile, comment=COMMENT)


def png_with_text() -> bytes:
    """Return a PNG with a text chunk and transparency."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", COMMENT.decode())
    see_through = picture().convert("RGBA")
    see_through.putalpha(128)
    return saved(see_through, "PNG", pnginfo=told)


def animated(kind: str) -> bytes:
    """Return a moving picture of two frames, PNG or WEBP."""
    frames = [picture(), picture().rotate(180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def two_in_one() -> bytes:
    """Return a telephone's JPEG with a second picture behind the first (MPO)."""
    return saved(picture(), "MPO", save_all=True, append_images=[picture().rotate(180)])


def bomb() -> bytes:
    """Return a small PNG of more pixels than any camera has."""
    rows = Image.new("1", (12_000, 12_000))
    return saved(rows, "PNG", optimize=True)


def pdf(pages: int = 2, width: float = 612, height: float = 792) -> bytes:
    """Return a record of empty pages, in points."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def letter(words: str) -> bytes:
    """Return a record of one page with words in a font that it does not bring along."""
    drawn = f"BT /F1 40 Tf 60 600 Td ({words}) Tj ET".encode()
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial >>"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 " + font + b" >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % one for one in enumerate(parts, start=1))
    return b"%PDF-1.4\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n"


def saved(made: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    written = io.BytesIO()
    made.save(written, kind, **options)
    return written.getvalue()
