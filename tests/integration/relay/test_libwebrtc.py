"""libwebrtc in both seats: frames come out of the very track that the offer promised.

Chromium renders what it can find; here nothing is rendered but what arrives on the receiver
that the description made. With SSRCs other than the announced ones libwebrtc decodes every
frame into a stream of its own making, and this shows none.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from media.control_client import ControlClient
from media.control_messages import AnswerLeg, AskStats, CreateLeg, Link
from media.ice_effects import LegId
from tests.node_peers import NodePeers, node_peers
from tests.relays import PATIENCE_S, RunningRelay, told

FRAMES = 60
# libwebrtc begins with 300 kbit/s, and only feedback of what arrived lets it go beyond.
GROWN = 450_000


async def seat(control: ControlClient, peers: NodePeers, leg: LegId) -> Mapping[str, set[int]]:
    """Connect a leg, and return the SSRCs that its offer announced by kind."""
    sdp = str((await control.ask(CreateLeg(leg)))["sdp"])
    answer = await peers.ask("answer", leg, sdp)
    await control.ask(AnswerLeg(leg, 0, answer))
    await told(control, "leg_connected", leg)
    # The way of feedback is agreed on at both ends of it.
    assert "transport-cc" in answer
    sections = sdp.split("m=")[1:]
    return {
        section.partition(" ")[0]: {int(one) for one in re.findall(r"a=ssrc:(\d+)", section)}
        for section in sections
    }


async def test_frames_arrive_on_the_signalled_tracks_under_the_announced_ssrcs(
    relay: RunningRelay,
) -> None:
    one, other = LegId("one"), LegId("other")
    async with (
        asyncio.timeout(3 * PATIENCE_S),
        relay.controlling() as control,
        node_peers() as peers,
    ):
        announced = {leg: await seat(control, peers, leg) for leg in (one, other)}
        await control.ask(Link(one, other))
        for leg in (one, other):
            await peers.ask("accept", leg)
        for leg in (one, other):
            found: Any = {"frames": 0, "loudest": 0, "estimate": 0}
            while not (
                found["frames"] > FRAMES and found["loudest"] and found["estimate"] > GROWN
            ):
                await told(control, "sample", leg)
                found = await peers.ask("found", leg)
            assert found["state"] == "connected"
            # It moves: the middle of the picture has had more than one brightness.
            assert found["pictures"] > 2
            assert found["sounds"] > 0
            assert {stream["kind"] for stream in found["inbound"]} == {"audio", "video"}
            for stream in found["inbound"]:
                assert stream["ssrc"] in announced[leg][stream["kind"]]
                assert stream["signalled"]
            assert len(found["inbound"]) == 2
        stats: Any = await control.ask(AskStats())
        for leg in (one, other):
            assert stats["legs"][leg]["strange"] == 0
            assert stats["legs"][leg]["unaccepted"] == 0
            await peers.ask("close", leg)
