"""What a leg's page says of its media: a flat record, and waiting for something to be true.

For pages made by `leg_page`. The names of W3C's webrtc-stats are kept.
"""

from __future__ import annotations

from typing import Final, TypedDict

from tests.browser.leg_page import LegPage


class LegStats(TypedDict):
    """Counts of one page since its connection was made.

    Attributes:
        framesDecoded: pictures decoded, `keyFramesDecoded` of them whole ones.
        nacksAsked: requests for packets that this page missed.
        plisAsked: requests for whole pictures that it made.
        freezes: seconds for which its picture stood still while it should have moved.
        lost: packets that did not come the first time.
        nacksHeard: requests for packets that the other page missed.
        resent: packets that this page sent again because of them.
        framesEncoded: pictures that it sent.
        codec: of what it receives, `sends` of what it sends.
        local: kind of candidate at its end of the path in use, and how TURN is reached.
        estimate: bits per second that it believes there is room for.
        ssrc: which it hears for its picture; `track` is the receiver's own.
    """

    state: str
    framesDecoded: int
    keyFramesDecoded: int
    nacksAsked: int
    plisAsked: int
    freezes: float
    lost: int
    energy: float
    nacksHeard: int
    resent: int
    framesEncoded: int
    codec: str
    sends: str
    local: str
    estimate: float
    streams: int


_FOUND: Final = """async () => {
  const all = [...(await pc.getStats()).values()];
  const named = (id) => all.find((one) => one.id === id) ?? {};
  const of = (type, kind) => all.filter((one) => one.type === type && one.kind === kind);
  const inbound = of('inbound-rtp', 'video')[0] ?? {};
  const outbound = of('outbound-rtp', 'video')[0] ?? {};
  const heard = of('inbound-rtp', 'audio')[0] ?? {};
  const transport = all.find((one) => one.type === 'transport') ?? {};
  const pair = named(transport.selectedCandidatePairId);
  const local = named(pair.localCandidateId);
  return {
    state: pc.connectionState,
    framesDecoded: inbound.framesDecoded ?? 0,
    keyFramesDecoded: inbound.keyFramesDecoded ?? 0,
    nacksAsked: inbound.nackCount ?? 0,
    plisAsked: inbound.pliCount ?? 0,
    freezes: inbound.totalFreezesDuration ?? 0,
    lost: inbound.packetsLost ?? 0,
    energy: heard.totalAudioEnergy ?? 0,
    nacksHeard: outbound.nackCount ?? 0,
    resent: outbound.retransmittedPacketsSent ?? 0,
    framesEncoded: outbound.framesEncoded ?? 0,
    codec: named(inbound.codecId).mimeType ?? '',
    sends: named(outbound.codecId).mimeType ?? '',
    local: [local.candidateType, local.relayProtocol].filter(Boolean).join(' '),
    estimate: pair.availableOutgoingBitrate ?? 0,
    streams: of('inbound-rtp', 'video').length,
  };
}"""

_UNTIL: Final = """async () => {
  const found = %s;
  for (;;) {
    const now = await found();
    if (%s) return now;
    await new Promise((done) => setTimeout(done, 50));
  }
}"""


async def leg_stats(page: LegPage) -> LegStats:
    """Return what is so now."""
    found: LegStats = await page.evaluate(_FOUND)
    return found


async def until(page: LegPage, condition: str) -> LegStats:
    """Wait until a condition on `now`, the record, is true, and return that record.

    Args:
        page: the leg's.
        condition: JavaScript, such as `now.framesDecoded > 30`.
    """
    found: LegStats = await page.evaluate(_UNTIL % (_FOUND, condition))
    return found


async def more_frames(page: LegPage, count: int) -> LegStats:
    """Wait until so many more pictures have been decoded."""
    wanted = (await leg_stats(page))["framesDecoded"] + count
    return await until(page, f"now.framesDecoded >= {wanted}")
