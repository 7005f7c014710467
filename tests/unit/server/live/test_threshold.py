from __future__ import annotations

import asyncio

import pytest

from server.errors import NotFound, Retry
from server.live.threshold import Threshold
from server.problems import problem
from signaling.messages import Ack

DONE = Ack(ok=True, id="command-1", result={})
REFUSED = Ack(ok=False, id="command-1", error=problem(NotFound()))


async def said(threshold: Threshold, ack: Ack, *, closes: bool) -> Ack:
    async def do() -> Ack:
        await asyncio.sleep(0)
        threshold.closed = closes
        return ack

    return await threshold.perform("command-1", do)


async def test_a_refusal_because_the_home_closed_meanwhile_asks_to_try_again() -> None:
    ack = await said(Threshold(), REFUSED, closes=True)
    assert ack.error is not None
    assert (ack.id, ack.error.retry) == ("command-1", True)


async def test_what_was_done_before_it_closed_is_answered_so() -> None:
    assert await said(Threshold(), DONE, closes=True) == DONE


async def test_a_home_that_stays_refuses_for_good() -> None:
    assert await said(Threshold(), REFUSED, closes=False) == REFUSED


async def test_nobody_is_let_in_once_it_is_closed() -> None:
    threshold = Threshold()
    threshold.closed = True
    asked: list[None] = []

    async def do() -> None:
        asked.append(None)

    with pytest.raises(Retry):
        await threshold.submit(do)
    assert asked == []


@pytest.mark.parametrize(("closes", "raised"), [(True, Retry), (False, NotFound)])
async def test_what_is_submitted_to_a_desk_that_is_gone_may_be_sent_again(
    closes: bool,  # noqa: FBT001 - a parameter of the test
    raised: type[Exception],
) -> None:
    threshold = Threshold()

    async def do() -> None:
        threshold.closed = closes
        raise NotFound

    with pytest.raises(raised):
        await threshold.submit(do)
