// What of a connection's getStats matters for quality, read once. Pure. Browsers leave entries
// and members out: what is missing is null, and whoever reads on decides what that means.

export interface Received {
  readonly packets: number;
  readonly lost: number;
  readonly jitter_ms: number;
}

export interface ReceivedSound extends Received {
  /** Samples made up for what did not come, silence not counted; null where not told. */
  readonly concealed: number | null;
  readonly samples: number;
  readonly buffer_s: number;
  readonly emitted: number;
}

export interface ReceivedPictures extends Received {
  /** Packets that came when sent again; null where not told (Firefox). */
  readonly resent: number | null;
  readonly frames: number;
  readonly frozen_s: number;
  readonly width: number;
  readonly height: number;
}

/** What this side sent, and what the other side last reported of it (RTCP). */
export interface Sent {
  readonly packets: number;
  /** Of the last report, 0 to 1; null when there was none. */
  readonly lost_share: number | null;
  readonly jitter_ms: number;
}

export interface SentPictures extends Sent {
  readonly resent: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** What the camera gives; null where not told. */
  readonly source: { readonly rate: number; readonly height: number } | null;
}

export interface Counters {
  readonly at_ms: number;
  readonly received: {
    readonly sound: ReceivedSound | null;
    readonly pictures: ReceivedPictures | null;
  };
  readonly sent: { readonly sound: Sent | null; readonly pictures: SentPictures | null };
  /** Between the browsers by RTCP, else to whatever the packets go to; null when unknown. */
  readonly round_trip_ms: number | null;
  /** How long ago the other side reported; null when never. */
  readonly report_age_ms: number | null;
}

/** An entry of a report: whatever a browser put there. */
interface Entry {
  readonly type?: unknown;
  readonly kind?: unknown;
  readonly nominated?: unknown;
  readonly [name: string]: unknown;
}

/** Read one report; `at_ms` is when, on one clock. */
export function readCounters(report: Iterable<Entry>, at_ms: number): Counters {
  const entries = [...report];
  const of = (type: string, kind: string, count: string): Entry | null =>
    most(
      entries.filter((entry) => entry.type === type && entry.kind === kind),
      count,
    );
  const outcome = (kind: string): Entry | null => of("remote-inbound-rtp", kind, "timestamp");
  const sound = of("inbound-rtp", "audio", "packetsReceived");
  const pictures = of("inbound-rtp", "video", "packetsReceived");
  const sentSound = of("outbound-rtp", "audio", "packetsSent");
  const sentPictures = of("outbound-rtp", "video", "packetsSent");
  const source = of("media-source", "video", "timestamp");
  return {
    at_ms,
    received: {
      sound: sound && receivedSound(sound),
      pictures: pictures && receivedPictures(pictures),
    },
    sent: {
      sound: sentSound && sent(sentSound, outcome("audio")),
      pictures: sentPictures && {
        ...sent(sentPictures, outcome("video")),
        resent: count(sentPictures, "retransmittedPacketsSent"),
        frames: count(sentPictures, "framesEncoded"),
        ...size(sentPictures, "frameWidth", "frameHeight"),
        source: source && sourceOf(source),
      },
    },
    round_trip_ms: roundTrip(entries, [outcome("audio"), outcome("video")]),
    report_age_ms: age([sentSound, sentPictures], [outcome("audio"), outcome("video")]),
  };
}

function received(entry: Entry): Received {
  return {
    packets: count(entry, "packetsReceived"),
    lost: count(entry, "packetsLost"),
    jitter_ms: 1_000 * count(entry, "jitter"),
  };
}

function receivedSound(entry: Entry): ReceivedSound {
  const concealed = number(entry, "concealedSamples");
  return {
    ...received(entry),
    concealed: concealed && concealed - count(entry, "silentConcealedSamples"),
    samples: count(entry, "totalSamplesReceived"),
    buffer_s: count(entry, "jitterBufferDelay"),
    emitted: count(entry, "jitterBufferEmittedCount"),
  };
}

function receivedPictures(entry: Entry): ReceivedPictures {
  return {
    ...received(entry),
    resent: number(entry, "retransmittedPacketsReceived"),
    frames: count(entry, "framesDecoded"),
    frozen_s: count(entry, "totalFreezesDuration"),
    ...size(entry, "frameWidth", "frameHeight"),
  };
}

function sent(entry: Entry, outcome: Entry | null): Sent {
  return {
    packets: count(entry, "packetsSent"),
    lost_share: outcome && number(outcome, "fractionLost"),
    jitter_ms: 1_000 * (outcome === null ? 0 : count(outcome, "jitter")),
  };
}

function sourceOf(entry: Entry): SentPictures["source"] {
  const rate = number(entry, "framesPerSecond");
  const { width, height } = size(entry, "width", "height");
  return rate === null || height === 0 ? null : { rate, height: Math.min(width, height) };
}

function roundTrip(entries: readonly Entry[], outcomes: readonly (Entry | null)[]) {
  const paths = entries.filter(
    (entry) => entry.type === "candidate-pair" && entry.nominated === true,
  );
  const told = [
    ...outcomes.map((entry) => entry && number(entry, "roundTripTime")),
    number(most(paths, "lastPacketReceivedTimestamp") ?? {}, "currentRoundTripTime"),
  ].find((seconds) => seconds !== null);
  return told === undefined || told === null ? null : told * 1_000;
}

function age(now: readonly (Entry | null)[], outcomes: readonly (Entry | null)[]) {
  const reported = latest(outcomes);
  return reported === null ? null : Math.max(0, (latest(now) ?? reported) - reported);
}

function latest(entries: readonly (Entry | null)[]): number | null {
  const times = entries.map((entry) => entry && number(entry, "timestamp"));
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Of several entries the one that counts most: the others are of streams that are over. */
function most(entries: readonly Entry[], name: string): Entry | null {
  return entries.reduce<Entry | null>(
    (best, entry) => (best === null || count(entry, name) > count(best, name) ? entry : best),
    null,
  );
}

function size(entry: Entry, width: string, height: string) {
  return { width: count(entry, width), height: count(entry, height) };
}

function count(entry: Entry, name: string): number {
  return number(entry, name) ?? 0;
}

function number(entry: Entry, name: string): number | null {
  const value = entry[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
