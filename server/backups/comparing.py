"""Comparing the log of a database with its own entries, with witnesses, with a checkpoint.

The roots are computed from the entries that are there, leaf by leaf, and not read from where
the log keeps its tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import aiohttp
from sqlalchemy import select, union_all

from server.backups.header import Stand
from server.backups.refusals import BackupRefused
from server.backups.standing import Finding, Verdict, judge
from server.log_settings import Witness
from server.sequencing import asking
from server.sequencing.asking import Cosigned, Forked, Knows, Outcome, Unheard
from server.storage import tlog
from server.storage.statements import Tx
from server.tlog.checkpoints import TreeHead, open_checkpoint
from server.tlog.merkle import CompactRange
from server.tlog.signed_notes import NoteRefused, VerifierKey
from server.tlog.submissions import Submission

PAGE: Final = 5_000
ENTRIES: Final = "entries"


class NoCheckpoint(BackupRefused):
    """What was given is no checkpoint of this log."""


async def roots_at(tx: Tx, sizes: Iterable[int]) -> Mapping[int, bytes]:
    """Give the roots over the first leaves that are there; those of larger sizes are left out.

    A leaf that is missing, or there twice, ends the tree.
    """
    wanted = set(sizes)
    tree = CompactRange()
    found = {0: tree.root()} if 0 in wanted else {}
    while tree.size < max(wanted, default=0):
        page = await _leaves(tx, tree.size)
        for index, leaf_hash in page:
            if index != tree.size:
                return found
            tree.append(bytes.fromhex(leaf_hash))
            if tree.size in wanted:
                found[tree.size] = tree.root()
        if not page:
            break
    return found


async def _leaves(tx: Tx, first: int) -> Sequence[tuple[int, str]]:
    parts = [
        select(one.table.c.log_index, one.table.c.leaf_hash).where(
            one.table.c.log_index >= first, one.table.c.log_index < first + PAGE
        )
        for one in tlog.SOURCES
    ]
    rows = await tx.execute(union_all(*parts).order_by("log_index"))
    return [(row.log_index, row.leaf_hash) for row in rows]


def head_of(stand: Stand) -> TreeHead:
    """Verify the checkpoint of a stand and return what it says.

    Raises:
        NoCheckpoint: its signature does not hold, or it says something else.
    """
    head = _opened(stand.note, stand.log_key)
    if (head.size, head.root.hex()) != (stand.size, stand.root):
        raise NoCheckpoint("the newest checkpoint does not say what the log says")
    return head


def _opened(note: str, log_key: str | None) -> TreeHead:
    if log_key is None:
        raise NoCheckpoint("the key of the log was lost: no checkpoint of it can be verified")
    try:
        return open_checkpoint(note, VerifierKey.parse(log_key))[0]
    except NoteRefused as error:
        raise NoCheckpoint(f"this is no checkpoint of this log: {error}") from None


async def with_entries(tx: Tx, stand: Stand) -> Finding:
    """Compare the newest checkpoint with the entries that are there."""
    ours = head_of(stand)
    roots = await roots_at(tx, [ours.size])
    return judge(ENTRIES, ours, ours, roots.get(ours.size, b""))


async def with_checkpoint(tx: Tx, stand: Stand, note: str, who: str) -> Finding:
    """Compare with a checkpoint that somebody was given earlier.

    Raises:
        NoCheckpoint: it is none of this log.
    """
    theirs = _opened(note, stand.log_key)
    ours = head_of(stand)
    roots = await roots_at(tx, {theirs.size} if theirs.size <= ours.size else set())
    root_then = roots.get(theirs.size, b"") if theirs.size <= ours.size else None
    return judge(who, ours, theirs, root_then)


async def with_witness(
    tx: Tx, session: aiohttp.ClientSession, stand: Stand, witness: Witness
) -> Finding:
    """Ask a witness what it has seen. One that has seen less is brought to this tree."""
    who, old, proof = witness.key.name, stand.size, ()
    outcome = await _asked(session, witness, stand, old, proof)
    if isinstance(outcome, Knows) and outcome.size < stand.size:
        old = outcome.size
        hashes = tuple(await tlog.consistency(tx, old, stand.size))
        outcome = await _asked(session, witness, stand, old, hashes)
    match outcome:
        case Cosigned():
            same = old == stand.size
            verdict = Verdict.SAME if same else Verdict.CONTINUES
            return Finding(who, verdict, stand.size, old)
        case Forked():
            return Finding(who, Verdict.FORKED, stand.size, old)
        case Knows(size) if size > stand.size:
            return Finding(who, Verdict.ROLLED_BACK, stand.size, size)
        case Knows():
            return Finding(who, Verdict.UNHEARD, stand.size, reason="busy")
        case Unheard(reason):
            return Finding(who, Verdict.UNHEARD, stand.size, reason=reason)


async def _asked(
    session: aiohttp.ClientSession,
    witness: Witness,
    stand: Stand,
    old: int,
    proof: tuple[bytes, ...],
) -> Outcome:
    return await asking.ask(session, witness, Submission(old, proof, stand.note))
