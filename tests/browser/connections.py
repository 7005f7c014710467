"""What a page's own RTCPeerConnections say, seen from outside of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Page, expect

from tests.browser.actors import in_state, sees_moving_pictures

STILL_MS: Final = 1_200  # in which a camera that is on sends some thirty pictures
LOOKS_MAX: Final = 5
# Before anything of the page runs: every connection that it makes is kept, and while the page
# is `stuck` no new one comes up.
KEPT: Final = """
window.connections = [];
window.stuck = false;
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
  setRemoteDescription(given) {
    return window.stuck ? new Promise(() => undefined) : super.setRemoteDescription(given);
  }
};
"""
# Before anything of the page runs, too: while the page is `misread`, its answers to the relay
# arrive with another fingerprint, as if somebody on their way had put in their own certificate.
MISREAD: Final = """
window.misread = false;
const sends = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  const other = (_, head, pair) => head + (pair === "00" ? "01" : "00");
  const isAnswer = typeof data === "string" && data.includes('"leg.answer"');
  const altered = window.misread && isAnswer;
  return sends.call(this, altered ? data.replace(/(fingerprint:\\S+ )(..)/g, other) : data);
};
"""
# And this page hears of another fingerprint in a direct call, while it is `misheard`: as if
# somebody who carries descriptions had put in their own certificate.
MISHEARD: Final = """
window.misheard = true;
const hears = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
  const other = (_, head, pair) => head + (pair === "00" ? "01" : "00");
  const heard = window.misheard ? sdp.replace(/(fingerprint:\\S+ )(..)/g, other) : sdp;
  return hears.call(this, { type, sdp: heard });
};
"""
DIE: Final = "() => window.connections.forEach((one) => one.close())"
LOOK: Final = """
async () => {
  const open = window.connections.filter((one) => one.connectionState !== "closed");
  return Promise.all(open.map(async (one) => {
    const found = {
      index: window.connections.indexOf(one), state: one.connectionState, port: null,
      encoded: 0, pictures: 0, sounds: 0, active: [], tracks: [],
    };
    const stats = new Map([...(await one.getStats()).entries()]);
    for (const each of stats.values()) {
      if (each.type === "transport" && each.selectedCandidatePairId !== undefined) {
        const pair = stats.get(each.selectedCandidatePairId);
        found.port = stats.get(pair?.remoteCandidateId)?.port ?? null;
      }
      if (each.type === "outbound-rtp") {
        found[each.kind === "video" ? "pictures" : "sounds"] += each.packetsSent;
        found.encoded += each.framesEncoded ?? 0;
      }
    }
    for (const { sender } of one.getTransceivers()) {
      found.active.push(sender.getParameters().encodings.some((each) => each.active));
      found.tracks.push(sender.track?.kind ?? null);
    }
    return found;
  }));
}
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One open connection of a page.

    Attributes:
        index: which of all that the page has made since it was loaded.
        port: of the other end of the path in use; None before there is one.
        encoded: pictures that were made to be sent.
        pictures: packets of video sent.
        sounds: packets of audio sent.
        active: of each kind, whether anything would be encoded.
        tracks: of each kind, what is attached.
    """

    index: int
    state: str
    port: int | None
    encoded: int
    pictures: int
    sounds: int
    active: tuple[bool, ...]
    tracks: tuple[str | None, ...]


async def seen(page: Page) -> list[Seen]:
    """Return the connections of a page that are open."""
    found: list[dict[str, Any]] = await page.evaluate(LOOK)
    return [
        Seen(**{**one, "active": tuple(one["active"]), "tracks": tuple(one["tracks"])})
        for one in found
    ]


async def only(page: Page) -> Seen:
    """Return the one connection that a page has."""
    (one,) = await seen(page)
    return one


async def wait_until_connected(page: Page) -> None:
    """Wait until every connection of a page stands, and there is one."""
    await page.wait_for_function(
        """() => {
          const open = window.connections.filter((one) => one.connectionState !== "closed");
          return open.length > 0 && open.every((one) => one.connectionState === "connected");
        }"""
    )


async def when_still(page: Page) -> Seen:
    """Wait until no picture goes out: at first, those leave that were made before."""
    before, now = None, await only(page)
    for _ in range(LOOKS_MAX):
        before = now
        await page.wait_for_timeout(STILL_MS)
        now = await only(page)
        if now.pictures == before.pictures:
            return now
    raise AssertionError(before, now)


async def camera_off_and_on(page: Page, other: Page) -> None:
    """Switch the camera of a page off and on again; look at what is sent, and seen there."""
    button = page.get_by_role("button", name="Camera o")
    await button.click()
    await page.wait_for_timeout(STILL_MS)
    off = await only(page)
    assert off.active == (True, False)
    assert off.tracks == ("audio", None)
    later = await when_still(page)
    assert later.encoded == off.encoded
    assert later.sounds > off.sounds
    await in_state(other, "connected")
    # The last picture that came is not one to go on looking at.
    await expect(other.get_by_test_id("call-cover")).to_be_visible()
    await button.click()
    await expect(other.get_by_test_id("call-cover")).to_be_hidden()
    assert await sees_moving_pictures(other) > 10
    on = await only(page)
    assert on.active == (True, True)
    assert on.index == off.index
