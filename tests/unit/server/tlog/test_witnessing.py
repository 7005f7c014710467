"""What a witness agrees to, and how it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from server.tlog import merkle, submissions
from server.tlog.checkpoints import (
    TreeHead,
    open_checkpoint,
    parse_hash,
    parse_size,
    parse_text,
    sign_head,
)
from server.tlog.signed_notes import COSIGNATURE, NoteRefused, Signer, sign, signed
from server.tlog.submissions import Submission
from server.tlog.witnessing import STATUSES, Refusal, WitnessRefused, cosign, judge

ORIGIN = "localhost:8080/log"
LOG = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
IMPOSTOR = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
WITNESS = Signer(
    "witness.test/w", Ed25519PrivateKey.from_private_bytes(b"\2" * 32), COSIGNATURE
)
LOGS = {ORIGIN: LOG.verifier_key}
LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(40)]


def head(size: int, leaves: list[bytes] = LEAVES) -> TreeHead:
    return TreeHead(ORIGIN, size, merkle.root_of(leaves[:size]))


def submitted(
    old: int, new: int, *, leaves: list[bytes] = LEAVES, signer: Signer = LOG
) -> Submission:
    proof = merkle.consistency_proof(leaves[:new], old) if old <= new else []
    return Submission(old, tuple(proof), sign_head(head(new, leaves), signer))


def seen(size: int) -> dict[str, TreeHead]:
    return {ORIGIN: head(size)} if size else {}


def refused(submission: Submission, size: int) -> WitnessRefused:
    with pytest.raises(WitnessRefused) as caught:
        judge(submission, LOGS, seen(size))
    return caught.value


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60)
def test_a_tree_that_continues_the_one_seen_is_cosigned(first: int, second: int) -> None:
    old, new = sorted((first, second))
    accepted = judge(submitted(old, new), LOGS, seen(old))
    assert accepted.head == head(new)
    line = cosign(accepted, WITNESS, time=1_750_000_000)
    note = accepted.note + line
    _, opened = open_checkpoint(note, LOG.verifier_key, [WITNESS.verifier_key])
    assert opened.signatures[1].timestamp == 1_750_000_000


def test_a_smaller_tree_than_was_seen_is_a_rollback() -> None:
    answer = refused(submitted(10, 20), 30)
    assert answer.reason is Refusal.OTHER_SIZE
    assert answer.is_rollback
    assert (answer.seen, answer.size) == (30, 20)


def test_a_log_that_does_not_know_what_was_seen_is_told() -> None:
    answer = refused(submitted(0, 35), 30)
    assert answer.reason is Refusal.OTHER_SIZE
    assert not answer.is_rollback
    assert answer.seen == 30


def test_a_rewritten_leaf_is_a_fork() -> None:
    rewritten = [*LEAVES]
    rewritten[7] = merkle.leaf_hash(b"rewritten")
    assert refused(submitted(30, 35, leaves=rewritten), 30).reason is Refusal.FORK
    assert refused(submitted(30, 30, leaves=rewritten), 30).reason is Refusal.OTHER_ROOT
    honest = submitted(30, 35)
    assert refused(replace(honest, proof=honest.proof[:-1]), 30).reason is Refusal.FORK
    assert refused(replace(submitted(0, 5), proof=(LEAVES[0],)), 0).reason is Refusal.FORK


def test_nobody_but_the_log_is_listened_to() -> None:
    assert refused(submitted(0, 5, signer=IMPOSTOR), 0).reason is Refusal.NOT_SIGNED
    unsigned = replace(submitted(0, 5), checkpoint="nonsense")
    assert refused(unsigned, 0).reason is Refusal.MALFORMED
    stranger = Signer("elsewhere.test/log", LOG.private_key)
    other = TreeHead("elsewhere.test/log", 1, LEAVES[0])
    assert refused(Submission(0, (), sign_head(other, stranger)), 0).reason is (
        Refusal.UNKNOWN_LOG
    )
    # A checkpoint in another log's name, under the right key for its own.
    text = head(5).text
    assert refused(Submission(0, (), signed(text, [sign(text, stranger)])), 0).reason is (
        Refusal.NOT_SIGNED
    )


def test_what_is_sent_along_with_a_checkpoint_is_not_kept() -> None:
    honest = submitted(0, 5)
    forged = sign("something else\n", WITNESS, time=1)
    accepted = judge(replace(honest, checkpoint=honest.checkpoint + forged), LOGS, {})
    assert accepted.note == honest.checkpoint


def test_an_old_tree_larger_than_the_new_one_is_nonsense() -> None:
    assert refused(submitted(9, 5), 9).reason is Refusal.MALFORMED


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    empty = TreeHead(ORIGIN, 0, LEAVES[0])
    assert refused(Submission(0, (), sign_head(empty, LOG)), 0).reason is Refusal.OTHER_ROOT


def test_every_refusal_has_a_status_of_the_protocol() -> None:
    assert STATUSES.keys() == set(Refusal)
    assert set(STATUSES.values()) <= {400, 403, 404, 409, 422}


def test_a_submission_is_read_as_it_was_written() -> None:
    submission = submitted(7, 30)
    body = submissions.encode(submission)
    assert submissions.decode(body) == submission
    assert body.startswith(b"old 7\n")
    assert submissions.decode(submissions.encode(submitted(0, 1))).proof == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"new 1\n\nnote",
        b"old 1\nAAAA\n\nnote",
        b"old 1\n" + b"A" * 43 + b"=\n" * 64 + b"\nnote",
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nnote",
        b"old 1\n\n\xff",
        b"old 1\n\n" + b"x" * 80_000,
    ],
)
def test_what_is_no_submission_is_refused(body: bytes) -> None:
    with pytest.raises(NoteRefused):
        submissions.decode(body)


@pytest.mark.parametrize("text", ["", "-1", "01", "1.0", "\u0661", str(2**63), "9" * 400])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        parse_size(text)


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 43 + "B", "A" * 44, "A" * 43 + "=\n"])
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        parse_hash(text)


@pytest.mark.parametrize("text", ["", "log\n", "log\n1\n", "lo g\n1\n" + "A" * 43 + "=\n"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        parse_text(text)


def test_a_checkpoint_is_three_lines() -> None:
    assert head(0).text == (
        "localhost:8080/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    )
    assert parse_text(head(12).text) == head(12)
    with pytest.raises(NoteRefused, match="another log"):
        open_checkpoint(
            sign_head(head(3), Signer("other", LOG.private_key)),
            Signer("other", LOG.private_key).verifier_key,
        )
