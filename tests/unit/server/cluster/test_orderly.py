from __future__ import annotations

import asyncio

from server.cluster.orderly import Job, Orderly


class Told:
    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    def job(self, name: str, *, waits: bool = False) -> Job:
        async def do() -> None:
            self.begun.append(name)
            if waits:
                await self.gates.setdefault(name, asyncio.Event()).wait()

        return do

    def end(self, name: str) -> None:
        self.gates.setdefault(name, asyncio.Event()).set()


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_jobs_of_one_key_are_done_in_order_and_others_meanwhile() -> None:
    told, jobs = Told(), Orderly(8)
    jobs.put(["a"], told.job("first", waits=True))
    jobs.put(["a"], told.job("second"))
    jobs.put(["b"], told.job("beside"))
    await turns()
    assert told.begun == ["first", "beside"]
    told.end("first")
    await turns()
    assert told.begun == ["first", "beside", "second"]
    await jobs.close()


async def test_a_job_of_many_keys_waits_for_all_and_all_wait_for_it() -> None:
    told, jobs = Told(), Orderly(8)
    jobs.put(["a"], told.job("of a", waits=True))
    jobs.put(["a", "b", "c"], told.job("of all", waits=True))
    jobs.put(["c"], told.job("of c"))
    await turns()
    assert told.begun == ["of a"]
    told.end("of a")
    await turns()
    assert told.begun == ["of a", "of all"]
    told.end("of all")
    await turns()
    assert told.begun == ["of a", "of all", "of c"]
    assert jobs._last == {}
    await jobs.close()


async def test_only_so_many_run_at_once() -> None:
    told, jobs = Told(), Orderly(2)
    for name in ("one", "two", "three"):
        jobs.put([name], told.job(name, waits=True))
    await turns()
    assert told.begun == ["one", "two"]
    told.end("one")
    await turns()
    assert told.begun == ["one", "two", "three"]
    await jobs.close()


async def test_a_job_that_fails_lets_the_next_one_go() -> None:
    told, jobs = Told(), Orderly(2)

    async def fail() -> None:
        raise RuntimeError

    jobs.put(["a"], fail)
    jobs.put(["a"], told.job("next"))
    await turns()
    assert told.begun == ["next"]
    await jobs.close()


async def test_what_is_left_at_the_end_is_left_undone() -> None:
    told, jobs = Told(), Orderly(2)
    jobs.put(["a"], told.job("first", waits=True))
    jobs.put(["a"], told.job("second"))
    await turns()
    await jobs.close()
    assert told.begun == ["first"]
