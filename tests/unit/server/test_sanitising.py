"""What comes out of the decoder: pixels and nothing else; and what does not go in."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from server.forward.decoding import Job, job_of
from server.forward.pictures import Clean, Refused, clean
from server.forward.refusals import (
    CODES,
    DecoderFailed,
    UploadIsHeic,
    UploadTooManyPixels,
    UploadTooSmall,
    UploadUnknownType,
    UploadUnreadable,
)
from server.forward.sanitising import Sanitiser, accepted
from server.forward.sniffing import FileKind, sniff
from tests import photos


def cleaned(content: bytes, *, photo: bool = True, pages_max: int = 20) -> list[Clean]:
    return clean(content, sniff(content), photo=photo, pages_max=pages_max)


def segments(content: bytes) -> set[int]:
    """Return the markers of a JPEG's segments before its scan."""
    found, at = set(), 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return found


def is_bare(content: bytes) -> bool:
    """Tell whether a JPEG has tables and pixels only, and ends where it ends."""
    tables = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}  # JFIF, quantization, frame, Huffman
    return segments(content) <= tables and content.endswith(b"\xff\xd9")


def test_where_a_photo_was_taken_and_by_what_does_not_survive() -> None:
    sent = photos.phone_jpeg()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(0x8825)[1] == "N"
        assert before.info["icc_profile"]
    assert photos.MAKER.encode() in sent
    assert photos.COMMENT in sent
    (one,) = cleaned(sent)
    for kept in (one.image, one.thumbnail):
        assert is_bare(kept)
        assert photos.MAKER.encode() not in kept
        assert photos.COMMENT not in kept


def test_a_photo_stands_upright_afterwards() -> None:
    (one,) = cleaned(photos.phone_jpeg())
    assert (one.width_px, one.height_px) == (900, 1_200)
    with Image.open(io.BytesIO(one.image)) as upright:
        top, bottom = upright.getpixel((450, 100)), upright.getpixel((450, 1_100))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert sum(bottom) - sum(top) > 300  # its left half was dark


def test_what_hides_behind_the_end_is_gone() -> None:
    hidden = b"PK\x03\x04 a second file <script>alert(1)</script>"
    (one,) = cleaned(photos.jpeg() + hidden)
    assert b"script" not in one.image
    assert is_bare(one.image)


def test_text_goes_and_what_is_transparent_becomes_white() -> None:
    (one,) = cleaned(photos.png_with_text())
    assert photos.COMMENT not in one.image
    with Image.open(io.BytesIO(one.image)) as opened:
        assert opened.mode == "RGB"
        left = opened.getpixel((100, 100))
    assert isinstance(left, tuple)
    assert min(left) > 120  # half dark, half white


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    (large,) = cleaned(photos.jpeg(4_000, 3_000))
    assert (large.width_px, large.height_px) == (2_048, 1_536)
    (small,) = cleaned(photos.jpeg(640, 480))
    assert (small.width_px, small.height_px) == (640, 480)
    with Image.open(io.BytesIO(small.thumbnail)) as thumbnail:
        assert thumbnail.size == (320, 240)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "RGB", "RGBA"])
def test_every_kind_of_pixel_becomes_a_photo(mode: str) -> None:
    made = photos.picture().convert("L") if mode == "I;16" else photos.picture()
    (one,) = cleaned(photos.saved(made.convert(mode), "PNG"))
    assert is_bare(one.image)


def test_the_colours_of_print_become_those_of_a_screen() -> None:
    (one,) = cleaned(photos.saved(photos.picture().convert("CMYK"), "JPEG"))
    with Image.open(io.BytesIO(one.image)) as opened:
        assert opened.mode == "RGB"


def test_a_profile_that_is_none_is_ignored() -> None:
    (one,) = cleaned(photos.saved(photos.picture(), "JPEG", icc_profile=b"no profile"))
    assert is_bare(one.image)


def test_of_a_telephones_two_in_one_the_first_counts() -> None:
    (one,) = cleaned(photos.two_in_one())
    assert is_bare(one.image)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    with pytest.raises(Refused, match="upload_animated"):
        cleaned(photos.animated(kind))


def test_a_bomb_is_refused_by_what_it_says_of_itself() -> None:
    sent = photos.bomb()
    assert len(sent) < 100_000
    with pytest.raises(Refused, match="upload_too_many_pixels"):
        cleaned(sent)


