"""What a log says of its tree (C2SP tlog-checkpoint): who it is, how many leaves, which root.

    ORIGIN
    SIZE                decimal
    ROOT                base64

It is the text of a signed note. Further lines may follow from other logs; this one writes none.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.tlog.merkle import HASH_BYTES
from server.tlog.signed_notes import (
    PLAIN,
    NoteRefused,
    OpenedNote,
    Signer,
    VerifierKey,
    checked_name,
    open_note,
    sign,
    signed,
)

SIZE_MAX: Final = 2**63 - 1
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says.

    Attributes:
        origin: name of the log.
        size: how many leaves the tree has.
        root: its root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_size(text: str) -> int:
    """Read the number of leaves of a tree.

    Raises:
        NoteRefused: not decimal without leading zeros, or more than any tree has.
    """
    if _SIZE.fullmatch(text) is None or int(text) > SIZE_MAX:
        raise NoteRefused("not the size of a tree")
    return int(text)


def parse_hash(text: str) -> bytes:
    """Read a hash in base64.

    Raises:
        NoteRefused: it is none.
    """
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != HASH_BYTES or base64.b64encode(decoded).decode() != text:
        raise NoteRefused("not a hash in base64")
    return decoded


def parse_text(text: str) -> TreeHead:
    """Read the text of a checkpoint.

    Raises:
        NoteRefused: it is none.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < len(("origin", "size", "root")) or not all(lines):
        raise NoteRefused("a checkpoint is three lines or more")
    return TreeHead(checked_name(lines[0]), parse_size(lines[1]), parse_hash(lines[2]))


def sign_head(head: TreeHead, signer: Signer) -> str:
    """Return the checkpoint of a tree, signed by its log.

    Raises:
        NoteRefused: the log's name cannot be that of a key.
    """
    checked_name(head.origin)
    return signed(head.text, [sign(head.text, signer)])


def open_checkpoint(
    note: str, log: VerifierKey, cosigners: Sequence[VerifierKey] = ()
) -> tuple[TreeHead, OpenedNote]:
    """Verify that a log signed a checkpoint; cosigners are verified where they signed.

    Raises:
        NoteRefused: it is no checkpoint, of another log, or a signature does not hold.
    """
    opened = open_note(note, [log, *cosigners])
    head = parse_text(opened.text)
    if not any(one.key == log for one in opened.signatures) or log.kind != PLAIN:
        raise NoteRefused("the log did not sign this checkpoint")
    if head.origin != log.name:
        raise NoteRefused("the checkpoint of another log")
    return head, opened
