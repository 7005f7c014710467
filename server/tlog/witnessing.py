"""What a witness agrees to: a tree that continues the one it has seen, and nothing else.

    who is it? -> signed by that log? -> from the tree I know? -> does it continue that tree?
       |                 |                     |                        |
     UNKNOWN_LOG      NOT_SIGNED          OTHER_SIZE                  FORK

A log that shows two trees to two readers, or goes back to a smaller one, needs a witness that
forgets. So the answer depends on what was seen last, and whoever asks must write down the new
tree *before* the cosignature leaves the house (`server.witness`).

Pure. Statuses are those of C2SP tlog-witness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.tlog.checkpoints import TreeHead, open_checkpoint, parse_text
from server.tlog.merkle import EMPTY_ROOT, verify_consistency
from server.tlog.signed_notes import (
    NoteRefused,
    Signer,
    VerifierKey,
    sign,
    signed,
    taken_apart,
)
from server.tlog.submissions import Submission


class Refusal(StrEnum):
    """Why a witness does not sign."""

    MALFORMED = "malformed"
    NOT_SIGNED = "not_signed"
    UNKNOWN_LOG = "unknown_log"
    OTHER_SIZE = "other_size"
    OTHER_ROOT = "other_root"  # of the size that was seen: a fork
    FORK = "fork"


STATUSES: Final[Mapping[Refusal, int]] = {
    Refusal.MALFORMED: 400,
    Refusal.NOT_SIGNED: 403,
    Refusal.UNKNOWN_LOG: 404,
    Refusal.OTHER_SIZE: 409,
    Refusal.OTHER_ROOT: 409,
    Refusal.FORK: 422,
}


class WitnessRefused(Exception):
    """The witness does not cosign.

    Attributes:
        reason: why.
        origin: of which log, where that is known.
        seen: how many leaves the witness has seen of it.
        size: how many leaves were claimed.
    """

    def __init__(
        self, reason: Refusal, *, origin: str = "", seen: int = 0, size: int = 0
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.origin = origin
        self.seen = seen
        self.size = size

    @property
    def is_rollback(self) -> bool:
        """Whether the log showed a tree with fewer leaves than the witness has seen."""
        return self.reason is Refusal.OTHER_SIZE and self.size < self.seen


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a witness may cosign, once it has written it down.

    Attributes:
        head: the tree.
        text: what is signed.
        note: text and the log's signature, without what else was sent along.
    """

    head: TreeHead
    text: str
    note: str


def judge(
    submission: Submission,
    logs: Mapping[str, VerifierKey],
    seen: Mapping[str, TreeHead],
) -> Accepted:
    """Decide upon a checkpoint.

    Args:
        submission: what was sent.
        logs: keys of the logs that this witness looks at, by origin.
        seen: the last tree of each log that it cosigned.

    Raises:
        WitnessRefused: it does not cosign this.
    """
    try:
        text, _ = taken_apart(submission.checkpoint)
        head = parse_text(text)
    except NoteRefused:
        raise WitnessRefused(Refusal.MALFORMED) from None
    log = logs.get(head.origin)
    if log is None:
        raise WitnessRefused(Refusal.UNKNOWN_LOG)
    try:
        _, opened = open_checkpoint(submission.checkpoint, log)
    except NoteRefused:
        raise WitnessRefused(Refusal.NOT_SIGNED) from None
    last = seen.get(head.origin, TreeHead(head.origin, 0, EMPTY_ROOT))
    problem = _problem(submission, head, last)
    if problem is not None:
        raise WitnessRefused(problem, origin=head.origin, seen=last.size, size=head.size)
    lines = [one.line for one in opened.signatures]
    return Accepted(head, text, signed(text, lines))


def cosign(accepted: Accepted, signer: Signer, *, time: int) -> str:
    """Return the signature line of a witness.

    Args:
        accepted: what was judged, and is written down.
        signer: the witness.
        time: seconds since 1970.
    """
    return sign(accepted.text, signer, time=time)


def _problem(submission: Submission, head: TreeHead, last: TreeHead) -> Refusal | None:
    if submission.old > head.size:
        return Refusal.MALFORMED
    if submission.old != last.size:
        return Refusal.OTHER_SIZE
    if head.size == last.size and head.root != last.root:
        return Refusal.OTHER_ROOT
    continues = verify_consistency(last.size, head.size, submission.proof, last.root, head.root)
    return None if continues else Refusal.FORK
