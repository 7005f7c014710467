"""What a log sends to a witness (C2SP tlog-witness, add-checkpoint).

old SIZE            the tree that the witness is thought to know
HASH ...            proof from that tree to the new one, base64, a line each
(an empty line)
checkpoint          a signed note
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from server.tlog.checkpoints import parse_hash, parse_size
from server.tlog.merkle import PROOF_MAX
from server.tlog.signed_notes import NOTE_BYTES_MAX, NoteRefused

OLD: Final = "old "
BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096
SIZE_TYPE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Submission:
    """A new checkpoint, and that it continues an old one.

    Attributes:
        old: leaves of the older tree.
        proof: hashes of the consistency proof.
        checkpoint: signed note.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str


def encode(submission: Submission) -> bytes:
    """Return the body of the request."""
    lines = [f"{OLD}{submission.old}"]
    lines += [base64.b64encode(one).decode() for one in submission.proof]
    return ("\n".join(lines) + f"\n\n{submission.checkpoint}").encode()


def decode(body: bytes) -> Submission:
    """Read the body of a request; the checkpoint is not looked at yet.

    Raises:
        NoteRefused: it is too long, or not written like one.
    """
    if len(body) > BYTES_MAX:
        raise NoteRefused("too long")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NoteRefused("not UTF-8") from None
    before, gap, checkpoint = text.partition("\n\n")
    first, *proof = before.split("\n")
    if not gap or not first.startswith(OLD) or len(proof) > PROOF_MAX:
        raise NoteRefused("an old size, a proof, an empty line and a checkpoint")
    return Submission(
        parse_size(first.removeprefix(OLD)), tuple(map(parse_hash, proof)), checkpoint
    )
