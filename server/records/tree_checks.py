"""The tree of a record: its checkpoint is signed, and every entry is a leaf of it.

The keys stand in the file, and prove nothing by themselves: whoever made the file could have
put their own there. A reader who has them from elsewhere gives them, and then they must be
those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.records.entry_checks import named
from server.records.record import EntryRecord, TreeRecord
from server.records.refusals import CheckFailed
from server.tlog.checkpoints import TreeHead, open_checkpoint
from server.tlog.merkle import verify_consistency, verify_inclusion
from server.tlog.signed_notes import NoteRefused, Signature, VerifierKey

CHECKPOINT = "the checkpoint"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """That a witness cosigned the checkpoint.

    Attributes:
        name: of the witness.
        at_s: when, seconds since 1970.
        known: its key was given by the reader.
    """

    name: str
    at_s: int
    known: bool


@dataclass(frozen=True, slots=True)
class CheckedTree:
    """A checkpoint that holds."""

    head: TreeHead
    log_key: VerifierKey
    known: bool
    witnesses: tuple[Witnessed, ...]
    continues: int | None


def check_tree(
    tree: TreeRecord,
    *,
    log_key: VerifierKey | None,
    witness_keys: Sequence[VerifierKey],
    since: str | None,
) -> CheckedTree:
    """Check what is said of the tree.

    Args:
        tree: of the record.
        log_key: of the log, where the reader has it.
        witness_keys: of witnesses that must have cosigned.
        since: an older checkpoint that the reader kept, which this tree must continue.

    Raises:
        CheckFailed: it does not hold.
    """
    said = _key(tree.log_key)
    if log_key is not None and said != log_key:
        raise CheckFailed(CHECKPOINT, "it is of another log than the one whose key was given")
    others = [_key(one) for one in tree.witness_keys]
    others += [one for one in witness_keys if one not in others]
    head, found = _opened(tree.checkpoint, said, others)
    times = {one.key: one.timestamp for one in found}
    for wanted in witness_keys:
        if wanted not in times:
            raise CheckFailed(CHECKPOINT, f"the witness {wanted.name} did not cosign it")
    witnesses = tuple(
        Witnessed(key.name, time, key in witness_keys)
        for key, time in times.items()
        if time is not None
    )
    continues = _continues(tree, head, said, since)
    return CheckedTree(head, said, log_key is not None, witnesses, continues)


def check_inclusion(entry: EntryRecord, head: TreeHead) -> None:
    """Check that an entry is a leaf of the tree.

    Raises:
        CheckFailed: it is not, or nothing shows it.
    """
    where, seq = named(entry), entry.leaf.seq
    if entry.log_index is None:
        raise CheckFailed(where, "nothing shows that it is in the tree", seq)
    hashed = bytes.fromhex(entry.leaf_hash)
    if not verify_inclusion(hashed, entry.log_index, head.size, entry.proof, head.root):
        raise CheckFailed(where, "it is not in the tree where it is said to be", seq)


def _opened(
    note: str, key: VerifierKey, others: Sequence[VerifierKey]
) -> tuple[TreeHead, Sequence[Signature]]:
    try:
        head, opened = open_checkpoint(note, key, others)
    except NoteRefused as error:
        raise CheckFailed(CHECKPOINT, f"it does not hold: {error}") from None
    return head, opened.signatures


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except NoteRefused as error:
        raise CheckFailed(
            CHECKPOINT, f"the key of its log or witness is none: {error}"
        ) from None


def _continues(
    tree: TreeRecord, head: TreeHead, key: VerifierKey, since: str | None
) -> int | None:
    """Return the size of the older tree that this one continues; None when none was asked."""
    earlier = tree.earlier
    old = None
    if earlier is not None:
        old, _ = _opened(earlier.checkpoint, key, ())
        if not verify_consistency(old.size, head.size, earlier.proof, old.root, head.root):
            raise CheckFailed(CHECKPOINT, "its tree does not begin with the older tree")
    if since is None:
        return None if old is None else old.size
    kept, _ = _opened(since, key, ())
    if kept.size > head.size:
        what = (
            f"the record is older than the checkpoint given: it shows {head.size} leaves, "
            f"the checkpoint {kept.size}; export it again with --since"
        )
        raise CheckFailed(CHECKPOINT, what)
    if kept in (head, old):
        return kept.size
    if kept.size == head.size or (old is not None and kept.size == old.size):
        what = "another tree of the same size was signed before: a fork"
        raise CheckFailed(CHECKPOINT, what)
    raise CheckFailed(CHECKPOINT, "nothing shows that it continues the checkpoint given")