def test_too_few_pixels_are_no_photo_of_skin_but_may_be_a_record() -> None:
    tiny = photos.jpeg(399, 1_000)
    with pytest.raises(Refused, match="upload_too_small"):
        cleaned(tiny)
    assert len(cleaned(tiny, photo=False)) == 1


def test_a_record_becomes_one_picture_a_page() -> None:
    pages = cleaned(photos.pdf(3), photo=False)
    assert [(one.width_px, one.height_px) for one in pages] == [(1_583, 2_048)] * 3
    assert all(is_bare(one.image) for one in pages)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (photos.pdf(4), "upload_too_many_pages"),
        (photos.pdf(1, width=20_000), "upload_too_many_pixels"),
        (b"%PDF-1.7\nnothing of the kind", "upload_unreadable"),
        (photos.pdf(1)[:200], "upload_unreadable"),
    ],
)
def test_a_record_that_is_no_record_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        cleaned(content, photo=False, pages_max=3)


WHOLE = {
    "JPEG": photos.phone_jpeg(),
    "PNG": photos.png_with_text(),
    "WEBP": photos.saved(photos.picture(), "WEBP"),
    "PDF": photos.pdf(1),
}


# The library warns of tags that it skips, and goes on: here that is no error either.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_cut_off_or_altered_is_clean_or_refused(kind: str, data: st.DataObject) -> None:
    """Never another error: the process would end without a word of why."""
    whole = WHOLE[kind]
    if data.draw(st.booleans()):
        broken = whole[: data.draw(st.integers(12, len(whole) - 1))]
    else:
        seed = random.Random(data.draw(st.integers(0, 2**32)))
        altered = bytearray(whole)
        for _ in range(data.draw(st.integers(1, 40))):
            altered[seed.randrange(12, len(altered))] = seed.randrange(256)
        broken = bytes(altered)
    code = ""
    made: list[Clean] = []
    try:
        made = clean(broken, sniff(whole), photo=True, pages_max=3)
    except Refused as refused:
        code = refused.code
    assert code in CODES or made
    assert all(is_bare(one.image) and is_bare(one.thumbnail) for one in made)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_tag_that_was_altered_to_another_type_ends_in_a_refusal() -> None:
    """The library joins a text to bytes and fails by a TypeError."""
    seed, altered = random.Random(441), bytearray(WHOLE["JPEG"])
    for _ in range(4):
        altered[seed.randrange(12, len(altered))] = seed.randrange(256)
    with pytest.raises(Refused, match="upload_unreadable"):
        clean(bytes(altered), FileKind.JPEG, photo=True, pages_max=3)


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\xff\xd8\xff\xe1", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", FileKind.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", FileKind.UNKNOWN),
        (b"%PDF-1.4", FileKind.PDF),
        (b"\x00\x00\x00\x18ftypheic", FileKind.HEIC),
        (b"\x00\x00\x00\x18ftypavif", FileKind.HEIC),
        (b"\x00\x00\x00\x18ftypisom", FileKind.UNKNOWN),
        (b"GIF89a", FileKind.UNKNOWN),
        (b"<svg xmlns=", FileKind.UNKNOWN),
        (b"", FileKind.UNKNOWN),
    ],
)
def test_a_file_is_what_its_first_bytes_say(first: bytes, kind: FileKind) -> None:
    assert sniff(first) is kind


def test_a_photo_is_no_record_and_a_record_may_be_a_photo() -> None:
    assert accepted(photos.jpeg(), "image") is FileKind.JPEG
    assert accepted(photos.jpeg(), "record") is FileKind.JPEG
    assert accepted(photos.pdf(), "record") is FileKind.PDF
    with pytest.raises(UploadUnknownType):
        accepted(photos.pdf(), "image")
    with pytest.raises(UploadIsHeic):
        accepted(b"\x00\x00\x00\x18ftypheic", "record")


def test_what_the_process_is_asked_is_read_as_it_was_written() -> None:
    job = Job(FileKind.WEBP, photo=True, pages_max=7)
    assert job_of(job.line()) == job


# ------------------------------------------------------------------ the process


async def test_the_process_gives_what_is_to_be_kept() -> None:
    (one,) = await Sanitiser().sanitise(photos.phone_jpeg(), "image")
    assert is_bare(one.picture.image)
    assert (one.width_px, one.height_px) == (900, 1_200)
    pages = await Sanitiser().sanitise(photos.pdf(2), "record", pages_max=2)
    assert len(pages) == 2


