import { expect, test } from "vitest";
import { readCounters } from "./counters";

const NOW = 1_000_000;

const REPORT = [
  { type: "codec", kind: "video" },
  {
    type: "inbound-rtp",
    kind: "audio",
    timestamp: NOW,
    packetsReceived: 500,
    packetsLost: 3,
    jitter: 0.004,
    concealedSamples: 900,
    silentConcealedSamples: 400,
    totalSamplesReceived: 480_000,
    jitterBufferDelay: 24,
    jitterBufferEmittedCount: 470_000,
  },
  {
    type: "inbound-rtp",
    kind: "video",
    timestamp: NOW,
    packetsReceived: 0,
    framesDecoded: 0,
  },
  {
    type: "inbound-rtp",
    kind: "video",
    timestamp: NOW,
    packetsReceived: 1_500,
    packetsLost: 12,
    retransmittedPacketsReceived: 10,
    framesDecoded: 240,
    totalFreezesDuration: 0.4,
    frameWidth: 720,
    frameHeight: 1_280,
  },
  { type: "outbound-rtp", kind: "audio", timestamp: NOW, packetsSent: 490 },
  {
    type: "outbound-rtp",
    kind: "video",
    timestamp: NOW,
    packetsSent: 1_400,
    retransmittedPacketsSent: 7,
    framesEncoded: 239,
    frameWidth: 640,
    frameHeight: 360,
  },
  {
    type: "remote-inbound-rtp",
    kind: "audio",
    timestamp: NOW - 4_000,
    fractionLost: 0.01,
    jitter: 0.002,
    roundTripTime: 0.08,
  },
  {
    type: "remote-inbound-rtp",
    kind: "video",
    timestamp: NOW - 900,
    fractionLost: 0.02,
    jitter: 0.009,
    roundTripTime: 0.09,
  },
  { type: "media-source", kind: "video", framesPerSecond: 24, width: 1_280, height: 720 },
  { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.03 },
];

test("of a whole report, what matters for both directions is read", () => {
  expect(readCounters(REPORT, 7_000)).toEqual({
    at_ms: 7_000,
    received: {
      sound: {
        packets: 500,
        lost: 3,
        jitter_ms: 4,
        concealed: 500,
        samples: 480_000,
        buffer_s: 24,
        emitted: 470_000,
      },
      pictures: {
        packets: 1_500,
        lost: 12,
        jitter_ms: 0,
        resent: 10,
        frames: 240,
        frozen_s: 0.4,
        width: 720,
        height: 1_280,
      },
    },
    sent: {
      sound: { packets: 490, lost_share: 0.01, jitter_ms: 2 },
      pictures: {
        packets: 1_400,
        lost_share: 0.02,
        jitter_ms: 9,
        resent: 7,
        frames: 239,
        width: 640,
        height: 360,
        source: { rate: 24, height: 720 },
      },
    },
    round_trip_ms: 80,
    report_age_ms: 900,
  });
});

test("an empty report, and one of nonsense, are read as nothing", () => {
  const nothing = {
    at_ms: 1,
    received: { sound: null, pictures: null },
    sent: { sound: null, pictures: null },
    round_trip_ms: null,
    report_age_ms: null,
  };
  expect(readCounters([], 1)).toEqual(nothing);
  const nonsense = [{ type: "inbound-rtp", kind: 7 }, { type: "candidate-pair" }, {}];
  expect(readCounters(nonsense, 1)).toEqual(nothing);
});

test("members that are no numbers count as missing", () => {
  const entry = {
    type: "inbound-rtp",
    kind: "audio",
    packetsReceived: "many",
    concealedSamples: Number.NaN,
  };
  expect(readCounters([entry], 1).received.sound).toMatchObject({
    packets: 0,
    concealed: null,
  });
});

test("without reports of the other side the path's own round trip is taken", () => {
  const pairs = REPORT.filter(({ type }) => type === "candidate-pair");
  expect(readCounters(pairs, 1).round_trip_ms).toBe(30);
});
