"""VP8 first; another codec only after that, and only to a page that accepted it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page

from media.codecs import BY_TYPE, Codec
from media.control_client import ControlClient
from media.control_messages import AskStats, Link
from media.ice_effects import LegId
from tests.browser.leg_page import ACCEPT, served_page
from tests.browser.leg_pair import opened, seated
from tests.browser.leg_stats import leg_stats, more_frames, until
from tests.relays import PATIENCE_S, RunningRelay, running_relay, told

ONE, OTHER = LegId("one"), LegId("other")
ENOUGH = 30

# No new description: the codec is one of those that both descriptions have.
SEND: Final = """async (codec) => {
  const sender = pc.getTransceivers().find((one) => one.receiver.track.kind === 'video').sender;
  const wanted = sender.getParameters();
  wanted.encodings[0].codec = wanted.codecs.find((one) => one.mimeType === `video/${codec}`);
  await sender.setParameters(wanted);
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    with running_relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


def without_h264(sdp: str) -> str:
    """Return an offer in which that codec never was."""
    (offered,) = (one for one in BY_TYPE.values() if one.codec is Codec.H264)
    types = f"(?:{offered.payload_type}|{offered.rtx_type})"
    described = re.sub(rf"a=(?:rtpmap|fmtp|rtcp-fb):{types} .*\r\n", "", sdp)
    return re.sub(rf"(m=video .*) {offered.payload_type} {offered.rtx_type}", r"\1", described)


async def stats_of(control: ControlClient, leg: LegId) -> Any:  # noqa: ANN401 - of the wire
    stats: Any = await control.ask(AskStats())
    return stats["legs"][leg]


async def unaccepted(control: ControlClient, leg: LegId, count: int) -> None:
    """Wait until so much has come for a leg that it never accepted."""
    while (await stats_of(control, leg))["unaccepted"] < count:
        await told(control, "sample", ONE)


async def linked(control: ControlClient, one: Page, other: Page) -> list[str]:
    """Link the two, wait until both see a picture, and return what else they may send."""
    await control.ask(Link(ONE, OTHER))
    await asyncio.gather(one.evaluate(ACCEPT), other.evaluate(ACCEPT))
    await asyncio.gather(more_frames(one, 10), more_frames(other, 10))
    later: list[str] = (await stats_of(control, ONE))["video_later"]
    return later


async def test_h264_follows_vp8_without_another_description_and_goes_again(
    relay: RunningRelay, browser: Browser
) -> None:
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
        opened(browser, url) as one,
        opened(browser, url) as other,
        seated(control, one, ONE),
        seated(control, other, OTHER),
    ):
        assert "H264" in await linked(control, one, other)
        assert (await leg_stats(other))["codec"] == "video/VP8"
        for codec in ("H264", "VP8"):
            await one.evaluate(SEND, codec)
            await until(other, f"now.codec === 'video/{codec}'")
            found = await more_frames(other, ENOUGH)
            assert (found["codec"], found["streams"]) == (f"video/{codec}", 1)
            assert (await leg_stats(one))["sends"] == f"video/{codec}"
            # The other direction is a matter of its own.
            assert (await more_frames(one, 10))["codec"] == "video/VP8"
        assert (await stats_of(control, OTHER))["unaccepted"] == 0


async def test_a_codec_that_the_other_page_did_not_accept_is_counted_and_not_passed_on(
    relay: RunningRelay, browser: Browser
) -> None:
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        served_page() as url,
        opened(browser, url) as one,
        opened(browser, url) as other,
        seated(control, one, ONE),
        seated(control, other, OTHER, without_h264),
    ):
        assert "H264" not in await linked(control, one, other)
        assert (await stats_of(control, OTHER))["unaccepted"] == 0
        await one.evaluate(SEND, "H264")
        await unaccepted(control, OTHER, ENOUGH)
        before = await leg_stats(other)
        await unaccepted(control, OTHER, 2 * ENOUGH)
        after = await leg_stats(other)
        assert after["framesDecoded"] == before["framesDecoded"]
        assert (after["codec"], after["streams"]) == ("video/VP8", 1)
        await one.evaluate(SEND, "VP8")
        await more_frames(other, ENOUGH)
