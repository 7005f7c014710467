from __future__ import annotations

from typing import cast

from server.access import Principal, Role
from server.cluster import codec
from server.cluster.courier import Courier
from server.cluster.remote_door import RemoteDoor
from server.errors import BadRequest, Retry
from server.live.doors import Visitor
from signaling.messages import Ack, Problem, Sync

PRINCIPAL = Principal(audience="spa", role=Role.SPA_STAFF, organization_id="one", session="s")
VISITOR = Visitor("socket-1", "node-1", "/spa", PRINCIPAL, "spa:one", "network-1")
ASKED = Sync(v=1, id="command-1", type="sync")


class Answering:
    """A courier that brings one answer, or none."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer

    async def ask(self, *_words: object, **_named: object) -> bytes:
        if self.answer is None:
            raise Retry
        return self.answer


async def said(answer: bytes | None) -> Ack:
    door = RemoteDoor("network-1", cast("Courier", Answering(answer)), lambda: 1)
    return await door.perform(VISITOR, ASKED)


def code_of(ack: Ack) -> str:
    assert isinstance(ack.error, Problem)
    return ack.error.code


async def test_what_the_home_answers_is_the_answer() -> None:
    done = Ack(ok=True, id="command-1", result={"encounter_id": "encounter-1"})
    assert await said(done.model_dump_json().encode()) == done


async def test_a_command_that_nobody_answers_may_be_sent_again() -> None:
    assert code_of(await said(None)) == Retry.code


async def test_a_home_that_cannot_read_a_command_says_so_and_not_to_try_again() -> None:
    refused = codec.outcome_of(BadRequest()).model_dump_json().encode()
    ack = await said(refused)
    assert (ack.ok, ack.id, code_of(ack)) == (False, "command-1", BadRequest.code)


async def test_an_answer_that_is_none_may_be_asked_for_again() -> None:
    assert code_of(await said(b"{}")) == Retry.code
    assert code_of(await said(b"not JSON")) == Retry.code
