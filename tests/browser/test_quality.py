from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.actors import STEP_MS, in_state, sees_moving_pictures
from tests.browser.stage import Stage

NAME = "Ana Weak Ortiz"
DOWN_MS: Final = 25_000  # eight of a new connection, four of a low score, looks around them
UP_MS: Final = 45_000  # twenty seconds of a high score, after it has risen to that

# The statistics of a page, as they were on a fine path, or with `weak` on one that loses 30 %.
# What else a busy machine makes of sound and pictures is of no account here.
PATH: Final = """
(() => {
  const real = RTCPeerConnection.prototype.getStats;
  window.seen = new Set();
  window.weak = false;
  const patches = {
    "remote-inbound-rtp": (one, now) => ({
      fractionLost: window.weak ? 0.3 : 0, roundTripTime: 0.02, jitter: 0.001, timestamp: now,
    }),
    "outbound-rtp": (one, now) =>
      one.kind === "video"
        ? { framesEncoded: Math.round(now * 0.03), frameWidth: 1280, frameHeight: 720 }
        : {},
    "inbound-rtp": (one, now) =>
      one.kind === "video"
        ? { totalFreezesDuration: 0, frameWidth: 1280, frameHeight: 720,
            framesDecoded: one.framesDecoded > 0 ? Math.round(now * 0.03) : 0 }
        : { concealedSamples: 0, jitter: 0.001, jitterBufferEmittedCount: 0 },
    "media-source": (one) =>
      one.kind === "video" ? { framesPerSecond: 30, width: 1280, height: 720 } : {},
  };
  RTCPeerConnection.prototype.getStats = async function (...args) {
    window.seen.add(this);
    const report = new Map();
    (await real.apply(this, args)).forEach((one, id) => {
      const patch = patches[one.type]?.(one, performance.timeOrigin + performance.now());
      report.set(id, { ...one, ...patch });
    });
    return report;
  };
})();
"""
ENCODING: Final = """
() => {
  const live = [...window.seen].find((one) => one.connectionState === "connected");
  const video = ({ receiver }) => receiver.track.kind === "video";
  const sender = live?.getTransceivers().find(video)?.sender;
  const [encoding] = sender?.getParameters().encodings ?? [];
  return encoding === undefined ? null : {
    active: encoding.active,
    by: encoding.scaleResolutionDownBy ?? 1,
    bits: encoding.maxBitrate ?? null,
  };
}
"""


async def sends(
    page: Page, *, by: float, bits: int | None, active: bool = True, within_ms: int = STEP_MS
) -> None:
    """Wait until the camera's encoding is that."""
    await page.wait_for_function(
        f"""(wanted) => {{
          const now = ({ENCODING})();
          return now !== null && Object.keys(wanted).every((one) => now[one] === wanted[one]);
        }}""",
        arg={"active": active, "by": by, "bits": bits},
        timeout=within_ms,
    )


async def test_both_see_in_words_how_the_call_goes_in_each_direction(stage: Stage) -> None:
    console = await stage.console("avery", script=PATH)
    await console.come_on_duty()
    ana, _ = await stage.ready(NAME, script=PATH)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    for page in (ana.page, console.page):
        await expect(page.get_by_test_id("quality-sent")).to_have_attribute(
            "data-grade", "good", timeout=STEP_MS
        )
        received = page.get_by_test_id("quality-received")
        await expect(received).not_to_have_attribute("data-grade", "unknown", timeout=STEP_MS)
    await expect(ana.page.get_by_test_id("quality-sent")).to_have_text("You: Good")
    await console.page.get_by_text("Details of the connection").click()
    figures = console.page.get_by_test_id("quality-figures")
    await expect(figures).to_contain_text("0.0 %")
    await expect(figures).to_contain_text("720 lines")
    assert stage.errors == []


@pytest.mark.long
async def test_a_weak_path_is_asked_for_less_and_for_all_of_it_when_it_holds_again(
    stage: Stage,
) -> None:
    console = await stage.console("avery")
    await console.come_on_duty()
    ana, _ = await stage.ready(NAME, script=PATH)
    await ana.wait()
    await console.accept()
    await in_state(ana.page, "connected")
    await console.connected()
    sentence = ana.page.get_by_test_id("quality-sentence")
    await sends(ana.page, by=1, bits=None)

    await ana.page.evaluate("window.weak = true")
    await sends(ana.page, by=2, bits=600_000, within_ms=DOWN_MS)
    await expect(sentence).to_contain_text("smaller picture of you for now")
    assert await sees_moving_pictures(console.page) > 10

    camera = ana.page.get_by_test_id("call-camera")
    await camera.click()
    await sends(ana.page, by=2, bits=600_000, active=False)
    await camera.click()
    await sends(ana.page, by=2, bits=600_000)

    await ana.page.evaluate("window.weak = false")
    await sends(ana.page, by=1, bits=None, within_ms=UP_MS)
    await expect(sentence).to_have_text("")
    assert await sees_moving_pictures(console.page) > 10
    assert stage.errors == []
