"""A rollback and a fork are told apart, and counted."""

from __future__ import annotations

import pytest

from server.backups.standing import Finding, Verdict, judge, worst
from server.tlog.checkpoints import TreeHead
from server.tlog.merkle import leaf_hash, root_of

LEAVES = [leaf_hash(bytes([number])) for number in range(20)]
FORGED = [*LEAVES[:4], leaf_hash(b"forged"), *LEAVES[5:]]


def head(leaves: list[bytes], size: int) -> TreeHead:
    return TreeHead("log", size, root_of(leaves[:size]))


OURS = head(LEAVES, 12)


@pytest.mark.parametrize(
    ("theirs", "verdict", "lost"),
    [
        (head(LEAVES, 12), Verdict.SAME, 0),
        (head(LEAVES, 7), Verdict.CONTINUES, 0),
        (head(LEAVES, 0), Verdict.CONTINUES, 0),
        (head(LEAVES, 20), Verdict.ROLLED_BACK, 8),
        (head(FORGED, 20), Verdict.ROLLED_BACK, 8),
        (head(FORGED, 12), Verdict.FORKED, 0),
        (head(FORGED, 7), Verdict.FORKED, 0),
        (head(FORGED, 4), Verdict.CONTINUES, 0),
    ],
    ids=[
        "same",
        "older",
        "nothing",
        "newer",
        "newer of another",
        "fork",
        "older fork",
        "before",
    ],
)
def test_a_log_is_judged_by_what_others_have_seen(
    theirs: TreeHead, verdict: Verdict, lost: int
) -> None:
    root_then = root_of(LEAVES[: theirs.size]) if theirs.size <= OURS.size else None
    found = judge("witness", OURS, theirs, root_then)
    assert (found.verdict, found.lost) == (verdict, lost)
    assert found.sentence.startswith("witness: ")


def test_a_rollback_says_how_many_entries_are_lost() -> None:
    found = judge("w", OURS, head(LEAVES, 20), None)
    assert "ROLLBACK" in found.sentence
    assert "20 entries were in the log, 12 are here: 8 are lost" in found.sentence


def test_leaves_that_are_missing_are_a_fork() -> None:
    assert judge("entries", OURS, OURS, b"").verdict is Verdict.FORKED


def test_the_worst_verdict_counts() -> None:
    found = [Finding("w", one, 1) for one in Verdict]
    assert worst(found) is Verdict.FORKED
    assert (
        worst(one for one in found if one.verdict is not Verdict.FORKED) is Verdict.ROLLED_BACK
    )
    assert worst([]) is Verdict.SAME
