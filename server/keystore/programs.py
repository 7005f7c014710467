"""A root key that never leaves a KMS: a program is asked to wrap and unwrap.

    PROGRAM id                stdout: a name of the root key, the same as long as it is the same
    PROGRAM wrap   CONTEXT    stdin: 64 bytes in base64; stdout: what came of it, in base64
    PROGRAM unwrap CONTEXT    stdin: what `wrap` gave; stdout: the 64 bytes again

CONTEXT is `tenant:ORGANIZATION`, for a KMS that binds what it wraps to a context. The 64 bytes
are a key and the SHA-256 of its place, so a wrapped key that was moved is refused whatever the
KMS does. A status other than 0, more than `OUTPUT_MAX` bytes, or too long a time is a failure;
what the program writes to stderr goes to the server's own, and must not have keys in it. It is
given the variables of the server that are no settings of it.

A few lines of shell before a vendor's command are enough: docs/keys.md has two.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
import re
from pathlib import Path
from typing import Final

from server.sealing import KEY_BYTES, MAGIC, Place, SealBroken
from server.settings import without_settings
from server.storage.errors import KeyringError, RootKeyRefused

OUTPUT_MAX: Final = 16_384
ID: Final = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
FORMAT: Final = b"GF\x02"
VERSION_BYTES: Final = 2


class ProgramFailed(KeyringError):
    """The program before the KMS did not do what it was asked."""


class ProgramSource:
    """A root key behind a program. Made by `open`.

    Args:
        program: an executable file.
        root_id: as the program named it.
        limit_s: the longest that one answer may take.
    """

    def __init__(self, program: Path, root_id: str, limit_s: float) -> None:
        self._program = program.absolute()
        self._root_id = root_id
        self._limit_s = limit_s

    @classmethod
    async def open(cls, program: Path, limit_s: float) -> ProgramSource:
        """Ask the program which root key it has.

        Raises:
            RootKeyRefused: it cannot be run, or gives no name.
        """
        try:
            said = await _run(program, ["id"], b"", limit_s)
        except ProgramFailed as failed:
            raise RootKeyRefused(f"root_key_program: {failed}") from None
        name = said.decode("ascii", "replace").strip()
        if not ID.fullmatch(name):
            raise RootKeyRefused("root_key_program: `id` must give 1 to 64 letters and digits")
        return cls(program, name, limit_s)

    @property
    def root_id(self) -> str:
        """Return what the program calls the root key."""
        return self._root_id

    async def wrap(self, key: bytes, *, place: Place, nonce: bytes, version: int) -> bytes:
        """Have a key wrapped. `nonce` is not used: the KMS has its own."""
        del nonce
        blob = await self._asked("wrap", key + _digest(place), place)
        return FORMAT + version.to_bytes(VERSION_BYTES, "big") + blob

    async def unwrap(self, wrapped: bytes, *, place: Place) -> bytes:
        """Have a key unwrapped.

        Raises:
            SealBroken: it is not of this kind, or of another place.
            ProgramFailed: the KMS refused it, or did not answer.
        """
        if not wrapped.startswith(FORMAT):
            raise SealBroken
        blob = wrapped[len(MAGIC) + VERSION_BYTES :]
        opened = await self._asked("unwrap", blob, place)
        if len(opened) != 2 * KEY_BYTES or opened[KEY_BYTES:] != _digest(place):
            raise SealBroken
        return opened[:KEY_BYTES]

    async def _asked(self, operation: str, given: bytes, place: Place) -> bytes:
        said = await _run(
            self._program, [operation, place.row], base64.b64encode(given), self._limit_s
        )
        try:
            return base64.b64decode(b"".join(said.split()), validate=True)
        except binascii.Error:
            raise ProgramFailed(f"`{operation}` did not give base64") from None


def _digest(place: Place) -> bytes:
    parts = (place.table, place.column, place.row, place.tenant)
    lengths = b"".join(len(part).to_bytes(4, "big") + part for part in map(str.encode, parts))
    return hashlib.sha256(lengths).digest()


async def _run(program: Path, arguments: list[str], given: bytes, limit_s: float) -> bytes:
    """Run the program once: no shell, bounded in time and in what it may answer."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=without_settings(os.environ),
        )
    except OSError as error:
        raise ProgramFailed(f"{program} cannot be run: {error.strerror}") from None
    try:
        async with asyncio.timeout(limit_s):
            said = await _talked(process, given)
            status = await process.wait()
    except TimeoutError:
        raise ProgramFailed(f"`{arguments[0]}` took more than {limit_s:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        raise ProgramFailed(f"`{arguments[0]}` ended with status {status}")
    if len(said) > OUTPUT_MAX:
        raise ProgramFailed(f"`{arguments[0]}` said more than {OUTPUT_MAX} bytes")
    return said


async def _talked(process: asyncio.subprocess.Process, given: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ProgramFailed("no pipes")
    try:
        process.stdin.write(given + b"\n")
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it answers without reading, or its status says what is wrong
    said = b""
    while len(said) <= OUTPUT_MAX:
        part = await process.stdout.read(OUTPUT_MAX)
        if not part:
            break
        said += part
    return said
