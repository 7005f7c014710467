"""Asking the decoder: a file in, clean pictures out, and nothing that happens in it matters.

The decoder is a process with limits on time and memory (`server.forward.decoding`). It crashes,
hangs, or says too much: the file is refused, and this server goes on. Only some run at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.forward import limits
from server.forward.decoding import REFUSED, Job
from server.forward.refusals import (
    CODES,
    DecoderFailed,
    UploadIsHeic,
    UploadUnknownType,
    UploadUnreadable,
)
from server.forward.sniffing import PHOTOS, RECORDS, FileKind, sniff
from server.storage.uploads import Picture, UploadKind

DECODERS_MAX: Final = 2
CHUNK_BYTES: Final = 65_536
MODULE: Final = "server.forward.decoding"

Length: TypeAlias = Annotated[int, Field(ge=1, le=limits.PICTURE_BYTES_MAX)]
Pixels: TypeAlias = Annotated[int, Field(ge=1, le=limits.LONG_SIDE_MAX)]


class _Said(BaseModel):
    """The first line of the decoder's answer."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    refused: str = ""
    pictures: Annotated[
        tuple[tuple[Pixels, Pixels, Length, Length], ...],
        Field(max_length=limits.RECORD_PAGES_MAX),
    ] = ()


@dataclass(frozen=True, slots=True)
class Sanitised:
    """One picture as it is to be kept."""

    picture: Picture
    width_px: int
    height_px: int


class Sanitiser:
    """Runs decoders, a few at once.

    Args:
        decoders_max: how many at once; others wait.
        wall_s: how long one may take.
        module: what is run; a test has others.
    """

    def __init__(
        self,
        *,
        decoders_max: int = DECODERS_MAX,
        wall_s: float = limits.WALL_S,
        module: str = MODULE,
    ) -> None:
        self._free = asyncio.Semaphore(decoders_max)
        self._wall_s = wall_s
        self._module = module

    async def sanitise(
        self, content: bytes, wanted: UploadKind, *, pages_max: int = 1
    ) -> list[Sanitised]:
        """Return the pictures of a file: one of a photo, one per page of a record.

        Args:
            content: the whole file.
            wanted: what it is to be.
            pages_max: how many pages a record may have.

        Raises:
            UploadRefused: it is not taken, with the reason.
            DecoderFailed: the decoder took too long; the file may be good.
        """
        kind = accepted(content, wanted)
        most = pages_max if kind is FileKind.PDF else 1
        job = Job(kind, photo=wanted == "image", pages_max=most)
        async with self._free:
            status, answer = await self._decoded(job.line() + content, most)
        said, rest = _parsed(status, answer)
        if said.refused:
            raise CODES.get(said.refused, UploadUnreadable)
        if len(said.pictures) > most:
            raise UploadUnreadable
        return list(_cut(said, rest))

    async def _decoded(self, given: bytes, pictures_max: int) -> tuple[int, bytes]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # no key, no address, no setting of ours
            start_new_session=True,
        )
        feeding = asyncio.create_task(_feed(process, given))
        try:
            async with asyncio.timeout(self._wall_s):
                answer = await _bounded(process, pictures_max)
                return await process.wait(), answer
        except TimeoutError:
            raise DecoderFailed from None
        finally:
            feeding.cancel()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def accepted(content: bytes, wanted: UploadKind) -> FileKind:
    """Return what a file is, if that is taken.

    Raises:
        UploadIsHeic: a telephone's own format.
        UploadUnknownType: anything else.
    """
    kind = sniff(content)
    if kind is FileKind.HEIC:
        raise UploadIsHeic
    if kind not in (PHOTOS if wanted == "image" else RECORDS):
        raise UploadUnknownType
    return kind


async def _feed(process: asyncio.subprocess.Process, given: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(given)
        await process.stdin.drain()
    process.stdin.close()


async def _bounded(process: asyncio.subprocess.Process, pictures_max: int) -> bytes:
    """Return what the process says, as long as it is no more than so many pictures can be.

    Raises:
        UploadUnreadable: it is more; whatever runs there is no decoder of ours any more.
    """
    assert process.stdout is not None
    bytes_max = min(limits.ANSWER_BYTES_MAX, pictures_max * limits.PICTURE_BYTES_MAX)
    answer = bytearray()
    while chunk := await process.stdout.read(CHUNK_BYTES):
        answer += chunk
        if len(answer) > bytes_max:
            raise UploadUnreadable
    return bytes(answer)


def _parsed(status: int, answer: bytes) -> tuple[_Said, bytes]:
    line, _, rest = answer.partition(b"\n")
    if status not in {0, REFUSED}:
        raise UploadUnreadable
    try:
        said = _Said.model_validate_json(line)
    except ValidationError:
        raise UploadUnreadable from None
    told = sum(image + thumbnail for _, _, image, thumbnail in said.pictures)
    if bool(said.refused) == bool(said.pictures) or told != len(rest):
        raise UploadUnreadable
    return said, rest


def _cut(said: _Said, rest: bytes) -> list[Sanitised]:
    made = []
    for width_px, height_px, image, thumbnail in said.pictures:
        whole, small = rest[:image], rest[image : image + thumbnail]
        if sniff(whole) is not FileKind.JPEG or sniff(small) is not FileKind.JPEG:
            raise UploadUnreadable
        made.append(Sanitised(Picture(whole, small), width_px, height_px))
        rest = rest[image + thumbnail :]
    return made
