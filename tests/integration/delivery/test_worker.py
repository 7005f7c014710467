"""What is told arrives, whatever the receiver does, and has one effect."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook

from server.clock import SystemClock
from server.delivery.schedule import PAUSES_S
from server.delivery.standard_webhooks import shown, signed_headers
from server.delivery.worker import KEPT_S, Bounds, DeliveryWorker
from server.storage import outbox
from server.storage.faults import FaultPoint
from server.storage.outbox_tables import outbox_messages
from tests.integration.delivery.conftest import OLD_SECRET, SECRET, Outbox
from tests.integration.delivery.receivers import receiving, status


async def settled(worker: DeliveryWorker) -> None:
    """Do what is due, until nothing is."""
    async with asyncio.timeout(30):
        while await worker.step():
            await worker.drained()


async def test_a_message_arrives_signed_by_both_secrets(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        (message_id,) = await box.tell("one")
        await settled(worker)
        (got,) = receiver.got
        assert got.message_id == message_id
        assert got.told["data"] == {"subject": "one", "sequence": 1}
        assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
        for secret in (SECRET, OLD_SECRET):
            # The reference library looks at the machine's clock: signed again, for now.
            headers = signed_headers(message_id, int(time.time()), got.body, [secret], "v1")
            assert Webhook(shown(secret, "v1")).verify(got.body, headers) == got.told
        expected = signed_headers(
            message_id,
            box.clock.now() // 1_000_000,
            got.body,
            [SECRET, OLD_SECRET],
            "v1",
        )
        assert {name: got.headers[name] for name in expected} == expected
    (row,) = await box.rows()
    assert (row.state, row.outcome, row.status, row.attempts) == (
        "delivered",
        "delivered",
        204,
        1,
    )
    assert worker.outcomes == {"delivered": 1}


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (status(500, body=b"stack trace with a name"), "answered", 500),
        (status(404), "answered", 404),
        (status(301, "Location: http://169.254.169.254/latest"), "redirected", 301),
        (status(307, "Location: /elsewhere"), "redirected", 307),
        ("hang", "timed_out", None),
        ("close", "disconnected", None),
        (b"HTTP/1.1 2", "disconnected", None),
        (b"220 smtp ready\r\n\r\n", "answer_unreadable", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", "answer_unreadable", None),
    ],
)
async def test_a_bad_answer_is_tried_again_and_only_its_status_is_kept(
    box: Outbox, answer: bytes | str, outcome: str, code: int | None
) -> None:
    async with receiving(answer) as receiver, box.worker(timeout_s=0.3) as worker:
        await box.endpoint(receiver.url)
        await box.tell("one")
        await settled(worker)
        (row,) = await box.rows()
        assert (row.state, row.outcome, row.status) == ("waiting", outcome, code)
        assert (await box.state()).failing_since is not None
        box.clock.advance(4.9)
        await settled(worker)
        assert len(receiver.got) == 1
        box.clock.advance(0.2)
        await settled(worker)
        assert [one.path for one in receiver.got] == ["/hooks", "/hooks"]
        assert len(receiver.effects) == 1
    (row,) = await box.rows()
    assert (row.state, row.attempts) == ("delivered", 2)
    assert (await box.state()).failing_since is None


@pytest.mark.parametrize(
    "answer",
    [
        "endless",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nnogzp",
    ],
)
async def test_the_status_is_the_answer_whatever_follows_it(
    box: Outbox, answer: bytes | str
) -> None:
    async with receiving(answer) as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        await box.tell("one")
        await settled(worker)
    (row,) = await box.rows()
    assert (row.state, row.status) == ("delivered", 200)


async def test_a_message_is_given_up_after_three_days_and_the_next_goes_on(
    box: Outbox,
) -> None:
    answers = [status(500)] * len(PAUSES_S)
    async with receiving(*answers) as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        first, second = await box.tell("one", "two")
        for pause_s in PAUSES_S:
            box.clock.advance(pause_s)
            await settled(worker)
        ids = [one.message_id for one in receiver.got]
        # All of that time the second waited for the first; nobody ever answered, so the
        # endpoint was disabled with the last attempt.
        assert ids == [first] * 10
        dead, waiting = sorted(await box.rows(), key=lambda one: one.message_id != first)
        assert (dead.state, dead.outcome, dead.attempts) == ("dead", "answered", 10)
        assert (waiting.message_id, waiting.state) == (second, "dead")
        state = await box.state()
        assert (state.state, state.reason) == ("disabled", "failing")


async def test_who_is_gone_is_told_nothing_more(box: Outbox) -> None:
    async with receiving(status(410)) as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        await box.tell("one", "two")
        await settled(worker)
        await box.tell("three")
        box.clock.advance(10)
        await settled(worker)
        assert len(receiver.got) == 1
    assert sorted((one.state, one.outcome) for one in await box.rows()) == [
        ("dead", "disabled"),
        ("dead", "gone"),
    ]
    state = await box.state()
    assert (state.state, state.reason) == ("disabled", "gone")


async def test_a_receiver_that_hangs_delays_nobody_else(box: Outbox) -> None:
    async with (
        receiving("hang") as slow,
        receiving() as quick,
        box.worker(timeout_s=30, bounds=Bounds(at_once=3, per_destination=1)) as worker,
    ):
        await box.endpoint(slow.url, "slow")
        await box.endpoint(quick.url, "quick")
        await box.tell("one", "two", "three")
        worker.start()
        await quick.wait_for(3)
        assert len(slow.got) == 1
        slow.released.set()


async def test_a_restart_between_the_answer_and_the_commit_sends_the_same_message_again(
    box: Outbox,
) -> None:
    async with receiving() as receiver, box.worker() as first:
        await box.endpoint(receiver.url)
        await box.tell("one")
        assert await first.step() == 1
        await receiver.wait_for(1)
        await first.kill()  # the answer came, and was never written
        async with box.worker() as second:
            await settled(second)
        assert len(receiver.got) == 2
        assert len(receiver.effects) == 1
    (row,) = await box.rows()
    assert (row.state, row.attempts) == ("delivered", 2)


async def test_a_claim_that_may_have_been_committed_is_claimed_again(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        await box.tell("one")
        with box.faults.failing(FaultPoint.AFTER_COMMIT, spared=1) as plan:  # not the lease's
            worker.start()
            await receiver.wait_for(1)
        assert plan.struck == 1
        async with asyncio.timeout(5):
            await worker.drained()
    (row,) = await box.rows()
    assert (row.state, row.attempts) == ("delivered", 2)


async def test_a_message_that_cannot_be_made_is_tried_again_like_any_other(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        (told,) = await box.tell("one")
        mine = outbox_messages.c.id == told
        async with box.core.database.write() as tx:
            body = (await tx.execute(select(outbox_messages.c.body).where(mine))).scalar_one()
            await tx.execute(update(outbox_messages).where(mine).values(body=body[:-1]))
        await settled(worker)
        (row,) = await box.rows()
        assert (row.state, row.attempts, row.outcome) == ("waiting", 1, "internal")
        async with box.core.database.write() as tx:
            await tx.execute(update(outbox_messages).where(mine).values(body=body))
        box.clock.advance(PAUSES_S[row.attempts] * 2)
        await settled(worker)
        assert len(receiver.got) == 1
    (row,) = await box.rows()
    assert (row.state, row.attempts) == ("delivered", 2)


async def test_what_an_error_of_ours_left_unwritten_is_claimed_again(
    box: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        await box.tell("one")

        async def failing(*_: object) -> None:
            raise ValueError

        with monkeypatch.context() as patched:
            patched.setattr("server.storage.destinations.set_well", failing)
            assert await worker.step() == 1
            await worker.drained()
        assert not worker.is_holder
        await settled(worker)
        assert len(receiver.effects) == 1
    (row,) = await box.rows()
    assert (row.state, row.attempts) == ("delivered", 2)


async def test_where_nothing_is_old_nothing_is_written_to_forget_it(box: Outbox) -> None:
    async with box.worker() as worker:
        with box.faults.failing(FaultPoint.BEFORE_COMMIT, spared=1) as plan:  # not the lease's
            assert await worker.step() == 0
        assert plan.struck == 0


async def test_what_was_settled_a_month_ago_is_forgotten(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        _, last = await box.tell("one", "two")
        await settled(worker)
        box.clock.advance(KEPT_S + 1)
        await box.expire_lease()
        async with box.worker(holder="next") as later:
            await later.step()
        assert [one.message_id for one in await box.rows()] == [last]


async def test_one_process_delivers_and_another_takes_over_when_it_is_gone(
    box: Outbox,
) -> None:
    async with receiving() as receiver, box.worker(holder="a") as first:
        await box.endpoint(receiver.url)
        await box.tell("one")
        async with box.worker(holder="b") as second:
            await settled(first)
            await settled(second)
            assert (first.is_holder, second.is_holder) == (True, False)
            assert len(receiver.got) == 1
            await box.expire_lease()
            await box.tell("two")
            box.clock.advance(11)
            await settled(second)
            assert len(receiver.got) == 2


async def test_what_is_committed_here_is_sent_at_once(box: Outbox) -> None:
    async with receiving() as receiver, box.worker() as worker:
        await box.endpoint(receiver.url)
        worker.start()
        began_s = SystemClock().elapsed_s
        await box.tell("one")
        await receiver.wait_for(1)
        async with box.core.database.write() as tx:
            await outbox.put(tx, box.outgoing("two"))
        await receiver.wait_for(2)
        assert began_s() < 5


# ------------------------------------------------------------------ where it may connect


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "https://[::1]:{port}/"]
)
async def test_this_machine_is_never_connected_to_where_it_is_not_allowed(
    box: Outbox, url: str
) -> None:
    async with receiving() as receiver, box.worker(loopback=False) as worker:
        await box.endpoint(url.format(port=receiver.port))
        await box.tell("one")
        await settled(worker)
        assert receiver.most_at_once == 0
    (row,) = await box.rows()
    assert (row.state, row.outcome) == ("waiting", "address_refused")


async def test_a_name_that_leads_inside_is_refused_and_so_is_one_that_leads_there_too(
    box: Outbox,
) -> None:
    answers = [["10.0.0.7"], ["8.8.8.8", "169.254.169.254"], ["::ffff:127.0.0.1"]]
    asked: list[str] = []

    def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    async with box.worker(loopback=False, lookup=lookup) as worker:
        await box.endpoint("https://hooks.glow.test/")
        await box.tell("one")
        for pause_s in (0, 5, 300):
            box.clock.advance(pause_s)
            await settled(worker)
            (row,) = await box.rows()
            assert row.outcome == "address_refused"
    assert asked == ["hooks.glow.test"] * 3


async def test_a_name_is_asked_for_once_and_what_was_checked_is_what_is_connected_to(
    box: Outbox,
) -> None:
    asked: list[str] = []

    async with receiving() as receiver:

        def rebinding(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

        async with box.worker(lookup=rebinding) as worker:
            await box.endpoint(f"http://localhost:{receiver.port}/hooks")
            await box.tell("one")
            await settled(worker)
            (got,) = receiver.got
            assert got.headers["host"] == f"localhost:{receiver.port}"
            assert asked == ["localhost"]
            box.clock.advance(1)
            await box.tell("two")
            await settled(worker)
            assert len(receiver.got) == 1
    last = (await box.rows())[-1]
    assert last.outcome == "address_refused"


async def test_a_name_that_nobody_knows_is_tried_again(box: Outbox) -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        return []

    async with box.worker(loopback=False, lookup=nobody) as worker:
        await box.endpoint("https://hooks.glow.test/")
        await box.tell("one")
        await settled(worker)
    (row,) = await box.rows()
    assert (row.state, row.outcome) == ("waiting", "name_unknown")