async def test_the_process_says_why_it_refuses() -> None:
    with pytest.raises(UploadTooManyPixels):
        await Sanitiser().sanitise(photos.bomb(), "image")


HANGING = "import time\ntime.sleep(60)\n"
CRASHING = "import os\nos.abort()\n"
BABBLING = "import sys\nwhile True: sys.stdout.write('x' * 65536)\n"
LYING = """import json
print(json.dumps({"pictures": [[10, 10, 5, 5]]}))
print("<script>", end="")
"""
MULTIPLYING = """import json, sys
picture = b"\\xff\\xd8\\xff"
print(json.dumps({"pictures": [[9, 9, 3, 3]] * 2}), flush=True)
sys.stdout.buffer.write(picture * 4)
"""
DEVOURING = """from server.forward.decoding import confine
confine()
held = bytearray(4_000_000_000)
"""
SPINNING = """import resource
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
while True: pass
"""


@pytest.mark.parametrize(
    ("program", "refusal"),
    [
        (HANGING, DecoderFailed),
        (CRASHING, UploadUnreadable),
        (LYING, UploadUnreadable),
        (MULTIPLYING, UploadUnreadable),
        (DEVOURING, UploadUnreadable),
        (BABBLING, UploadUnreadable),
        (SPINNING, UploadUnreadable),
    ],
    ids=["hanging", "crashing", "lying", "multiplying", "devouring", "babbling", "spinning"],
)
async def test_a_decoder_that_goes_wrong_disturbs_nothing(
    program: str,
    refusal: type[Exception],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "decoder_gone_wrong.py").write_text(program, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    wall_s = 0.5 if program == HANGING else 20.0
    wrong = Sanitiser(wall_s=wall_s, module="decoder_gone_wrong")
    with pytest.raises(refusal):
        await wrong.sanitise(photos.jpeg(), "image")
    assert len(await Sanitiser().sanitise(photos.jpeg(), "image")) == 1


async def test_the_process_has_no_environment_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = """import json, os, sys
known = [name for name in os.environ if name.startswith("GOODFAITH")]
print(json.dumps({"refused": "upload_animated" if known else "upload_too_small"}))
sys.exit(3)
"""
    (tmp_path / "decoder_that_looks.py").write_text(program, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODFAITH_ROOT_KEY", "secret")
    with pytest.raises(UploadTooSmall):
        await Sanitiser(module="decoder_that_looks").sanitise(photos.jpeg(), "image")


REACHING = """import json, os, socket, sys
from server.forward import landlock
from server.forward.decoding import confine

def reached(what):
    try:
        what()
    except OSError:
        return False
    return True

sys.stdin.buffer.readline()
before = os.nice(0)
confine()
os.close(0)
opened = [
    reached(lambda: open("mark")),
    reached(lambda: open(f"/proc/{os.getppid()}/environ")),
    reached(socket.socket),
    reached(os.pipe),
    os.nice(0) < min(19, before + 10),
]
if landlock.version():
    opened += [
        reached(lambda: os.truncate("mark", 0)),
        reached(lambda: os.rename("mark", "mask")),
        reached(lambda: os.unlink("mark")),
        reached(lambda: os.execv("/bin/true", ["true"])),
    ]
print(json.dumps({"refused": "upload_animated" if any(opened) else "upload_too_small"}))
sys.exit(3)
"""


async def test_whoever_takes_the_process_over_reaches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "decoder_taken_over.py").write_text(REACHING, encoding="utf-8")
    (tmp_path / "mark").write_text("here", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UploadTooSmall):
        await Sanitiser(module="decoder_taken_over").sanitise(photos.jpeg(), "image")
    assert (tmp_path / "mark").read_text(encoding="utf-8") == "here"


@pytest.mark.parametrize("kind", WHOLE)
async def test_what_the_process_gave_up_it_does_not_need(kind: str) -> None:
    (made,) = await Sanitiser().sanitise(WHOLE[kind], "record")
    (known,) = cleaned(WHOLE[kind])
    assert made.picture.image == known.image
    assert made.picture.thumbnail == known.thumbnail


async def test_the_words_of_a_record_are_drawn_though_no_font_can_be_opened() -> None:
    (page,) = await Sanitiser().sanitise(photos.letter("Latex allergy"), "record")
    with Image.open(io.BytesIO(page.picture.image)) as drawn:
        assert drawn.convert("L").histogram()[:60] != [0] * 60
