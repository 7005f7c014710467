"""What two browsers report of a direct call gets into the chart, marked as reported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from media.call import Call, CallState, Side
from media.control_messages import SealCall
from media.declaration import Declared
from media.evidence import Kind
from server.chart.media import live_line
from server.errors import InvalidBody, NotPossibleNow
from server.live.evidence import EvidenceBook
from server.live.live_call import LiveCall
from server.live.reports import ReportBook
from signaling import messages as wire
from tests.contract.evidence.scene import ANA, CALL, QUICK, Scene

PAGE_CLOCK = {Side.PATIENT: 1_000, Side.PRACTITIONER: 2_000_000_000}  # neither is right
TALKING = (5_800, 6_400, 5_100, 7_000, 5_500, 6_100)
STILL = (5_433, 5_440, 5_420, 5_433, 5_430, 5_441)
BLACK = (282, 280, 285, 281, 283, 282)


def live(mode: wire.CallMode = "direct") -> LiveCall:
    call = Call(generation=1, state=CallState.CONNECTED, started_at=0)
    return LiveCall(ANA, "network-1", "practitioner-ana", call, mode=mode)


def report(second: int, steps: tuple[int, ...] = TALKING, **changes: int) -> wire.CallReport:
    figures = {
        "video_packets": 150,
        "video_bytes": sum(steps),
        "resent_packets": 0,
        "video_lost": 0,
        "video_jitter_us": 4_000,
        "frozen_ms": 0,
        "frames": 3 * len(steps),
        "keyframes": 0,
        "audio_packets": 50,
        "audio_bytes": 4_000,
        "audio_lost": 0,
        "audio_jitter_us": 2_000,
        "concealed_ms": 0,
        "level_millionths": 100_000,
    }
    return wire.CallReport(
        v=1,
        id="report-0001",
        type="call.report",
        encounter_id=ANA,
        second=second,
        steps=[wire.ReportStep(frames=3, octets=one) for one in steps],
        **(figures | changes),
    )


Played = dict[Side, Callable[[int], wire.CallReport]]


async def play(scene: Scene, book: ReportBook, seconds: int, reports: Played) -> None:
    """Let both pages report, once a second of their own clocks, while time passes."""
    for second in range(seconds):
        for side, make in reports.items():
            await book.take(live(), side, make(PAGE_CLOCK[side] + second))
        scene.clock.advance(1.0)


def both(patient: tuple[int, ...] = TALKING, practitioner: tuple[int, ...] = TALKING) -> Played:
    """Return what each receives: it is what the other one sends."""
    return {
        Side.PATIENT: lambda second: report(second, practitioner),
        Side.PRACTITIONER: lambda second: report(second, patient),
    }


@pytest.fixture
def reports(scene: Scene) -> ReportBook:
    return ReportBook(scene.book, scene.clock)


async def end(scene: Scene, reports: ReportBook) -> None:
    reports.ended(ANA)
    await scene.book.settled(ANA)


async def test_two_pages_that_report_people_talking_are_live_video_as_reported(
    scene: Scene, reports: ReportBook
) -> None:
    await play(scene, reports, 40, both())
    await end(scene, reports)
    record = await scene.record()
    assert record.complete
    assert record.ledgers[0].number == 501
    assert record.totals.live_reported_s == 40
    assert live_line(record) == "Live video both ways: 40 s, reported by the browsers"


@pytest.mark.parametrize(
    "odd", [both(STILL), both(TALKING, STILL), both(BLACK), both(TALKING, BLACK)]
)
async def test_a_still_or_black_picture_is_never_live_video_as_reported(
    scene: Scene, reports: ReportBook, odd: Played
) -> None:
    await play(scene, reports, 30, odd)
    await end(scene, reports)
    record = await scene.record()
    assert record.complete
    assert record.totals.seconds == {Kind.AUDIO_ONLY: 30}


async def test_a_camera_that_is_off_is_never_live_video_as_reported(
    scene: Scene, reports: ReportBook
) -> None:
    off = {
        **both(),
        Side.PRACTITIONER: lambda second: report(second, (), video_packets=0, frames=0),
    }
    await play(scene, reports, 30, off)
    await end(scene, reports)
    assert (await scene.record()).totals.seconds == {Kind.AUDIO_ONLY: 30}


async def test_one_page_alone_proves_nothing(scene: Scene, reports: ReportBook) -> None:
    await play(scene, reports, 30, {Side.PATIENT: report})
    await end(scene, reports)
    assert (await scene.record()).totals.live_video_s == 0


async def test_what_a_page_declares_counts_against_its_reports(
    scene: Scene, reports: ReportBook
) -> None:
    await play(scene, reports, 1, both())
    scene.book.declared(ANA, Side.PATIENT, frozenset({Declared.SCREEN_HIDDEN}))

    async def told() -> bool:
        return "Page of the patient hidden" in [one.summary() for one in await scene.chart()]

    await scene.until(told)
    await play_on(scene, reports, 1, 29)
    await end(scene, reports)
    assert (await scene.record()).totals.live_video_s == 0


async def play_on(scene: Scene, reports: ReportBook, first: int, seconds: int) -> None:
    for second in range(first, first + seconds):
        for side in Side:
            await reports.take(live(), side, report(PAGE_CLOCK[side] + second))
        scene.clock.advance(1.0)


async def test_a_process_that_began_anew_writes_a_ledger_of_its_own(
    scene: Scene, reports: ReportBook
) -> None:
    await play(scene, reports, 30, both())

    async def committed() -> bool:
        return len(await scene.numbers()) > 1

    await scene.until(committed)
    await killed(scene.book)
    scene.book = EvidenceBook(scene.core, None, QUICK)
    again = ReportBook(scene.book, scene.clock)
    await play_on(scene, again, 30, 30)
    await end(scene, again)
    record = await scene.record()
    assert [one.number for one in record.ledgers] == [501, 502]
    assert [one.complete for one in record.ledgers] == [False, True]
    assert await scene.why() == ["restarted"]


async def killed(book: EvidenceBook) -> None:
    """End a book as a power cut would."""
    for task in tuple(book._tasks):
        task.cancel()
    await asyncio.gather(*book._tasks, return_exceptions=True)


async def test_a_process_that_ends_in_good_order_seals_what_was_reported(
    scene: Scene, reports: ReportBook
) -> None:
    await play(scene, reports, 30, both())
    await scene.book.close()
    assert (await scene.record()).complete


async def test_a_second_is_reported_once_and_never_long_after(
    reports: ReportBook,
) -> None:
    await reports.take(live(), Side.PATIENT, report(1_000))
    for second in (1_000, 999, 990):
        with pytest.raises(InvalidBody):
            await reports.take(live(), Side.PATIENT, report(second))


async def test_a_report_that_cannot_be_is_refused_by_its_figure(
    reports: ReportBook,
) -> None:
    with pytest.raises(InvalidBody) as refused:
        await reports.take(live(), Side.PATIENT, report(1_000, keyframes=99))
    assert refused.value.fields == ("keyframes",)


async def test_a_call_that_a_relay_witnesses_is_not_reported(
    scene: Scene, reports: ReportBook
) -> None:
    with pytest.raises(NotPossibleNow):
        await reports.take(live("relay"), Side.PATIENT, report(1_000))
    assert await scene.chart() == []


async def test_a_call_that_went_direct_has_both_ledgers(
    scene: Scene, reports: ReportBook
) -> None:
    await scene.begin()
    scene.play(30)
    await play(scene, reports, 30, both())

    async def sealing() -> bool:
        return (scene.relay, SealCall(CALL)) in scene.pool.asked

    await scene.until(sealing)
    for _ in range(4):
        scene.clock.advance(1.0)
        scene.pool.tick()
    await end(scene, reports)
    record = await scene.record()
    assert [one.number for one in record.ledgers] == [1, 501]
    assert (record.totals.live_witnessed_s, record.totals.live_reported_s) == (30, 29)
    assert record.complete
