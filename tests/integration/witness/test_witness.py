"""A witness as it is run: what it signs, what it refuses, and that it does not forget."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.tlog.checkpoints import open_checkpoint
from server.tlog.signed_notes import VerifierKey
from server.tlog.submissions import Submission
from tests.made_logs import LEAVES, REWRITTEN, MadeLog
from tests.witnesses import RunningWitness, running_witness

LOG = MadeLog()
OTHER = MadeLog("log.test/other", seed=2)
STRANGER = MadeLog("log.test/stranger", seed=3)
IMPOSTOR = MadeLog(seed=4)


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWitness]:
    with running_witness(tmp_path_factory.mktemp("witness"), LOG.key, OTHER.key) as running:
        yield running


def test_two_trees_at_once_are_never_both_signed(witness: RunningWitness) -> None:
    assert witness.add(OTHER.submission(0, 5)).status == 200
    faces: list[Submission] = [
        OTHER.submission(5, 50, leaves) for leaves in (LEAVES, REWRITTEN) for _ in range(4)
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(witness.add, faces))
    signed = {
        face.checkpoint
        for face, answer in zip(faces, answers, strict=True)
        if answer.status == 200
    }
    assert len(signed) == 1


def test_a_witness_signs_what_grows_refuses_all_else_and_remembers_through_a_kill(
    witness: RunningWitness,
) -> None:
    first = witness.add(LOG.submission(0, 20))
    assert first.status == 200
    note = LOG.submission(0, 20).checkpoint + first.body
    key = VerifierKey.parse(witness.key)
    _, opened = open_checkpoint(note, LOG.signer.verifier_key, [key])
    assert [one.key for one in opened.signatures] == [LOG.signer.verifier_key, key]

    witness.kill()
    witness.start()
    assert witness.key == str(key)

    rollback = witness.add(LOG.submission(5, 10))
    assert (rollback.status, rollback.body, rollback.content_type) == (
        409,
        "20\n",
        "text/x.tlog.size",
    )
    assert witness.add(LOG.submission(0, 30)).body == "20\n"
    assert witness.add(LOG.submission(20, 30, REWRITTEN)).status == 422
    assert witness.add(LOG.submission(20, 20, REWRITTEN)).status == 409
    assert witness.add(LOG.submission(20, 20)).status == 200
    assert witness.add(LOG.submission(20, 30)).status == 200
    # Another log is another memory; a third one nobody knows.
    assert witness.add(OTHER.submission(0, 3)).body == "50\n"
    assert witness.add(STRANGER.submission(0, 3)).status == 404
    assert witness.add(IMPOSTOR.submission(30, 31)).status == 403

    assert witness.post(b"nonsense").status == 400
    assert witness.post(b"x" * 200_000).status in {400, 413}
    assert witness.post(b"", path="/other").status == 404
    assert "rollback_refused" in witness.output
    assert "fork_refused" in witness.output
    assert witness.stop() == 0
