"""What a backup says about itself before it is opened: plaintext, and bound to every chunk.

    goodfaith-backup 1 LF | length (4, big-endian) | JSON | SHA-256 of all before it (32)

The digest tells damage from a wrong key; that nobody forged the header, the chunks tell, whose
associated data contain it. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import BinaryIO, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.backups.refusals import FormatUnknown, HeaderDamaged, NotABackup

FORMAT: Final = 1
MAGIC: Final = b"goodfaith-backup 1\n"
OTHER_MAGIC: Final = re.compile(rb"goodfaith-backup \d{1,4}\n?")
LENGTH_BYTES: Final = 4
DIGEST_BYTES: Final = 32
HEADER_BYTES_MAX: Final = 65_536
NOTE_CHARS_MAX: Final = 32_768

Holding = Literal["records", "keys"]
Hex64 = Field(pattern=r"^[0-9a-f]{64}$")


class Stand(BaseModel):
    """Where the log stood in the snapshot: a checkpoint of `docs/record-format.md`.

    Attributes:
        size: how many leaves the tree had.
        root: its root, in hex.
        note: the signed note.
        log_key: the verifier key of the log that signed it; None when it could not be had.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    root: str = Hex64
    note: str = Field(max_length=NOTE_CHARS_MAX)
    log_key: str | None = Field(max_length=512)


class Header(BaseModel):
    """The header of a backup.

    Attributes:
        holding: the records, or the keys that open them.
        database_schema: revision of the database's schema.
        made_at: microseconds UTC.
        salt: hex, 32 random bytes that go into this file's key.
        root_id: names the root key that wrapped the secret, and tells nothing about it.
        wrapped: hex, the secret of this file, wrapped by that root key.
        stand: where the log stood; None before its first checkpoint, and for keys.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    holding: Holding
    database_schema: str = Field(pattern=r"^[0-9a-z_]{1,64}$")
    made_at: int = Field(ge=0)
    salt: str = Hex64
    root_id: str = Field(min_length=1, max_length=512)
    wrapped: str = Field(pattern=r"^([0-9a-f]{2}){1,8192}$")
    stand: Stand | None = None

    def encoded(self) -> bytes:
        """Return the bytes with which the file begins."""
        content = self.model_dump_json().encode()
        head = MAGIC + len(content).to_bytes(LENGTH_BYTES, "big") + content
        return head + hashlib.sha256(head).digest()

    @classmethod
    def read(cls, file: BinaryIO) -> tuple[Self, bytes]:
        """Read a header, and give the bytes that it was read from too.

        Raises:
            NotABackup: the file begins differently.
            FormatUnknown: a newer program wrote it.
            HeaderDamaged: it was altered, or ends here.
        """
        magic = file.read(len(MAGIC))
        if magic != MAGIC:
            if OTHER_MAGIC.match(magic):
                raise FormatUnknown("the backup has a form that this program does not know")
            raise NotABackup("the file is no backup of this program")
        prefix = file.read(LENGTH_BYTES)
        length = int.from_bytes(prefix, "big")
        if length > HEADER_BYTES_MAX:
            raise HeaderDamaged("the header of the backup was altered")
        content, digest = file.read(length), file.read(DIGEST_BYTES)
        head = magic + prefix + content
        if not hmac.compare_digest(hashlib.sha256(head).digest(), digest):
            raise HeaderDamaged("the header of the backup was altered, or is incomplete")
        try:
            return cls.model_validate_json(content), head + digest
        except ValidationError:
            raise FormatUnknown("the backup's header has unknown contents") from None
